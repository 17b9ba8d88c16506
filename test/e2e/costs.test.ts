import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import {
  AddressBooksDocument,
  CustomersPageDocument,
  CustomersTotalDocument,
  NodesDocument,
  OptionalPartsDocument,
  OwnersOfAddressesDocument,
  RoundTripDocument,
  WholeCustomersDocument,
} from '../generated/operations.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

// Of 300 seeded customers only 12, 19 and 33 have more than ten addresses.
const CUSTOMERS = 300;
const WITH_MANY = [12, 19, 33];

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: CUSTOMERS });
});
beforeEach(() => gateway.sandbox.requests.clear());
afterAll(() => gateway.close());

const EVERYTHING = 'addresses,attributes,formfields,storecredit,shopper_profile_id,segment_ids';

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

test('reads 250 customers with everything that a customer record embeds in one call', async () => {
  const ids = numbers(1, CUSTOMERS)
    .filter((id) => !WITH_MANY.includes(id))
    .slice(0, 250);
  const { data, errors } = await gateway.execute(WholeCustomersDocument, {
    first: 250,
    filter: { entityIds: ids },
  });
  expect(errors).toEqual([]);
  expect(gateway.calls()).toEqual([`GET /customers?include=${EVERYTHING}&id:in=${ids.join(',')}&limit=250`]);
  const customers = data.customers?.nodes ?? [];
  expect(customers.map(({ entityId }) => entityId)).toEqual(ids);
  expect(customers.every(({ addressCount, addresses }) => addresses?.nodes.length === addressCount)).toBe(
    true,
  );
  expect(customers.every(({ formFields }) => formFields?.length === 8)).toBe(true);
  expect(customers.every(({ storeCredit }) => storeCredit?.length === 1)).toBe(true);
  expect(customers.every(({ shopperProfileId }) => /^[0-9a-f-]{36}$/.test(shopperProfileId ?? ''))).toBe(
    true,
  );
  expect(customers.every(({ segmentIds }) => Array.isArray(segmentIds))).toBe(true);
});

test('reads the total count in the same call as the first page, and with one more call on a cursor page', async () => {
  const first = await gateway.execute(WholeCustomersDocument, { first: 33, withTotal: true });
  expect(first.data.customers?.totalCount).toBe(CUSTOMERS);
  expect(gateway.calls()).toEqual([
    `GET /customers?include=${EVERYTHING}&limit=33`,
    'GET /customers/addresses?include=formfields&customer_id:in=12,19,33&limit=250',
  ]);
  const after = first.data.customers?.pageInfo.endCursor ?? null;

  const page = await gateway.execute(WholeCustomersDocument, { first: 250, after });
  expect(page.data.customers?.nodes.map(({ entityId }) => entityId)).toEqual(numbers(34, 283));
  const anchor = encodeURIComponent(Buffer.from('{"id":33}').toString('base64'));
  expect(gateway.calls()).toEqual([`GET /customers?include=${EVERYTHING}&after=${anchor}&limit=250`]);

  const counted = await gateway.execute(WholeCustomersDocument, { first: 250, after, withTotal: true });
  expect(counted.data.customers?.totalCount).toBe(CUSTOMERS);
  expect(gateway.calls().toSorted()).toEqual([
    `GET /customers?include=${EVERYTHING}&after=${anchor}&limit=250`,
    'GET /customers?limit=1',
  ]);
});

test('looks up twenty customers by id in one call', async () => {
  const { data, errors } = await gateway.executeText(
    `{ ${numbers(1, 20)
      .map((id) => `c${id}: customer(by: { entityId: ${id} }) { entityId }`)
      .join(' ')} }`,
  );
  expect(errors).toEqual([]);
  expect(Object.values(data)).toEqual(numbers(1, 20).map((entityId) => ({ entityId })));
  expect(gateway.calls()).toEqual([`GET /customers?id:in=${numbers(1, 20).join(',')}&limit=250`]);
});

test('looks up twenty customers by e-mail in one call', async () => {
  const store = createStoreClient(gateway.sandbox);
  const emails: string[] = (await store.get('/customers?limit=20')).json.data.map(
    ({ email }: { email: string }) => email,
  );
  gateway.sandbox.requests.clear();
  const { data, errors } = await gateway.executeText(
    `{ ${emails.map((email, i) => `c${i}: customer(by: { email: "${email}" }) { entityId }`).join(' ')} }`,
  );
  expect(errors).toEqual([]);
  expect(Object.values(data)).toEqual(numbers(1, 20).map((entityId) => ({ entityId })));
  const sent = emails.map((email) => encodeURIComponent(email.toLowerCase())).join(',');
  expect(gateway.calls()).toEqual([`GET /customers?email:in=${sent}&limit=250`]);
});

