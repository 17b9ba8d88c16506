import { afterEach, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../support/hostile-store.ts';

let store: HostileStore;
let gateway: Gateway;
afterEach(async () => {
  await gateway.close();
  await store.close();
});

/** Starts a store that answers paths with fixed JSON, and the gateway in front of it. */
async function startWith(bodies: Readonly<Record<string, unknown>>): Promise<void> {
  store = await startHostileStore(
    Object.fromEntries(Object.entries(bodies).map(([path, body]) => [path, respondJson(body)])),
  );
  gateway = createGateway({ baseUrl: store.url });
}

const customer = (id: unknown, fields: object = {}) => ({
  id,
  email: `c${id}@example.org`,
  first_name: 'Ann',
  last_name: 'Dove',
  ...fields,
});
const address = (id: unknown, fields: object = {}) => ({
  id,
  first_name: 'Ann',
  last_name: 'Dove',
  address1: `${id} Road`,
  city: 'Town',
  country_code: 'US',
  ...fields,
});
const value = (id: unknown, fields: object = {}) => ({
  id,
  attribute_id: 1,
  attribute_value: 'x',
  ...fields,
});

/** The names of the fields that the gateway counted as unexpected. */
async function unexpectedFields(): Promise<string[]> {
  const response = await gateway.app.yoga.fetch('http://127.0.0.1/metrics');
  const lines = (await response.text()).split('\n');
  return lines.flatMap(
    (line) => /^gateway_upstream_unexpected_fields_total\{field="([^"]+)"/.exec(line)?.[1] ?? [],
  );
}

const BAD_RESPONSE = { extensions: { code: 'UPSTREAM_BAD_RESPONSE' } };

test.each<[string, unknown]>([
  ['without an id', { id: null }],
  ['with an id beyond 32 bits', { id: 2_147_483_648 }],
  ['that is null', null],
])('a nested address %s fails the addresses of its customer alone', async (_name, bad) => {
  const addresses = [address(3), bad && { ...address(null, { customer_id: 2 }), ...bad }];
  await startWith({
    '/customers': { data: [customer(1, { addresses: [address(1)] }), customer(2, { addresses })] },
    '/customers/addresses': { data: addresses },
  });
  const { data, errors } = await gateway.executeText(
    '{ customers { nodes { entityId addresses { nodes { entityId } } attributes { value } } } }',
  );
  expect(data.customers.nodes).toEqual([
    { entityId: 1, addresses: { nodes: [{ entityId: 1 }] }, attributes: [] },
    { entityId: 2, addresses: null, attributes: [] },
  ]);
  expect(errors).toMatchObject([{ ...BAD_RESPONSE, path: ['customers', 'nodes', 1, 'addresses'] }]);
});

test('a nested address without an id does not matter if the address list of the store is readable', async () => {
  await startWith({
    '/customers': { data: [customer(2, { addresses: [address(null)] })] },
    '/customers/addresses': { data: [address(3, { customer_id: 2 })] },
  });
  const { data, errors } = await gateway.executeText(
    '{ customers { nodes { addresses { nodes { entityId } } } } }',
  );
  expect(errors).toEqual([]);
  expect(data.customers.nodes).toEqual([{ addresses: { nodes: [{ entityId: 3 }] } }]);
  expect(await unexpectedFields()).toEqual(['address.id', 'customer.addresses']);
});

test('a nested attribute value without a definition fails the attributes of its customer alone', async () => {
  const bad = value(5, { attribute_id: null, customer_id: 2 });
  await startWith({
    '/customers': { data: [customer(1, { attributes: [value(4)] }), customer(2, { attributes: [bad] })] },
    '/customers/attribute-values': { data: [bad] },
  });
  const { data, errors } = await gateway.executeText(
    '{ customers { nodes { entityId attributes { value } } } }',
  );
  expect(data.customers.nodes).toEqual([
    { entityId: 1, attributes: [{ value: 'x' }] },
    { entityId: 2, attributes: null },
  ]);
  expect(errors).toMatchObject([BAD_RESPONSE]);
});

