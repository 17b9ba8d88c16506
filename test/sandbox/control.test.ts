import { expect, test } from 'vitest';
import { newCustomers } from './operations/case.ts';
import { type Json, type StoreClient, startTestSandbox } from './support/store-client.ts';

async function control({ sandbox }: StoreClient, method: string, path: string, body?: unknown) {
  const response = await fetch(new URL(`/__sandbox${path}`, sandbox.url), {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json: Json = await response.json();
  return { status: response.status, json };
}

test('does not serve the control API by default', async () => {
  const shop = await startTestSandbox({ customers: 1 });
  expect(await control(shop, 'GET', '/ledger')).toMatchObject({
    status: 404,
    json: { title: 'The route is not found, check the URL' },
  });
});

test('serves log, counts, peak concurrency and ledger, and resets to the seed', async () => {
  const shop = await startTestSandbox({ customers: 3, control: true });
  const before = (await shop.get('/customers?include=addresses')).text;
  await shop.send('POST', '/customers', newCustomers(2));
  await shop.send('DELETE', '/customers?id:in=1');
  expect((await control(shop, 'GET', '/requests')).json.counts).toEqual({
    getCustomers: 1,
    createCustomers: 1,
    deleteCustomers: 1,
  });
  const { entries } = (await control(shop, 'GET', '/ledger')).json;
  expect(entries.slice(0, 2)).toMatchObject([
    {
      seq: 1,
      operationId: 'createCustomers',
      kind: 'customer',
      id: 4,
      key: 'new.person.0@example.com',
      change: 'created',
    },
    { seq: 2, operationId: 'createCustomers', kind: 'customer', id: 5, change: 'created' },
  ]);
  expect((await control(shop, 'GET', '/concurrency')).json.peak).toMatchObject({ createCustomers: 1 });
  expect((await control(shop, 'POST', '/reset')).json).toEqual({ done: true });
  expect((await control(shop, 'GET', '/ledger')).json).toEqual({ entries: [] });
  expect((await shop.get('/customers?include=addresses')).text).toBe(before);
});

test('sets faults, consumes quota, and reports an invalid fault rule', async () => {
  const shop = await startTestSandbox({ customers: 1, control: true, quota: 10 });
  await control(shop, 'PUT', '/faults', {
    rules: [{ calls: [1], fault: { kind: 'status', status: 502 } }],
    seed: 3,
  });
  expect((await shop.get('/customers')).status).toBe(502);
  expect((await shop.get('/customers')).status).toBe(200);
  await control(shop, 'POST', '/quota', { requests: 10 });
  expect((await shop.get('/customers')).status).toBe(429);
  const wrong = await control(shop, 'PUT', '/faults', { rules: [{ fault: { kind: 'flood' } }] });
  expect([wrong.status, wrong.json.error]).toEqual([400, expect.stringContaining('rules[0].fault.kind')]);
  const mistyped = { rules: [{ operations: ['getCustomer'], fault: { kind: 'hang' } }] };
  expect((await control(shop, 'PUT', '/faults', mistyped)).json.error).toBe(
    'Unknown operation: getCustomer.',
  );
  expect((await control(shop, 'GET', '/nothing')).status).toBe(404);
});

test('cancels late writes on reset', async () => {
  let commitLate = () => {};
  const shop = await startTestSandbox({
    customers: 1,
    sleep: () => new Promise((resolve) => (commitLate = resolve)),
  });
  shop.sandbox.faults.set([{ fault: { kind: 'late-commit', delayMs: 1, answer: 504 } }]);
  await shop.send('POST', '/customers', newCustomers(1));
  shop.sandbox.reset();
  commitLate();
  await shop.sandbox.settled();
  expect(shop.sandbox.ledger.list()).toEqual([]);
});