test('looks up 300 ids in two calls, and returns null for the 40 that do not exist', async () => {
  const existing = numbers(1, 260);
  const missing = numbers(1_000_001, 1_000_040);
  const ids = [...missing, ...existing].map((id) => toGlobalId('Customer', id));
  const { data, errors } = await gateway.execute(NodesDocument, { ids });
  expect(errors).toEqual([]);
  expect(data.nodes.slice(0, 40)).toEqual(Array(40).fill(null));
  expect(data.nodes.slice(40).map((node) => node && 'entityId' in node && node.entityId)).toEqual(existing);
  expect(gateway.calls()).toEqual([
    `GET /customers?include=storecredit&id:in=${[...missing, ...existing.slice(0, 210)].join(',')}&limit=250`,
    `GET /customers?include=storecredit&id:in=${existing.slice(210).join(',')}&limit=250`,
  ]);
});

test('reads the complete address books of fifty customers in two calls, the second only for the three with more than ten addresses', async () => {
  const { data, errors } = await gateway.execute(AddressBooksDocument, { first: 50 });
  expect(errors).toEqual([]);
  expect(gateway.calls()).toEqual([
    'GET /customers?include=addresses&limit=50',
    'GET /customers/addresses?customer_id:in=12,19,33&limit=250',
  ]);
  const customers = data.customers?.nodes ?? [];
  expect(customers).toHaveLength(50);
  const many = customers.filter(({ addressCount }) => (addressCount ?? 0) > 10);
  expect(many.map(({ entityId, addresses }) => [entityId, addresses?.totalCount])).toEqual([
    [12, 11],
    [19, 12],
    [33, 60],
  ]);
  for (const { entityId, addressCount, addresses } of customers) {
    expect(addresses?.nodes).toHaveLength(addressCount ?? -1);
    const ids = addresses?.nodes.map((address) => address.entityId) ?? [];
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect(addresses?.nodes.every(({ customerEntityId }) => customerEntityId === entityId)).toBe(true);
  }
});

test('makes no further call for a customer with exactly ten addresses', async () => {
  const { data } = await gateway.execute(AddressBooksDocument, { filter: { entityIds: [7] } });
  expect(data.customers?.nodes[0]?.addresses?.totalCount).toBe(10);
  expect(gateway.calls()).toEqual(['GET /customers?include=addresses&id:in=7&limit=250']);
});

