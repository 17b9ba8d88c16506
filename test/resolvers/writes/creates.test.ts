import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createDefinitions } from '../../../src/resolvers/writes/attributes.ts';
import { createCustomers } from '../../../src/resolvers/writes/customers.ts';
import type { WriteAttempt } from '../../../src/rest/client/http.ts';
import { createTestContext } from '../../support/write-context.ts';

const LOST: WriteAttempt = {
  outcome: 'unknown',
  error: new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer was lost.'),
};

type Wire = Readonly<Record<string, unknown>>;

/** A store whose writes are executed by hand. `onWrite` returns the answer to each attempt, counted from 1. */
function storeWith(records: Wire[], onWrite: (attempt: number) => WriteAttempt) {
  let writes = 0;
  const context = createTestContext({
    read: () => ({ data: [...records], meta: { pagination: { total: records.length } } }),
    write() {
      writes += 1;
      return onWrite(writes);
    },
  });
  return { context, writes: () => writes };
}

const definition = (id: number, name: string): Wire => ({
  id,
  name,
  type: 'string',
  date_created: '1970-01-01T00:00:00Z',
  date_modified: '1970-01-01T00:00:00Z',
});
const answer = (...data: readonly Wire[]): WriteAttempt => ({ outcome: 'ok', body: { data } });
const NEW = { name: 'Shoe size', type: 'STRING' } as const;

describe('a new attribute definition', () => {
  async function create(
    records: Wire[],
    onWrite: (attempt: number) => WriteAttempt,
    items: readonly { readonly name: string; readonly type: 'STRING' }[] = [NEW],
  ) {
    const { context, writes } = storeWith(records, onWrite);
    const { results } = await createDefinitions(context, items);
    return { outcomes: results.map(({ outcome, record }) => [outcome, record?.entityId]), writes: writes() };
  }

  test('that is answered under an unrelated name is CREATED, because its id is new', async () => {
    const records = [definition(1, 'Colour')];
    const done = await create(records, () => answer(definition(2, 'attr_17')));
    expect(done).toEqual({ outcomes: [['CREATED', 2]], writes: 1 });
  });

  test('that is answered with a definition that was there before is not CREATED', async () => {
    const records = [definition(1, 'Colour'), definition(2, 'Shoe size')];
    for (const old of records) {
      const done = await create(records, () => answer(old));
      expect(done).toEqual({ outcomes: [['UNKNOWN', undefined]], writes: 1 });
    }
  });

  test('whose answer is lost is not sent again if a new one of unknown origin is there', async () => {
    const records = [definition(1, 'Colour')];
    const done = await create(records, () => {
      records.push(definition(2, 'attr_17'));
      return LOST;
    });
    expect(done).toEqual({ outcomes: [['UNKNOWN', undefined]], writes: 1 });
  });

  test('whose answer is lost is sent again if nothing new is there', async () => {
    const records = [definition(1, 'Colour')];
    const done = await create(records, (attempt) =>
      attempt === 1 ? LOST : answer(definition(3, 'Shoe size')),
    );
    expect(done).toEqual({ outcomes: [['CREATED', 3]], writes: 2 });
  });

  test('is never doubled if two of one type are answered under unrelated names', async () => {
    const records: Wire[] = [];
    const items = [NEW, { ...NEW, name: 'Hat size' }];
    const done = await create(
      records,
      () => {
        records.push(definition(1, 'attr_17'), definition(2, 'attr_18'));
        return answer(...records);
      },
      items,
    );
    expect(done.outcomes.map(([outcome]) => outcome)).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(done.writes).toBe(1);
  });
});

test('a customer whose repeat is TAKEN by the first attempt, which arrived late, is CREATED', async () => {
  const records: Wire[] = [];
  const created = {
    id: 7,
    email: 'ada@example.org',
    first_name: 'Ada',
    last_name: 'King',
    date_created: '1970-01-01T00:00:00Z',
    date_modified: '1970-01-01T00:00:00Z',
  };
  const { context, writes } = storeWith(records, (attempt) => {
    if (attempt === 1) return LOST;
    records.push(created);
    const error = new GatewayError('UPSTREAM_REJECTED', 'No.', { status: 422 });
    const body = { errors: { '.customer_create': 'email ada@example.org already in use' } };
    return { outcome: 'rejected', status: 422, body, error };
  });
  const { results } = await createCustomers(context, [
    { email: 'ada@example.org', firstName: 'Ada', lastName: 'King' },
  ]);
  expect(results[0]).toMatchObject({ outcome: 'CREATED', record: { entityId: 7 }, errors: [] });
  expect(writes()).toBe(2);
});

test('a read that began before the last moment of a late write does not show that it is absent', async () => {
  const records: Wire[] = [];
  let writes = 0;
  let reads = 0;
  const context = createTestContext({
    read(_call, advance) {
      const data = [...records];
      reads += 1;
      // The first read precedes the write, the second is slow: meanwhile the write arrives, and the time for it ends.
      if (reads === 2) {
        records.push(definition(1, NEW.name));
        advance(20_000);
      }
      return { data, meta: { pagination: { total: data.length } } };
    },
    write() {
      writes += 1;
      return LOST;
    },
  });
  const { results } = await createDefinitions(context, [NEW]);
  expect(results[0]).toMatchObject({ outcome: 'CREATED', record: { entityId: 1 } });
  expect(writes).toBe(1);
});