test.each<[string, string, object]>([
  ['customerGroupId', 'customerGroupId', { customer_group_id: 2_147_483_648 }],
  ['channelIds', 'channelIds', { channel_ids: '1,2' }],
  ['channelIds with an id beyond 32 bits', 'channelIds', { channel_ids: [1, 3_000_000_000] }],
  ['originChannelId', 'originChannelId', { origin_channel_id: 3_000_000_000 }],
  ['originChannelId that is no number', 'originChannelId', { origin_channel_id: {} }],
  ['channelIds with a null', 'channelIds', { channel_ids: [1, null] }],
  ['storeCredit', 'storeCredit { amount }', { store_credit_amounts: [{ amount: 'much' }] }],
  ['segmentIds', 'segmentIds', { segment_ids: [{ id: 'a' }] }],
  ['formFields', 'formFields { name }', { form_fields: [null] }],
])('an unreadable %s is an error of that field alone', async (_name, selection, fields) => {
  await startWith({ '/customers': { data: [customer(1), customer(2, fields)] } });
  const { data, errors } = await gateway.executeText(`{ customers { nodes { entityId ${selection} } } }`);
  const field = selection.split(' ')[0] ?? '';
  expect(data.customers.nodes).toEqual([
    { entityId: 1, [field]: null },
    { entityId: 2, [field]: null },
  ]);
  expect(errors).toMatchObject([{ ...BAD_RESPONSE, path: ['customers', 'nodes', 1, field] }]);
});

test('numbers in strings are numbers, and are counted as unexpected', async () => {
  await startWith({
    '/customers': {
      data: [
        customer('7', {
          customer_group_id: '5',
          origin_channel_id: '1',
          channel_ids: ['1', 2],
          address_count: '0',
          addresses: [],
          store_credit_amounts: [{ amount: '43.15' }],
          form_fields: [],
        }),
      ],
    },
    '/customers/7/stored-instruments': [{ type: 'stored_card', expiry_month: '01', expiry_year: '2030' }],
  });
  const { data, errors } = await gateway.executeText(`{
    customers { nodes {
      entityId customerGroupId originChannelId channelIds addressCount storeCredit { amount }
      storedInstruments { ... on CardInstrument { expiryMonth expiryYear } }
    } }
  }`);
  expect(errors).toEqual([]);
  expect(data.customers.nodes).toEqual([
    {
      entityId: 7,
      customerGroupId: 5,
      originChannelId: 1,
      channelIds: [1, 2],
      addressCount: 0,
      storeCredit: [{ amount: 43.15 }],
      storedInstruments: [{ expiryMonth: 1, expiryYear: 2030 }],
    },
  ]);
  expect(await unexpectedFields()).toEqual([
    'customer.id',
    'customer.customer_group_id',
    'customer.origin_channel_id',
    'customer.channel_ids[]',
    'customer.address_count',
    'customer.store_credit_amounts[].amount',
    'instrument.expiry_month',
    'instrument.expiry_year',
  ]);
});

test('a customer group of the settings that cannot be read is not reported as no group', async () => {
  await startWith({
    '/customers/settings': {
      data: { customer_group_settings: { guest_customer_group_id: '3', default_customer_group_id: 'x' } },
    },
  });
  const { data, errors } = await gateway.executeText(
    '{ customerSettings { customerGroups { guestCustomerGroupId defaultCustomerGroupId } } }',
  );
  expect(data.customerSettings.customerGroups).toEqual({
    guestCustomerGroupId: 3,
    defaultCustomerGroupId: null,
  });
  expect(errors).toMatchObject([
    { ...BAD_RESPONSE, path: ['customerSettings', 'customerGroups', 'defaultCustomerGroupId'] },
  ]);
});

test.each([
  ['/customers/settings', 'customerSettings'],
  ['/customers/settings/channels/2', 'channelCustomerSettings(channelId: 2)'],
])('a group id beyond 32 bits in the settings of %s is an error of that field alone', async (path, root) => {
  const groups = { guest_customer_group_id: 3_000_000_000, default_customer_group_id: 10_000_000_000 };
  await startWith({
    [path]: {
      data: { customer_group_settings: groups, privacy_settings: { policy_url: 'https://example.org' } },
    },
  });
  const { data, errors } = await gateway.executeText(
    `{ settings: ${root} { privacy { policyUrl } customerGroups { guestCustomerGroupId defaultCustomerGroupId } } }`,
  );
  expect(data.settings).toEqual({
    privacy: { policyUrl: 'https://example.org' },
    customerGroups: { guestCustomerGroupId: null, defaultCustomerGroupId: null },
  });
  expect(errors).toMatchObject([
    { ...BAD_RESPONSE, path: ['settings', 'customerGroups', 'guestCustomerGroupId'] },
    { ...BAD_RESPONSE, path: ['settings', 'customerGroups', 'defaultCustomerGroupId'] },
  ]);
});

