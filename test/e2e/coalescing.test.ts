import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../sandbox/support/store-client.ts';
import { type Gateway, startGatewayOnSandbox } from '../support/gateway.ts';
import { type ProxiedGateway, startGatewayBehindProxy } from '../support/gateway-behind-proxy.ts';
import { post } from '../support/post.ts';
import type { Override } from '../support/store-proxy.ts';

let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let gated: ProxiedGateway | undefined;
afterEach(async () => {
  await (gated ?? store).close();
  gated = undefined;
});

async function start(override?: Override): Promise<ProxiedGateway> {
  gated = await startGatewayBehindProxy({ paused: true, ...(override && { override }) });
  return gated;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const emailOf = (id: number) => `{ customer(by: { entityId: ${id} }) { entityId email } }`;

const PAGE = '{ customers(first: 3) { nodes { entityId firstName consent { allow } } } }';

test('64 identical queries at once cost the calls of one', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 30 });
  const answers = await Promise.all(Array.from({ length: 64 }, () => store.executeText(PAGE)));
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

test('a caller that disconnects does not fail the others', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 60 });
  const leaving = new AbortController();
  const first = store.executeText(PAGE, {}, leaving.signal).catch(() => 'left');
  const second = store.executeText(PAGE);
  while (store.sandbox.concurrency.peak().getCustomers === undefined) await new Promise(setImmediate);
  leaving.abort();
  expect((await second).data.customers.nodes).toHaveLength(3);
  await first;
});

test('a read after a write does not join an in-flight read from before it', async () => {
  store = await startGatewayOnSandbox({ latencyMs: 40 });
  const before = store.executeText(PAGE);
  const change =
    'mutation { updateCustomers(input: { customers: [{ entityId: 1, firstName: "Anew" }] }) { summary { updated } } }';
  expect((await store.executeText(change)).data.updateCustomers.summary.updated).toBe(1);
  expect((await store.executeText(PAGE)).data.customers.nodes[0].firstName).toBe('Anew');
  await before;
});

test.each([
  ['a page with nested addresses', '{ customers(first: 20) { nodes { addresses { nodes { city } } } } }', 2],
  ['metafields', '{ customers(first: 20) { nodes { metafields { nodes { key value } } } } }', 2],
  ['attributes with their names', '{ customers(first: 20) { nodes { attributes { name value } } } }', 3],
  ['owners of addresses', '{ customerAddresses(first: 20) { nodes { customer { email } } } }', 2],
  ['stored instruments', '{ customers(first: 3) { nodes { storedInstruments { type } } } }', 4],
  ['lookups', '{ a: customer(by: { entityId: 1 }) { email } b: customer(by: { entityId: 2 }) { notes } }', 1],
])('64 identical queries at once cost the calls of one: %s', async (_name, query, calls) => {
  store = await startGatewayOnSandbox({ latencyMs: 30 });
  const answers = await Promise.all(Array.from({ length: 64 }, () => store.executeText(query)));
  for (const { data, errors } of answers) {
    expect(errors).toEqual([]);
    expect(data).toEqual(answers[0]?.data);
  }
  expect(store.calls()).toHaveLength(calls);
});

