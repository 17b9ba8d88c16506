import { assertInterfaceType } from 'graphql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type ClientGateway, startClientGateway } from './client-gateway.ts';
import { createClient, possibleTypes } from './settings/urql.ts';
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

let gateway: ClientGateway;
let client: ReturnType<typeof createClient>;
beforeEach(async () => {
  gateway = await startClientGateway();
  client = createClient(gateway.url, gateway.fetch);
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(async () => {
  // Graphcache warns of types without keys, and of selections that it cannot cache.
  expect(vi.mocked(console.warn).mock.calls).toEqual([]);
  vi.restoreAllMocks();
  await gateway.close();
});

/** Loads all pages of the customers, of two each. */
async function loadAll(): Promise<CustomersData | undefined> {
  let after: string | null = null;
  let data: CustomersData | undefined;
  do {
    const answer: { data?: CustomersData } = await client.query<CustomersData>(CUSTOMERS_TEXT, {
      first: 2,
      after,
    });
    data = answer.data;
    after = data?.customers.pageInfo.endCursor ?? null;
  } while (data?.customers.pageInfo.hasNextPage);
  return data;
}

const cached = () => client.readQuery<CustomersData>(CUSTOMERS_TEXT, { first: 2, after: null })?.data;

test('urql joins the pages of a connection', async () => {
  expect(entityIdsIn(await loadAll())).toEqual([1, 2, 3, 4, 5]);
  expect(gateway.exchanges()).toHaveLength(3);
});

test('urql shows in the list what a mutation has changed', async () => {
  await loadAll();
  await client.mutation(RENAME_TEXT, { entityId: 3, firstName: 'Ana' });
  expect(cached()?.customers.edges[2]?.node).toMatchObject({ entityId: 3, firstName: 'Ana' });
});

test('urql takes a customer by id from a list, without a request', async () => {
  const list = await loadAll();
  gateway.exchanges();
  const { data } = await client.query(BY_ID_TEXT, { id: list?.customers.edges[3]?.node.id });
  expect(data).toMatchObject({ customer: { entityId: 4 } });
  expect(gateway.exchanges()).toEqual([]);
});

test('urql asks for a customer by id that no list has loaded', async () => {
  const { data } = await client.query('{ customer(by: { entityId: 2 }) { id entityId } }', {});
  expect(data).toMatchObject({ customer: { entityId: 2 } });
  const other = await client.query(BY_ID_TEXT, { id: 'Q3VzdG9tZXI6Mw' });
  expect(other.data).toMatchObject({ customer: { entityId: 3 } });
  expect(gateway.exchanges()).toHaveLength(2);
});

test('urql reads the list again after a delete', async () => {
  await loadAll();
  await client.mutation(DELETE_TEXT, { entityId: 2 });
  expect(entityIdsIn(await loadAll())).toEqual([1, 3, 4, 5]);
});

test('urql reads the addresses again after a delete of one', async () => {
  const id = (await loadAll())?.customers.edges[0]?.node.id;
  const before = (await client.query<AddressesData>(ADDRESSES_TEXT, { id })).data?.customer;
  const [first, ...others] = before?.addresses.edges ?? [];
  await client.mutation(DELETE_ADDRESS_TEXT, { entityId: first?.node.entityId });
  const after = (await client.query<AddressesData>(ADDRESSES_TEXT, { id })).data?.customer;
  expect(after?.addressCount).toBe((before?.addressCount ?? 0) - 1);
  expect(after?.addresses.edges.map(({ node }) => node.id)).toEqual(others.map(({ node }) => node.id));
});

test('urql shows a form field that a mutation has changed, which is no node', async () => {
  const set = (text: string) => client.mutation(SET_FIELD_TEXT, { entityId: 1, text });
  const read = async () => (await client.query<FieldsData>(FIELDS_TEXT, { entityId: 1 })).data;
  await set('Nick');
  expect(nicknameIn(await read())).toBe('Nick');
  await set('Nicky');
  gateway.exchanges();
  expect(nicknameIn(await read())).toBe('Nicky');
  expect(gateway.exchanges()).toEqual([]);
  // Without a schema, Graphcache looks for the fields of every fragment when it writes.
  const warned = vi.mocked(console.warn).mock;
  expect(warned.calls.filter(([text]) => !String(text).startsWith('Invalid undefined'))).toEqual([]);
  vi.mocked(console.warn).mockClear();
});

test('urql caches every kind of record without a warning', async () => {
  const { error, data } = await client.query(
    `{
      viewer { id kind }
      customer(by: { entityId: 1 }) {
        id storeCredit { amount } consent { id allow } formFields { id name fieldType } attributes { id name }
        storedInstruments { type }
      }
      customerSettings { id privacy { policyUrl } customerGroups { defaultCustomerGroupId } }
      formFieldDefinitions { owner name type }
      searchCustomers(query: "an") { edges { cursor node { id } } pageInfo { hasNextPage endCursor } failures { source } }
    }`,
    {},
  );
  expect(error).toBeUndefined();
  expect(data).toMatchObject({ viewer: { kind: 'ANYONE' } });
  const written = await client.mutation(
    `mutation { updateCustomers(input: { customers: [{ entityId: 1, company: "X" }, { entityId: 1, company: "Y" }] }) {
      summary { failed } results { outcome errors { code } customer { id } }
    } }`,
    {},
  );
  expect(written.data).toMatchObject({ updateCustomers: { summary: { failed: 1 } } });
});

test('urql knows all types of the interfaces', () => {
  for (const [name, types] of Object.entries(possibleTypes)) {
    const possible = schema.getPossibleTypes(assertInterfaceType(schema.getType(name)));
    expect(types).toEqual(possible.map((type) => type.name).toSorted());
  }
});
