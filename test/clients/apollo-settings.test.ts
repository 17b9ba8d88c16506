import { gql, type TypedDocumentNode } from 'apollo-client-4';
import { assertInterfaceType } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type ClientGateway, DEFER_TEXT, startClientGateway } from './client-gateway.ts';
import { createClient, evictDeleted, possibleTypes, textOf } from './settings/apollo.ts';
import {
  ADDRESSES_TEXT,
  type AddressesData,
  BY_ID_TEXT,
  CUSTOMERS_TEXT,
  type CustomersData,
  DELETE_ADDRESS_TEXT,
  DELETE_TEXT,
  entityIdsIn,
  FIELDS_TEXT,
  type FieldsData,
  nicknameIn,
  RENAME_TEXT,
  SET_FIELD_TEXT,
} from './settings-texts.ts';

const CUSTOMERS: TypedDocumentNode<CustomersData> = gql(CUSTOMERS_TEXT);
const ADDRESSES: TypedDocumentNode<AddressesData> = gql(ADDRESSES_TEXT);

let gateway: ClientGateway;
let client: ReturnType<typeof createClient>;
beforeEach(async () => {
  gateway = await startClientGateway();
  client = createClient(gateway.url, gateway.fetch);
});
afterEach(() => gateway.close());

/** Loads all pages of the customers, of two each. */
async function loadAll() {
  const variables = { first: 2 };
  let page = (await client.query({ query: CUSTOMERS, variables })).data?.customers;
  const watched = client.watchQuery({ query: CUSTOMERS, variables });
  const subscription = watched.subscribe(() => {});
  while (page?.pageInfo.hasNextPage) {
    const more = await watched.fetchMore({ variables: { after: page.pageInfo.endCursor } });
    page = more.data?.customers;
  }
  return {
    data: () => client.readQuery({ query: CUSTOMERS, variables }) as CustomersData,
    stop: () => subscription.unsubscribe(),
  };
}

test('Apollo joins the pages of a connection', async () => {
  const list = await loadAll();
  expect(entityIdsIn(list.data())).toEqual([1, 2, 3, 4, 5]);
  expect(gateway.exchanges()).toHaveLength(3);
  list.stop();
});

test('Apollo shows in the list what a mutation has changed', async () => {
  const list = await loadAll();
  await client.mutate({ mutation: gql(RENAME_TEXT), variables: { entityId: 3, firstName: 'Ana' } });
  expect(list.data().customers.edges[2]?.node).toMatchObject({ entityId: 3, firstName: 'Ana' });
  list.stop();
});

test('Apollo takes a customer by id from a list, without a request', async () => {
  const list = await loadAll();
  gateway.exchanges();
  const { id } = list.data().customers.edges[3]?.node ?? {};
  const { data } = await client.query({ query: gql(BY_ID_TEXT), variables: { id } });
  expect(data).toMatchObject({ customer: { entityId: 4 } });
  expect(gateway.exchanges()).toEqual([]);
  list.stop();
});

test('Apollo removes a deleted customer from the list', async () => {
  const list = await loadAll();
  await client.mutate<{ deleteCustomers: { results: { outcome: string; id: string }[] } }>({
    mutation: gql(DELETE_TEXT),
    variables: { entityId: 2 },
    update: (cache, { data }) => evictDeleted(cache, 'Customer', data?.deleteCustomers.results ?? []),
  });
  expect(entityIdsIn(client.readQuery({ query: CUSTOMERS, variables: { first: 2 } }))).toEqual([1, 3, 4, 5]);
  list.stop();
});

test('Apollo removes a deleted address, and counts the others anew', async () => {
  const [node] = (await loadAll().then((list) => list.data())).customers.edges;
  const variables = { id: node?.node.id };
  const { data } = await client.query({ query: ADDRESSES, variables });
  const [first, ...others] = data?.customer.addresses.edges ?? [];
  await client.mutate<{ deleteCustomerAddresses: { results: { outcome: string; id: string }[] } }>({
    mutation: gql(DELETE_ADDRESS_TEXT),
    variables: { entityId: first?.node.entityId },
    update: (cache, { data: written }) =>
      evictDeleted(cache, 'CustomerAddress', written?.deleteCustomerAddresses.results ?? []),
  });
  const after = client.readQuery({ query: ADDRESSES, variables });
  expect(after?.customer.addressCount).toBe((data?.customer.addressCount ?? 0) - 1);
  expect(after?.customer.addresses.edges.map((edge) => edge.node.id)).toEqual(
    others.map((edge) => edge.node.id),
  );
});

test('Apollo shows a form field that a mutation has changed, which is no node', async () => {
  const set = (text: string) =>
    client.mutate({ mutation: gql(SET_FIELD_TEXT), variables: { entityId: 1, text } });
  const query: TypedDocumentNode<FieldsData> = gql(FIELDS_TEXT);
  await set('Nick');
  const { data } = await client.query({ query, variables: { entityId: 1 } });
  expect(nicknameIn(data)).toBe('Nick');
  await set('Nicky');
  gateway.exchanges();
  expect(nicknameIn(client.readQuery({ query, variables: { entityId: 1 } }))).toBe('Nicky');
  expect(gateway.exchanges()).toEqual([]);
});

test('Apollo gets a deferred fragment in a second part', async () => {
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    client.watchQuery({ query: gql(DEFER_TEXT), variables: { id: 1 } }).subscribe({
      next({ data, dataState, error }) {
        if (error) reject(error);
        if (data !== undefined) results.push(data);
        if (dataState === 'complete') resolve();
      },
    });
  });
  expect(gateway.exchanges()).toMatchObject([{ type: expect.stringContaining('multipart/mixed') }]);
  expect(results[0]).not.toHaveProperty('customer.consent');
  expect(results.at(-1)).toMatchObject({ customer: { consent: { allow: expect.any(Array) } } });
});

test('Apollo writes back what it has read', async () => {
  const read = await client.query<{ customer: { entityId: number; storeCredit: object[] } }>({
    query: gql`{ customer(by: { entityId: 1 }) { id entityId storeCredit { amount } } }`,
  });
  expect(read.data?.customer.storeCredit).toMatchObject([{ __typename: 'StoreCredit' }]);
  const { entityId, storeCredit } = read.data?.customer ?? {};
  const written = await client.mutate({
    mutation: gql`mutation ($input: UpdateCustomersInput!) { updateCustomers(input: $input) { results { outcome } } }`,
    variables: { input: { customers: [{ entityId, storeCredit }] } },
  });
  expect(written.data).toMatchObject({ updateCustomers: { results: [{ outcome: 'UPDATED' }] } });
});

test('Apollo sends the text that a list of trusted documents contains', async () => {
  await client.query({ query: CUSTOMERS, variables: { first: 1 } });
  expect(gateway.exchanges()[0]?.body.query).toBe(textOf(CUSTOMERS));
});

test('Apollo knows all types of the interfaces', () => {
  for (const [name, types] of Object.entries(possibleTypes)) {
    const possible = schema.getPossibleTypes(assertInterfaceType(schema.getType(name)));
    expect(types).toEqual(possible.map((type) => type.name).toSorted());
  }
});