describe('concurrent operations for different records', () => {
  test('100 for 100 customers cost at most three calls', async () => {
    store = await startGatewayOnSandbox();
    const answers = await Promise.all(numbers(100).map((id) => store.executeText(emailOf(id))));
    expect(answers.map(({ data }) => data.customer.entityId)).toEqual(numbers(100));
    expect(store.calls().length).toBeLessThanOrEqual(3);
  });

  test('100 of every kind cost a few calls', async () => {
    store = await startGatewayOnSandbox();
    const { data } = await store.executeText(
      '{ customerAddresses(first: 25) { nodes { id } } customers(first: 25) { nodes { email } } }',
    );
    store.calls();
    const queries = [
      ...numbers(25).map(emailOf),
      ...data.customers.nodes.map(
        (customer: Json) => `{ customer(by: { email: "${customer.email}" }) { entityId } }`,
      ),
      ...data.customerAddresses.nodes.map((address: Json) => `{ node(id: "${address.id}") { id } }`),
      ...numbers(25).map(
        (id) =>
          `{ customer(by: { entityId: ${id} }) { addresses { totalCount nodes { city } } attributes { value } } }`,
      ),
    ];
    const answers = await Promise.all(queries.map((query) => store.executeText(query)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    // By id, by e-mail, addresses by id, and what customer records do not embed: further addresses and attributes.
    expect(store.calls().length).toBeLessThanOrEqual(10);
  });

  test('each gets only its own selection, although the call reads all of them', async () => {
    const { proxy, executeText } = await start();
    const all = [
      executeText('{ customer(by: { entityId: 1 }) { email } }'),
      executeText('{ customer(by: { entityId: 2 }) { storeCredit { amount } } }'),
      executeText('{ customers(filter: { entityIds: [3, 1] }) { nodes { entityId formFields { name } } } }'),
    ];
    await proxy.waitForCalls(1);
    proxy.resume();
    const [one, two, three] = await Promise.all(all);
    expect(proxy.calls).toEqual(['/customers?include=storecredit,formfields&id:in=1,2,3&limit=250']);
    expect(one?.data).toEqual({ customer: { email: expect.any(String) } });
    expect(two?.data).toEqual({ customer: { storeCredit: [{ amount: expect.any(Number) }] } });
    expect(three?.data.customers.nodes.map(({ entityId }: Json) => entityId)).toEqual([1, 3]);
  });

  test('the first one reports the call as its own, and the others report it as coalesced', async () => {
    const { proxy, ...gateway } = await start();
    const all = numbers(3).map((id) => explained(gateway, emailOf(id)));
    await proxy.waitForCalls(1);
    proxy.resume();
    const [first, ...others] = await Promise.all(all);
    expect(first).toMatchObject({
      requests: 1,
      coalesced: 0,
      calls: [{ path: '/customers', query: 'id:in=1&limit=250', status: 200, field: 'customer' }],
    });
    for (const other of others) expect(other).toMatchObject({ requests: 0, coalesced: 1, calls: [] });
  });

  test('no operation fails because of the ids of another', async () => {
    const poison = 'poison@example.com';
    const { proxy, executeText } = await start((call) =>
      call.includes(encodeURIComponent(poison)) ? { status: 422, body: { title: 'no' } } : null,
    );
    const byEmail = (email: string) => executeText(`{ customer(by: { email: "${email}" }) { email } }`);
    const neighbours = numbers(9).map((i) => byEmail(`nobody-${i}@example.com`));
    const poisoned = byEmail(poison);
    await proxy.waitForCalls(1);
    proxy.resume();
    for (const { data, errors } of await Promise.all(neighbours)) {
      expect([data, errors]).toEqual([{ customer: null }, []]);
    }
    expect((await poisoned).errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_REJECTED', status: 422 });
    expect(proxy.calls.length).toBeLessThanOrEqual(9);
  });

  test('one that disconnects does not fail the others, and the call is aborted with the last', async () => {
    const { proxy, executeText } = await start();
    const leaving = [new AbortController(), new AbortController()];
    const all = leaving.map(({ signal }, i) => executeText(emailOf(i + 1), {}, signal).catch(() => 'left'));
    await proxy.waitForCalls(1);
    leaving[0]?.abort();
    expect(await all[0]).toBe('left');
    const later = executeText(emailOf(2));
    leaving[1]?.abort();
    expect(await all[1]).toBe('left');
    proxy.resume();
    expect((await later).data.customer.entityId).toBe(2);
  });

  test('one that starts after a write reads the written data', async () => {
    store = await startGatewayOnSandbox({ latencyMs: 40 });
    const nameOf = (id: number) => `{ customer(by: { entityId: ${id} }) { firstName } }`;
    const before = numbers(5).map((id) => store.executeText(nameOf(id)));
    const change =
      'mutation { updateCustomers(input: { customers: [{ entityId: 1, firstName: "Anew" }] }) { summary { updated } } }';
    expect((await store.executeText(change)).data.updateCustomers.summary.updated).toBe(1);
    const after = await Promise.all([1, 2, 1].map((id) => store.executeText(nameOf(id))));
    expect(after[0]?.data.customer.firstName).toBe('Anew');
    expect(after[2]?.data.customer.firstName).toBe('Anew');
    await Promise.all(before);
  });
});

async function explained(gateway: Pick<Gateway, 'app'>, query: string): Promise<Json> {
  const response = await post(gateway, { query, extensions: { explain: true } });
  const { extensions } = (await response.json()) as Json;
  return extensions.upstream;
}
