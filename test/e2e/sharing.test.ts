import { afterEach, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
afterEach(() => store.close());

const PAGE = '{ customers(first: 3) { nodes { entityId firstName consent { allow } } } }';

test('64 identical queries at once cost the calls of one', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 30 });
  const answers = await Promise.all(Array.from({ length: 64 }, () => store.askText(PAGE)));
  for (const { data, errors } of answers) {
    expect(errors).toEqual([]);
    expect(data).toEqual(answers[0]?.data);
  }
  expect(store.calls().toSorted()).toEqual([
    'GET /customers/1/consent',
    'GET /customers/2/consent',
    'GET /customers/3/consent',
    'GET /customers?limit=3',
  ]);
});

test('a caller who leaves takes nobody along', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 60 });
  const leaving = new AbortController();
  const first = store.askText(PAGE, {}, leaving.signal).catch(() => 'left');
  const second = store.askText(PAGE);
  while (store.sandbox.concurrency.highest().getCustomers === undefined) await new Promise(setImmediate);
  leaving.abort();
  expect((await second).data.customers.nodes).toHaveLength(3);
  await first;
});

test('what is read after a write does not join what was read before it', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 40 });
  const before = store.askText(PAGE);
  const change =
    'mutation { updateCustomers(input: { customers: [{ entityId: 1, firstName: "Anew" }] }) { summary { updated } } }';
  expect((await store.askText(change)).data.updateCustomers.summary.updated).toBe(1);
  expect((await store.askText(PAGE)).data.customers.nodes[0].firstName).toBe('Anew');
  await before;
});