test('reads one customer once under several aliases with different selections', async () => {
  const { data, errors } = await gateway.executeText(`{
    a: customer(by: { entityId: 5 }) { email }
    b: customer(by: { id: "${toGlobalId('Customer', 5)}" }) { storeCredit { amount } }
    c: customer(by: { entityId: 5 }) { formFields(names: ["Nothing of the kind"]) { name } }
    d: node(id: "${toGlobalId('Customer', 5)}") { ... on Customer { addressCount } }
    e: nodes(ids: ["${toGlobalId('Customer', 5)}"]) { id ... on Customer { segmentIds } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    a: { email: 'ana.reis+newsletter@example.com' },
    b: { storeCredit: [{ amount: expect.any(Number) }] },
    c: { formFields: [] },
    d: { addressCount: 1 },
    e: [{ id: toGlobalId('Customer', 5), segmentIds: expect.any(Array) }],
  });
  expect(gateway.calls()).toEqual([
    'GET /customers?include=addresses,formfields,storecredit,segment_ids&id:in=5&limit=250',
  ]);
});

test('reads one page once under several aliases with different selections', async () => {
  const { data, errors } = await gateway.executeText(`{
    a: customers(first: 4) { nodes { entityId } }
    b: customers(first: 4) { totalCount nodes { storeCredit { amount } } }
    c: customers(first: 4, after: null, filter: null) { edges { node { formFields { name } } } }
    d: customers(first: 4, filter: { names: null }) { nodes { addresses { totalCount } } }
  }`);
  expect(errors).toEqual([]);
  expect(data.a.nodes).toHaveLength(4);
  expect(data.b.totalCount).toBe(CUSTOMERS);
  expect(data.c.edges[0].node.formFields).toHaveLength(8);
  expect(data.d.nodes[2].addresses.totalCount).toBe(0);
  expect(gateway.calls()).toEqual(['GET /customers?include=addresses,formfields,storecredit&limit=4']);
});

test('does not read customers and addresses again that a list has returned', async () => {
  const { data, errors } = await gateway.execute(RoundTripDocument);
  expect(errors).toEqual([]);
  const customers = data.customers?.nodes ?? [];
  expect(customers).toHaveLength(20);
  for (const { entityId, addresses } of customers) {
    for (const { customer } of addresses?.nodes ?? []) {
      expect(customer?.entityId).toBe(entityId);
      expect(customer?.formFields).toHaveLength(8);
      expect(customer?.storeCredit).toHaveLength(1);
    }
  }
  // The second call is for 12 and 19, which have more addresses than their records embed.
  expect(gateway.calls()).toEqual([
    'GET /customers?include=addresses,formfields,storecredit&limit=20',
    'GET /customers/addresses?customer_id:in=12,19&limit=250',
  ]);
});

test('reads fields of addresses of customers in the one call for the customers', async () => {
  const { errors } = await gateway.executeText(`{
    customers(first: 5) {
      nodes {
        addresses { nodes { customer { formFields { name } storeCredit { amount } addresses { nodes {
          city customer { email segmentIds }
        } } } } }
      }
    }
  }`);
  expect(errors).toEqual([]);
  expect(gateway.calls()).toEqual([
    'GET /customers?include=addresses,formfields,storecredit,segment_ids&limit=5',
  ]);
});

test('reads nodes of mixed types in one call per type', async () => {
  const ids = [
    toGlobalId('Customer', 8),
    toGlobalId('CustomerAddress', 3),
    toGlobalId('Customer', 1_000_000),
    toGlobalId('CustomerAddress', 1),
    toGlobalId('Customer', 8),
    toGlobalId('CustomerAddress', 1_000_000),
  ];
  const { data, errors } = await gateway.execute(NodesDocument, { ids });
  expect(errors).toEqual([]);
  expect(data.nodes.map((node) => node && [node.__typename, node.id])).toEqual([
    ['Customer', ids[0]],
    ['CustomerAddress', ids[1]],
    null,
    ['CustomerAddress', ids[3]],
    ['Customer', ids[4]],
    null,
  ]);
  expect(gateway.calls().toSorted()).toEqual([
    'GET /customers/addresses?id:in=3,1,1000000&limit=250',
    'GET /customers?include=storecredit&id:in=8,1000000&limit=250',
  ]);
});

test('reads the customers of a page of addresses in one further call', async () => {
  const { data, errors } = await gateway.execute(OwnersOfAddressesDocument, { first: 250 });
  expect(errors).toEqual([]);
  const addresses = data.customerAddresses?.nodes ?? [];
  expect(addresses).toHaveLength(250);
  expect(addresses.every(({ customer, customerEntityId }) => customer?.entityId === customerEntityId)).toBe(
    true,
  );
  const owners = [...new Set(addresses.map(({ customerEntityId }) => customerEntityId))];
  expect(gateway.calls()).toEqual([
    'GET /customers/addresses?limit=250',
    `GET /customers?include=storecredit&id:in=${owners.join(',')}&limit=250`,
  ]);
});

test('reads nothing that @skip and @include exclude, even if the same document is executed again', async () => {
  const lean = await gateway.execute(OptionalPartsDocument, { with: false, without: true });
  expect(lean.errors).toEqual([]);
  expect(lean.data.customers?.nodes).toEqual([{ entityId: 1 }, { entityId: 2 }, { entityId: 3 }]);
  expect(gateway.calls()).toEqual(['GET /customers?limit=3']);

  const full = await gateway.execute(OptionalPartsDocument, { with: true, without: false });
  expect(full.data.customers?.totalCount).toBe(CUSTOMERS);
  expect(gateway.calls()).toEqual([
    'GET /customers?include=addresses,formfields,storecredit,segment_ids&limit=3',
  ]);
  await gateway.execute(OptionalPartsDocument, { with: false, without: true });
  expect(gateway.calls()).toEqual(['GET /customers?limit=3']);
});

test('makes no call for an empty page, and one call for its total count', async () => {
  const none = await gateway.execute(CustomersPageDocument, { first: 0 });
  expect(none.data.customers).toEqual({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
  await gateway.execute(CustomersPageDocument, { last: 0 });
  await gateway.execute(OwnersOfAddressesDocument, { first: 0 });
  expect(gateway.calls()).toEqual(['GET /customers/addresses?limit=1']);
  const counted = await gateway.execute(CustomersTotalDocument, { first: 0 });
  expect(counted.data.customers?.totalCount).toBe(CUSTOMERS);
  expect(gateway.calls()).toEqual(['GET /customers?limit=1']);
});

test.each([
  ['entityIds', { entityIds: [] }],
  ['emails', { emails: [] }],
  ['names', { names: [], createdAt: { min: '2020-01-01T00:00:00Z' } }],
  ['customerGroupIds', { customerGroupIds: [] }],
  ['an empty list and a non-empty one', { entityIds: [1], companies: [] }],
])('makes no call for an empty list: %s', async (_name, filter) => {
  const { data, errors } = await gateway.execute(WholeCustomersDocument, {
    first: 10,
    filter,
    withTotal: true,
  });
  expect(errors).toEqual([]);
  expect(data.customers).toEqual({ nodes: [], pageInfo: { endCursor: null }, totalCount: 0 });
  expect(gateway.calls()).toEqual([]);
});