test('an owner of a form field value whose id exceeds 32 bits is an error of that field alone', async () => {
  const values = [
    { customer_id: 1, name: 'Size', value: 'M' },
    { customer_id: 3_000_000_000, name: 'Size', value: 'L' },
    { address_id: 10_000_000_000, name: 'Floor', value: 3 },
  ];
  await startWith({ '/customers/form-field-values': { data: values, meta: { pagination: { total: 3 } } } });
  const { data, errors } = await gateway.executeText(
    '{ formFieldValues { totalCount edges { cursor node { name customerEntityId addressEntityId } } } }',
  );
  const { totalCount, edges } = data.formFieldValues;
  expect(totalCount).toBe(3);
  expect(edges.map(({ node }: { node: object }) => node)).toEqual([
    { name: 'Size', customerEntityId: 1, addressEntityId: null },
    { name: 'Size', customerEntityId: null, addressEntityId: null },
    { name: 'Floor', customerEntityId: null, addressEntityId: null },
  ]);
  expect(errors).toMatchObject([
    { ...BAD_RESPONSE, path: ['formFieldValues', 'edges', 1, 'node', 'customerEntityId'] },
    { ...BAD_RESPONSE, path: ['formFieldValues', 'edges', 2, 'node', 'addressEntityId'] },
  ]);
  const next = await gateway.executeText(
    `{ formFieldValues(first: 1, after: "${edges[1].cursor}") { pageInfo { hasPreviousPage } } }`,
  );
  expect(next.errors).toEqual([]);
});

test('the id of a customer with valid credentials is an error of its field if it exceeds 32 bits', async () => {
  await startWith({ '/customers/validate-credentials': { is_valid: true, customer_id: 3_000_000_000 } });
  const { data, errors } = await gateway.executeText(`mutation {
    validateCustomerCredentials(input: { email: "a@example.org", password: "invented-1" }) {
      isValid customerEntityId customer { email }
    }
  }`);
  expect(data.validateCustomerCredentials).toEqual({ isValid: true, customerEntityId: null, customer: null });
  expect(errors).toMatchObject([
    { ...BAD_RESPONSE, path: ['validateCustomerCredentials', 'customerEntityId'] },
    { ...BAD_RESPONSE, path: ['validateCustomerCredentials', 'customer'] },
  ]);
});

test('a consent list that cannot be read is not reported as an empty one', async () => {
  await startWith({
    '/customers': { data: [customer(1)] },
    '/customers/1/consent': { allow: 'essential', deny: [] },
  });
  const { data, errors } = await gateway.executeText('{ customers { nodes { consent { allow } } } }');
  expect(data.customers.nodes).toEqual([{ consent: null }]);
  expect(errors).toMatchObject([BAD_RESPONSE]);
});

test('in a lookup by id, a record with an unreadable id fails the keys that it may belong to, and no other', async () => {
  await startWith({ '/customers': { data: [customer(1), customer('x'), customer(3)] } });
  const { data, errors } = await gateway.executeText(`{
    one: customer(by: { entityId: 1 }) { email }
    two: customer(by: { entityId: 2 }) { email }
    three: customer(by: { entityId: 3 }) { email }
  }`);
  expect(data).toEqual({ one: { email: 'c1@example.org' }, two: null, three: { email: 'c3@example.org' } });
  expect(errors).toMatchObject([{ ...BAD_RESPONSE, path: ['two'] }]);
});

test('in a lookup by e-mail, a record with an unreadable id fails its own address alone', async () => {
  await startWith({
    '/customers': {
      data: [customer(1, { email: 'a@example.org' }), customer(null, { email: 'B@example.org' })],
    },
  });
  const { data, errors } = await gateway.executeText(`{
    a: customer(by: { email: "a@example.org" }) { entityId }
    b: customer(by: { email: "b@example.org" }) { entityId }
    c: customer(by: { email: "c@example.org" }) { entityId }
  }`);
  expect(data).toEqual({ a: { entityId: 1 }, b: null, c: null });
  expect(errors).toMatchObject([{ ...BAD_RESPONSE, path: ['b'] }]);
});

test('in a lookup by customer, a record with an unreadable id fails its own customer alone', async () => {
  const many = { address_count: 12, addresses: [] };
  await startWith({
    '/customers': { data: [customer(1, many), customer(2, many)] },
    '/customers/addresses': { data: [address(1, { customer_id: 1 }), address('x', { customer_id: 2 })] },
  });
  const { data, errors } = await gateway.executeText(
    '{ customers { nodes { entityId addresses { nodes { entityId } } } } }',
  );
  expect(data.customers.nodes).toEqual([
    { entityId: 1, addresses: { nodes: [{ entityId: 1 }] } },
    { entityId: 2, addresses: null },
  ]);
  expect(errors).toMatchObject([BAD_RESPONSE]);
});
