import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAX_CONCURRENCY } from '../../src/rest/operations.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { caseDocument, MUTATION_CASES, type MutationCase } from '../support/mutation-cases.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

interface Result {
  readonly index: number;
  readonly outcome: string;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: string[] }[];
}

const kinds = MUTATION_CASES.map((kind) => [kind.mutation, kind] as const);

/** Runs a mutation and returns its results. Asserts that the operation has no errors. */
async function write(shop: Shop, kind: MutationCase, items: readonly unknown[]): Promise<readonly Result[]> {
  const { data, errors } = await shop.executeText(caseDocument(kind), { input: { [kind.list]: items } });
  expect(errors).toEqual([]);
  const { results, summary } = data[kind.mutation];
  expect(results.map(({ index }: Result) => index)).toEqual(items.map((_, i) => i));
  expect(summary.total).toBe(items.length);
  return results;
}

describe.each([
  ['rolls back a rejected batch', true],
  ['keeps the items before a rejected one', false],
])('in a store that %s', (_how, atomicBatches) => {
  let shop: Shop;
  /** How far the store's clock is behind. */
  let behindMs = 0;
  beforeAll(async () => {
    shop = await openShop();
  });
  beforeEach(() => shop.sandbox.reset());
  afterEach(() => {
    // The concurrency limits of the store are never exceeded.
    for (const [operation, calls] of Object.entries(shop.sandbox.concurrency.peak())) {
      expect(calls, operation).toBeLessThanOrEqual(MAX_CONCURRENCY.get(operation) ?? calls);
    }
  });
  afterAll(() => shop.close());

  async function openShop(): Promise<Shop> {
    const now = () => Date.now() - behindMs;
    const opened = await startGatewayOnSandbox(
      { customers: 25, switches: { atomicBatches }, now },
      { lateWriteMs: 50 },
    );
    // The first create of addresses in a process reads the highest id.
    const [addresses] = MUTATION_CASES.filter(({ mutation }) => mutation === 'createCustomerAddresses');
    if (addresses)
      await write(opened, addresses, await addresses.items(createStoreClient(opened.sandbox), 1));
    return opened;
  }

  function changesTo(kind: MutationCase, { sandbox } = shop) {
    const changes = sandbox.ledger.list().filter((entry) => entry.kind === kind.entity);
    return { changes: changes.length, records: new Set(changes.map(({ key }) => key)).size };
  }

  async function prepare(kind: MutationCase, count: number, { sandbox } = shop): Promise<readonly unknown[]> {
    const items = await kind.items(createStoreClient(sandbox), count);
    sandbox.ledger.clear();
    sandbox.requests.clear();
    return items;
  }

  test.each(kinds)('%s writes 1 item and 25 items in the minimum number of calls', async (_name, kind) => {
    for (const count of [1, 25]) {
      // In a store that is reset, ids start again, and do not tell what is new.
      const fresh = await openShop();
      const items = await prepare(kind, count, fresh);
      const results = await write(fresh, kind, items);
      expect(results.map(({ outcome }) => outcome)).toEqual(items.map(() => kind.outcome));
      expect(results.every(({ errors }) => errors.length === 0)).toBe(true);
      expect(fresh.sandbox.requests.counts()).toEqual(kind.calls(count));
      expect(changesTo(kind, fresh).records).toBeGreaterThanOrEqual(count);
      await fresh.close();
    }
  });

  const positions = Array.from({ length: 25 }, (_, i) => i);
  test.each(kinds)('%s writes the other items if any one of 25 is invalid', async (_name, kind) => {
    for (const position of positions) {
      // Other mutations can reuse the records of the previous round.
      if (kind.outcome === 'DELETED' || kind.entity === 'attribute') shop.sandbox.reset();
      const good = await prepare(kind, 24);
      const items = good.toSpliced(position, 0, kind.invalid.item);
      const results = await write(shop, kind, items);
      expect(results.map(({ outcome }) => outcome)).toEqual(
        items.map((_, i) => (i === position ? 'FAILED' : kind.outcome)),
      );
      const { code, path } = kind.invalid;
      expect(results[position]?.errors).toMatchObject([
        { code, path: [kind.list, String(position), ...path] },
      ]);
      const { changes, records } = changesTo(kind);
      expect(records).toBe(24);
      // A record that was created twice would have two ledger entries.
      if (kind.outcome === 'CREATED') expect(changes).toBe(24);
    }
  });

  test.each(kinds)('%s writes only one of two items for the same record', async (_name, kind) => {
    const [first, second] = await prepare(kind, 2);
    const [one, other, again] = await write(shop, kind, [first, second, first]);
    expect([one?.outcome, other?.outcome]).toEqual([kind.outcome, kind.outcome]);
    if (kind.duplicate === 'same') expect(again).toEqual({ ...one, index: 2 });
    if (kind.duplicate === 'INVALID') {
      expect(again).toMatchObject({
        outcome: 'FAILED',
        errors: [{ code: 'INVALID', path: [kind.list, '2'] }],
      });
      expect(again?.errors[0]?.message).toContain('index 0');
    }
    if (kind.duplicate === 'DUPLICATE') {
      expect(again).toMatchObject({ outcome: 'UNCHANGED', errors: [{ code: 'DUPLICATE' }] });
    }
    expect(changesTo(kind).records).toBe(2);
  });

  test.each(kinds)('%s settles a lost response', async (_name, kind) => {
    for (const when of ['before-commit', 'after-commit'] as const) {
      shop.sandbox.reset();
      // What was there before is dated long before the write.
      behindMs = 120_000;
      const items = await prepare(kind, 3);
      behindMs = 0;
      const writing = Object.keys(kind.calls(3)).filter((operation) => !operation.startsWith('get'));
      shop.sandbox.faults.set([{ operations: writing, maxCalls: 1, fault: { kind: 'cut', when } }]);
      const results = await write(shop, kind, items);
      // Nothing shows whether deleted metafields were there before.
      const isUnproven = kind.mutation === 'deleteCustomerMetafields' && when === 'after-commit';
      expect(results.map(({ outcome }) => outcome)).toEqual(
        items.map(() => (isUnproven ? 'UNKNOWN' : kind.outcome)),
      );
      const { changes, records } = changesTo(kind);
      expect(records).toBe(3);
      if (kind.outcome === 'CREATED') expect(changes).toBe(3);
    }
  });
});
