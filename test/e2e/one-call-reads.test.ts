import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createStoreClient, type StoreClient } from '../sandbox/support/store-client.ts';
import { shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
let store: StoreClient;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 12 }, { lateWriteMs: 50 });
  store = createStoreClient(shop.sandbox);
  for (let n = 1; n <= 5; n += 1) {
    const body = {
      namespace: n < 4 ? 'sizes' : 'notes',
      key: `key-${n}`,
      value: `${n}`,
      permission_set: 'read',
    };
    await store.send('POST', '/customers/9/metafields', body);
  }
});
beforeEach(() => shop.sandbox.requests.clear());
afterAll(() => shop.close());

/** The data and the calls of a query without errors. */
async function read(query: string) {
  const { data, errors } = await shop.executeText(query);
  expect(errors).toEqual([]);
  return { data, calls: shop.calls() };
}

async function ownMetafields(customer: number) {
  const { json } = await store.get(`/customers/${customer}/metafields?limit=250`);
  shop.sandbox.requests.clear();
  return json.data as readonly { readonly id: number; readonly namespace: string; readonly key: string }[];
}

test.each([
  ['customerConsent(customerEntityId: 4) { allow }', 'GET /customers/4/consent'],
  ['customerStoredInstruments(customerEntityId: 4) { type }', 'GET /customers/4/stored-instruments'],
  ['customerMetafields(customerEntityId: 9) { totalCount }', 'GET /customers/9/metafields?limit=250'],
  [
    'customerMetafields(customerEntityId: 9, filter: { namespace: "sizes" }) { nodes { key } }',
    'GET /customers/9/metafields?namespace=sizes&limit=250',
  ],
  [
    'customerMetafield(customerEntityId: 9, by: { name: { namespace: "sizes", key: "key-2" } }) { value }',
    'GET /customers/9/metafields?namespace=sizes&key=key-2&limit=250',
  ],
])('%s makes one call', async (field, call) => {
  expect((await read(`{ ${field} }`)).calls).toEqual([call]);
});

test('customerMetafield by id makes one call', async () => {
  const [metafield] = await ownMetafields(9);
  const field = `customerMetafield(customerEntityId: 9, by: { entityId: ${metafield?.id} }) { key }`;
  const { data, calls } = await read(`{ ${field} }`);
  expect(data.customerMetafield).toEqual({ key: metafield?.key });
  expect(calls).toEqual([`GET /customers/9/metafields/${metafield?.id}`]);
});

test('the root fields share their calls with the same fields of a customer', async () => {
  const { calls } = await read(`{
    customerConsent(customerEntityId: 4) { allow }
    again: customerConsent(customerEntityId: 4) { deny }
    customerStoredInstruments(customerEntityId: 4) { type }
    customerMetafields(customerEntityId: 4) { totalCount }
    customer(by: { entityId: 4 }) { consent { allow } storedInstruments { type } metafields { totalCount } }
  }`);
  expect(calls.toSorted()).toEqual([
    'GET /customers/4/consent',
    'GET /customers/4/metafields?limit=250',
    'GET /customers/4/stored-instruments',
    'GET /customers?id:in=4&limit=250',
  ]);
});

test('a customer that does not exist has no consent, instruments or metafields', async () => {
  const { data } = await read(`{
    customerConsent(customerEntityId: 999) { allow }
    customerStoredInstruments(customerEntityId: 999) { type }
    customerMetafields(customerEntityId: 999) { totalCount nodes { key } }
    customerMetafield(customerEntityId: 999, by: { entityId: 1 }) { key }
  }`);
  expect(data).toEqual({
    customerConsent: null,
    // The store answers an empty list, not 404.
    customerStoredInstruments: [],
    customerMetafields: { totalCount: 0, nodes: [] },
    customerMetafield: null,
  });
});

test.each([
  'customerConsent(customerEntityId: 0) { allow }',
  'customerStoredInstruments(customerEntityId: -1) { type }',
  'customerMetafields(customerEntityId: 0) { totalCount }',
  'customerMetafield(customerEntityId: 0, by: { entityId: 1 }) { key }',
])('%s is BAD_USER_INPUT and makes no call', async (field) => {
  const { errors } = await shop.executeText(`{ ${field} }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'customerEntityId' } }]);
  expect(shop.calls()).toEqual([]);
});

describe('the metafields of one customer', () => {
  const keysOf = (page: { readonly nodes: readonly { readonly key: string }[] }) =>
    page.nodes.map(({ key }) => key);

  test('are paged by the gateway in both directions', async () => {
    const all = (await ownMetafields(9)).map(({ key }) => key);
    const page = async (args: string) =>
      (
        await read(
          `{ customerMetafields(customerEntityId: 9, ${args}) { nodes { key } pageInfo { hasNextPage endCursor } } }`,
        )
      ).data.customerMetafields;
    const first = await page('first: 2');
    expect(keysOf(first)).toEqual(all.slice(0, 2));
    const second = await page(`first: 50, after: "${first.pageInfo.endCursor}"`);
    expect(keysOf(second)).toEqual(all.slice(2));
    expect(second.pageInfo.hasNextPage).toBe(false);
    const down = await page('first: 2, direction: DESC');
    expect(keysOf(down)).toEqual(all.toReversed().slice(0, 2));
    expect(keysOf(await page(`first: 50, direction: DESC, after: "${down.pageInfo.endCursor}"`))).toEqual(
      all.toReversed().slice(2),
    );
  });

  test('match every condition of the filter', async () => {
    const found = async (filter: string) =>
      keysOf(
        (await read(`{ customerMetafields(customerEntityId: 9, filter: { ${filter} }) { nodes { key } } }`))
          .data.customerMetafields,
      );
    expect(await found('namespaces: ["sizes", "no, such"]')).toEqual(['key-1', 'key-2', 'key-3']);
    expect(await found('key: "key-4", namespaces: ["notes", "sizes"]')).toEqual(['key-4']);
    expect(await found('namespace: "sizes", createdAt: { min: "2000-01-01" }')).toEqual([
      'key-1',
      'key-2',
      'key-3',
    ]);
    expect(await found('updatedAt: { max: "2000-01-01" }')).toEqual([]);
  });

  test('cost nothing for an empty page without a total', async () => {
    const { data, calls } = await read(
      '{ customerMetafields(customerEntityId: 9, first: 0) { nodes { key } } }',
    );
    expect([data.customerMetafields.nodes, calls]).toEqual([[], []]);
  });
});

describe('a shopper', () => {
  const client = () => shop.as(shopper(4, 'instruments:read'));

  test('reads their own consent and instruments, and no others', async () => {
    const own = await client().executeText(
      '{ customerConsent(customerEntityId: 4) { allow } customerStoredInstruments(customerEntityId: 4) { type } }',
    );
    expect(own.errors).toEqual([]);
    shop.sandbox.requests.clear();
    const others = await client().executeText(
      '{ customerConsent(customerEntityId: 5) { allow } customerStoredInstruments(customerEntityId: 5) { type } }',
    );
    expect(others.errors.map(({ message, extensions }) => [extensions.code, message])).toEqual([
      ['FORBIDDEN', 'Another customer is not available to shoppers.'],
      ['FORBIDDEN', 'Another customer is not available to shoppers.'],
    ]);
    expect(shop.calls()).toEqual([]);
  });
});
