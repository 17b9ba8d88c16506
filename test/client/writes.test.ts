import { expect, test } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { type Answer, json, refusal, reset, startHostileGateway } from './hostile-gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

const MUTATION = `mutation Import($input: CreateCustomersInput!) {
  createCustomers(input: $input) { results { index outcome errors { code path retryAfterMs } } summary { created notAttempted unknown } }
}`;

type Outcome = readonly [outcome: string, code?: string, retryAfterMs?: number];

interface Imported {
  readonly createCustomers: {
    readonly results: readonly {
      readonly index: number;
      readonly outcome: string;
      readonly errors: readonly object[];
    }[];
    readonly summary: object;
  };
}

/** A response with these outcomes. */
function answer(...outcomes: readonly Outcome[]): Answer {
  const results = outcomes.map(([outcome, code, retryAfterMs = null], index) => ({
    index,
    outcome,
    errors: code === undefined ? [] : [{ code, path: ['customers', String(index), 'email'], retryAfterMs }],
  }));
  const count = (name: string) => results.filter(({ outcome }) => outcome === name).length;
  const summary = {
    created: count('CREATED'),
    notAttempted: count('NOT_ATTEMPTED'),
    unknown: count('UNKNOWN'),
  };
  return json({ data: { createCustomers: { results, summary } } });
}

const emails = (...names: readonly string[]) => names.map((name) => ({ email: `${name}@example.org` }));

async function write(answers: readonly [Answer, ...Answer[]], customers: readonly object[]) {
  const gateway = await startHostileGateway(...answers);
  const clock = createRecordingClock();
  const client = createClient({ url: gateway.url, clock, random: () => 0, retries: 1 });
  const { data, errors } = await client.write(MUTATION, { input: { customers } });
  const { results, summary } = (data as Imported).createCustomers;
  const sent = gateway.bodies.map(
    ({ variables }) => (variables?.input as { readonly customers?: unknown } | undefined)?.customers,
  );
  return { results, summary, errors, sent, slept: clock.slept };
}

test('only the items that were not attempted are sent again, and keep their places', async () => {
  const { results, summary, sent, slept } = await write(
    [
      answer(
        ['CREATED'],
        ['NOT_ATTEMPTED', 'RATE_LIMITED', 2_000],
        ['UNKNOWN', 'OUTCOME_UNKNOWN'],
        ['NOT_ATTEMPTED', 'TIMEOUT'],
      ),
      answer(['CREATED'], ['FAILED', 'TAKEN']),
    ],
    emails('a', 'b', 'c', 'd'),
  );
  expect(sent).toEqual([emails('a', 'b', 'c', 'd'), emails('b', 'd')]);
  expect(results).toEqual([
    { index: 0, outcome: 'CREATED', errors: [] },
    { index: 1, outcome: 'CREATED', errors: [] },
    {
      index: 2,
      outcome: 'UNKNOWN',
      errors: [{ code: 'OUTCOME_UNKNOWN', path: ['customers', '2', 'email'], retryAfterMs: null }],
    },
    {
      index: 3,
      outcome: 'FAILED',
      errors: [{ code: 'TAKEN', path: ['customers', '3', 'email'], retryAfterMs: null }],
    },
  ]);
  expect(summary).toEqual({ created: 2, notAttempted: 0, unknown: 1 });
  expect(slept).toEqual([2_000]);
});

test('a write goes on as long as items are attempted', async () => {
  const waits: Outcome = ['NOT_ATTEMPTED', 'RATE_LIMITED', 1_000];
  const { results, sent } = await write(
    [
      answer(['CREATED'], waits, waits, waits),
      answer(['CREATED'], waits, waits),
      answer(['CREATED'], waits),
      answer(['CREATED']),
    ],
    emails('a', 'b', 'c', 'd'),
  );
  expect(sent).toEqual([emails('a', 'b', 'c', 'd'), emails('b', 'c', 'd'), emails('c', 'd'), emails('d')]);
  expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('CREATED'));
});

test('a write is given up if no item is attempted any more', async () => {
  const waits: Outcome = ['NOT_ATTEMPTED', 'RATE_LIMITED', 1_000];
  const { results, sent } = await write([answer(['CREATED'], waits), answer(waits)], emails('a', 'b'));
  expect(sent).toHaveLength(2);
  expect(results.map(({ index, outcome }) => [index, outcome])).toEqual([
    [0, 'CREATED'],
    [1, 'NOT_ATTEMPTED'],
  ]);
});

