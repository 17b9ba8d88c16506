import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 6 }, { lateWriteMs: 50 });
  const store = createStoreClient(shop.sandbox);
  for (const [customer, namespace, key] of [
    [1, 'sizes, eu', 'shoe, left'],
    [1, 'sizes, eu', 'shoe'],
    [2, 'sizes', 'shoe, left'],
    [2, 'sizes', 'hat'],
  ]) {
    const body = { namespace, key, value: 'v', permission_set: 'read' };
    await store.send('POST', `/customers/${customer}/metafields`, body);
  }
});
afterAll(() => shop.close());

async function read(query: string) {
  shop.calls();
  const { data, errors } = await shop.executeText(query);
  return { data, errors, calls: shop.calls() };
}

test.each([
  ['key: "shoe, left"', ['sizes, eu/shoe, left', 'sizes/shoe, left'], 'key=shoe%2C%20left'],
  ['keys: ["shoe, left"]', ['sizes, eu/shoe, left', 'sizes/shoe, left'], 'key=shoe%2C%20left'],
  ['keys: ["shoe, left", "shoe, left"]', ['sizes, eu/shoe, left', 'sizes/shoe, left'], 'key=shoe%2C%20left'],
  ['namespace: "sizes, eu"', ['sizes, eu/shoe, left', 'sizes, eu/shoe'], 'namespace=sizes%2C%20eu'],
  ['namespaces: ["sizes, eu"]', ['sizes, eu/shoe, left', 'sizes, eu/shoe'], 'namespace=sizes%2C%20eu'],
  ['namespace: "sizes", key: "hat"', ['sizes/hat'], 'namespace=sizes&key=hat'],
  ['namespace: "sizes", keys: ["hat", "shoe"]', ['sizes/hat'], 'namespace=sizes&key:in=hat,shoe'],
  ['key: "hat", keys: ["hat", "shoe"]', ['sizes/hat'], 'key=hat'],
])('customerMetafields finds the metafields with %s', async (filter, names, query) => {
  const { data, errors, calls } = await read(
    `{ customerMetafields(filter: { ${filter} }) { totalCount nodes { namespace key } } }`,
  );
  expect(errors).toEqual([]);
  expect(
    data.customerMetafields.nodes.map((each: { namespace: string; key: string }) =>
      [each.namespace, each.key].join('/'),
    ),
  ).toEqual(names);
  expect(data.customerMetafields.totalCount).toBe(names.length);
  expect(calls).toEqual([`GET /customers/metafields?${query}&limit=50`]);
});

test('a key that is not among the keys matches nothing and makes no call', async () => {
  const { data, errors, calls } = await read(
    '{ customerMetafields(filter: { key: "hat", keys: ["shoe"] }) { totalCount nodes { key } } }',
  );
  expect([data, errors, calls]).toEqual([{ customerMetafields: { totalCount: 0, nodes: [] } }, [], []]);
});

test.each([
  ['keys: ["a", "b,c", "d", "e,f"]', 'filter.keys: contains a comma at index 1, 3, which'],
  ['namespaces: ["a,b", "c"]', 'filter.namespaces: contains a comma at index 0, which'],
  ['key: ""', 'filter.key: contains an empty value.'],
  [
    `namespace: "${'x'.repeat(65)}"`,
    'filter.namespace: is longer than 64 characters, the maximum that the store supports.',
  ],
])('customerMetafields refuses %s without a call', async (filter, message) => {
  const { errors, calls } = await read(`{ customerMetafields(filter: { ${filter} }) { totalCount } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors[0]?.message).toContain(message);
  expect(calls).toEqual([]);
});

test('a name of 64 characters outside the basic plane is not too long', async () => {
  const { errors } = await read(
    `{ customerMetafields(filter: { namespace: "${'😀'.repeat(64)}" }) { totalCount } }`,
  );
  expect(errors).toEqual([]);
});

test('a customer has metafields by names with commas, one or several', async () => {
  const { data, errors, calls } = await read(`{
    customer(by: { entityId: 1 }) {
      metafield(by: { name: { namespace: "sizes, eu", key: "shoe, left" } }) { key }
      metafields(keys: ["shoe, left", "hat"]) { nodes { key } }
    }
  }`);
  expect(errors).toEqual([]);
  expect(data.customer).toEqual({
    metafield: { key: 'shoe, left' },
    metafields: { nodes: [{ key: 'shoe, left' }] },
  });
  expect(calls).toEqual(['GET /customers?id:in=1&limit=250', 'GET /customers/1/metafields?limit=250']);
});

test('one name with a comma is a filter of the store for one customer and for many', async () => {
  const one = await read(
    '{ customer(by: { entityId: 1 }) { metafields(keys: ["shoe, left"]) { nodes { key } } } }',
  );
  expect(one.calls.at(-1)).toBe('GET /customers/1/metafields?key=shoe%2C%20left&limit=250');
  const many = await read('{ customers { nodes { metafields(keys: ["shoe, left"]) { nodes { key } } } } }');
  expect(many.calls.toSorted()).toEqual([
    'GET /customers/metafields?key=shoe%2C%20left&limit=250',
    'GET /customers?limit=50',
  ]);
  expect(many.data.customers.nodes[0].metafields.nodes).toEqual([{ key: 'shoe, left' }]);
});

test('a create whose response is lost is found by a key with a comma', async () => {
  shop.sandbox.faults.set([
    { operations: ['createCustomerMetafields'], maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } },
  ]);
  const { data, calls } = await read(`mutation { createCustomerMetafields(input: { metafields: [
    { customerEntityId: 3, namespace: "n", key: "a, b", value: "v", permissionSet: READ }
  ] }) { results { outcome } } }`);
  expect(data.createCustomerMetafields.results).toEqual([{ outcome: 'CREATED' }]);
  expect(calls[1]).toBe('GET /customers/3/metafields?namespace=n&key=a%2C%20b&limit=250');
});
