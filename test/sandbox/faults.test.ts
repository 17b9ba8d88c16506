import { expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { newCustomers } from './operations/case.ts';
import { type StoreClient, startTestSandbox } from './support/store-client.ts';

const [nora] = newCustomers(1);
const create = ({ send }: StoreClient) => send('POST', '/customers', [nora]);

async function shopWith(
  fault: FaultRule['fault'],
  rule: Omit<FaultRule, 'fault'> = {},
): Promise<StoreClient> {
  const shop = await startTestSandbox({ customers: 5 });
  shop.sandbox.faults.set([{ ...rule, fault }]);
  return shop;
}

test('responds with the status of a fault, with or without a commit', async () => {
  const shop = await shopWith({ kind: 'status', status: 503 }, { maxCalls: 1 });
  expect((await create(shop)).status).toBe(503);
  expect(shop.sandbox.ledger.list()).toEqual([]);
  shop.sandbox.faults.set([{ fault: { kind: 'status', status: 500, commits: true } }]);
  expect((await create(shop)).status).toBe(500);
  expect(shop.sandbox.ledger.list()).toMatchObject([
    { seq: 1, operationId: 'createCustomers', change: 'created' },
  ]);
});

test('closes the connection before the commit', async () => {
  const shop = await shopWith({ kind: 'cut', when: 'before-commit' });
  await expect(create(shop)).rejects.toThrow();
  expect(shop.sandbox.ledger.list()).toEqual([]);
});

test('closes the connection after the commit', async () => {
  const shop = await shopWith({ kind: 'cut', when: 'after-commit' });
  await expect(create(shop)).rejects.toThrow();
  expect(shop.sandbox.ledger.list()).toHaveLength(1);
  expect(shop.sandbox.requests.list()).toMatchObject([{ operationId: 'createCustomers', status: null }]);
});

test.each(['cut', 504] as const)('fails with %s and commits later', async (answer) => {
  let commitLate = () => {};
  const shop = await startTestSandbox({
    customers: 5,
    sleep: () => new Promise((resolve) => (commitLate = resolve)),
  });
  shop.sandbox.faults.set([{ fault: { kind: 'late-commit', delayMs: 5000, answer } }]);
  const status = await create(shop).then(
    (reply) => reply.status,
    () => 'cut',
  );
  expect([status, shop.sandbox.ledger.list()]).toEqual([answer, []]);
  commitLate();
  await shop.sandbox.settled();
  expect(shop.sandbox.ledger.list()).toHaveLength(1);
});

test('sends the correct response slowly', async () => {
  const waits: number[] = [];
  const shop = await startTestSandbox({
    customers: 5,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  });
  shop.sandbox.faults.set([{ fault: { kind: 'drip', bytes: 100, everyMs: 250 } }]);
  const { json, text } = await shop.get('/customers');
  expect(json.data).toHaveLength(5);
  expect(waits).toEqual(Array(Math.ceil(Buffer.byteLength(text) / 100)).fill(250));
});

test.each([true, false])('truncates the response (chunked: %s)', async (chunked) => {
  const shop = await shopWith({ kind: 'truncate', chunked });
  await expect(shop.get('/customers')).rejects.toThrow();
});

test('sends the body of a fault after the commit', async () => {
  const shop = await shopWith({ kind: 'body', body: '<html>', contentType: 'text/html' });
  const { status, text } = await create(shop);
  expect([status, text, shop.sandbox.ledger.list().length]).toEqual([200, '<html>', 1]);
});

test('does not respond to a hanging call until the client aborts', async () => {
  const { sandbox } = await shopWith({ kind: 'hang' });
  const aborting = new AbortController();
  const call = fetch(`${sandbox.url}/customers`, {
    headers: { 'X-Auth-Token': sandbox.token },
    signal: aborting.signal,
  });
  while (sandbox.requests.list().length === 0) await new Promise((resolve) => setImmediate(resolve));
  aborting.abort();
  await expect(call).rejects.toThrow();
});

test('adds fixed and random latency', async () => {
  const waits: number[] = [];
  const shop = await startTestSandbox({
    customers: 5,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  });
  shop.sandbox.faults.set([
    { fault: { kind: 'latency', ms: 100, upToMs: 200 } },
    { fault: { kind: 'latency', ms: 50 } },
  ]);
  await shop.get('/customers');
  await shop.get('/customers');
  expect(waits.every((wait) => wait >= 150 && wait <= 250)).toBe(true);
  expect(new Set(waits).size).toBe(2);
});

test('lets another app consume the quota', async () => {
  const shop = await startTestSandbox({ customers: 5, quota: 10 });
  shop.sandbox.faults.set([{ fault: { kind: 'quota', requests: 4 } }]);
  const left = async () => (await shop.get('/customers')).headers.get('x-rate-limit-requests-left');
  expect([await left(), await left()]).toEqual(['5', '0']);
  expect((await shop.get('/customers')).status).toBe(429);
});

test('affects calls by operation, number, count and probability, reproducibly for a seed', async () => {
  const shop = await startTestSandbox({ customers: 5 });
  const statuses = async (rule: Omit<FaultRule, 'fault'>, seed: number) => {
    shop.sandbox.faults.set([{ ...rule, fault: { kind: 'status', status: 500 } }], { seed });
    const seen: number[] = [];
    for (let call = 0; call < 8; call += 1) seen.push((await shop.get('/customers?limit=1')).status);
    return seen.map((status) => (status === 500 ? 'x' : '.')).join('');
  };
  expect(await statuses({ operations: ['createCustomers'] }, 1)).toBe('........');
  expect(await statuses({ calls: [2, 5] }, 1)).toBe('.x..x...');
  expect(await statuses({ maxCalls: 3 }, 1)).toBe('xxx.....');
  const drawn = await statuses({ probability: 0.5 }, 7);
  expect(await statuses({ probability: 0.5 }, 7)).toBe(drawn);
  expect(drawn).toMatch(/x/);
  expect(drawn).toMatch(/\./);
});