test('items whose second answer was lost are UNKNOWN, and are not sent a third time', async () => {
  const { results, summary, sent } = await write(
    [answer(['CREATED'], ['NOT_ATTEMPTED', 'CANCELLED']), reset],
    emails('a', 'b'),
  );
  expect(sent).toHaveLength(2);
  expect(results[1]).toMatchObject({ index: 1, outcome: 'UNKNOWN', errors: [{ code: 'OUTCOME_UNKNOWN' }] });
  expect(summary).toEqual({ created: 1, notAttempted: 0, unknown: 1 });
});

test('items whose second request is refused stay NOT_ATTEMPTED', async () => {
  const { results } = await write(
    [answer(['CREATED'], ['NOT_ATTEMPTED', 'CANCELLED']), refusal('FORBIDDEN', 403)],
    emails('a', 'b'),
  );
  expect(results[1]?.outcome).toBe('NOT_ATTEMPTED');
});

test.each(['FORBIDDEN', 'REJECTED'])(
  'an item that was not attempted because of %s is not sent again',
  async (code) => {
    const { sent } = await write([answer(['NOT_ATTEMPTED', code])], emails('a'));
    expect(sent).toHaveLength(1);
  },
);

test('errors of fields come with the index of their item', async () => {
  const first = answer(['CREATED'], ['NOT_ATTEMPTED', 'CANCELLED']);
  const error = (index: number) => ({
    message: 'No.',
    path: ['createCustomers', 'results', index, 'customer'],
    extensions: { code: 'FORBIDDEN' },
  });
  const second = json({
    data: { createCustomers: { results: [{ index: 0, outcome: 'CREATED', customer: null }] } },
    errors: [error(0)],
  });
  const { errors } = await write([first, second], emails('a', 'b'));
  expect(errors).toEqual([error(1)]);
});

test('nothing is sent again if the response does not show which items were not attempted', async () => {
  const result = { index: 0, outcome: 'NOT_ATTEMPTED', errors: [] };
  const twoFields = json({ data: { a: { results: [result] }, b: { results: [result] } } });
  const tooMany = json({ data: { createCustomers: { results: [result, result] } } });
  const withoutOutcome = json({ data: { createCustomers: { results: [{ index: 0 }] } } });
  for (const only of [twoFields, tooMany, withoutOutcome]) {
    const gateway = await startHostileGateway(only);
    const client = createClient({ url: gateway.url, clock: createRecordingClock() });
    await client.write(MUTATION, { input: { customers: emails('a') } });
    expect(gateway.bodies).toHaveLength(1);
  }
});

test('the list can be a variable by itself', async () => {
  const gateway = await startHostileGateway(
    answer(['CREATED'], ['NOT_ATTEMPTED', 'CANCELLED']),
    answer(['CREATED']),
  );
  const client = createClient({ url: gateway.url, clock: createRecordingClock() });
  const document = `mutation ($all: [CreateCustomerInput!]!) {
    createCustomers(input: { customers: $all }) { results { outcome } }
  }`;
  await client.write(document, { all: emails('a', 'b') });
  expect(gateway.bodies.map(({ variables }) => variables)).toEqual([
    { all: emails('a', 'b') },
    { all: emails('b') },
  ]);
});

test('a list that is a part of the items is not taken for the items', async () => {
  const gateway = await startHostileGateway(
    answer(['NOT_ATTEMPTED', 'CANCELLED'], ['NOT_ATTEMPTED', 'CANCELLED']),
  );
  const client = createClient({ url: gateway.url, clock: createRecordingClock() });
  const document = `mutation ($ids: [Int!]!) {
    updateCustomers(input: { customers: [{ entityId: 1, channelIds: $ids }, { entityId: 2, channelIds: $ids }] }) {
      results { outcome }
    }
  }`;
  await client.write(document, { ids: [1, 2] });
  expect(gateway.bodies).toHaveLength(1);
});

test('nothing is sent again if the variables have two lists', async () => {
  const gateway = await startHostileGateway(answer(['NOT_ATTEMPTED', 'TIMEOUT']));
  const client = createClient({ url: gateway.url, clock: createRecordingClock() });
  await client.write(MUTATION, { input: { customers: emails('a'), others: emails('b') } });
  expect(gateway.bodies).toHaveLength(1);
});

test('a caller who aborts gets the results that are known', async () => {
  const controller = new AbortController();
  const gateway = await startHostileGateway(answer(['CREATED'], ['NOT_ATTEMPTED', 'TIMEOUT']));
  const clock = createRecordingClock(() => controller.abort());
  const client = createClient({ url: gateway.url, clock });
  const { data } = await client.write(
    MUTATION,
    { input: { customers: emails('a', 'b') } },
    { signal: controller.signal },
  );
  expect((data as Imported).createCustomers.results.map(({ outcome }) => outcome)).toEqual([
    'CREATED',
    'NOT_ATTEMPTED',
  ]);
});
