import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/access/caller.ts';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { keyWith, shopper } from '../support/callers.ts';
import { type Gateway, type GraphQLClient, startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

// Customer 7 has ten addresses, customer 8 has two. There is no customer and no address with the id 9999.
const OWN = 7;
const OTHER = 8;
const NOBODY = 9_999;

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let me: GraphQLClient;
let ids: { readonly own: number; readonly other: number };

beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 40 });
  me = gateway.as(shopper(OWN));
  const { data } = await gateway.executeText(
    `{ own: customerAddresses(filter: { customerEntityIds: [${OWN}] }) { nodes { entityId } }
       other: customerAddresses(filter: { customerEntityIds: [${OTHER}] }) { nodes { entityId } } }`,
  );
  ids = { own: data.own.nodes[0].entityId, other: data.other.nodes[0].entityId };
});

afterAll(() => gateway.close());
beforeEach(() => {
  gateway.sandbox.reset();
  gateway.calls();
});

describe('a shopper', () => {
  test('reads their own customer in one call', async () => {
    const { data, errors } = await me.executeText(
      '{ viewer { kind scopes customer { entityId email storeCredit { amount } formFields { name } addressCount addresses { totalCount nodes { entityId customer { entityId } } } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.viewer).toMatchObject({ kind: 'SHOPPER', customer: { entityId: OWN } });
    expect(data.viewer.customer.addresses.totalCount).toBe(10);
    expect(gateway.calls()).toEqual([
      'GET /customers?include=addresses,formfields,storecredit&id:in=7&limit=250',
    ]);
  });

  test('finds their own customer and their own address by id', async () => {
    const { data, errors } = await me.executeText(
      `{ customer(by: { entityId: ${OWN} }) { id } node(id: "${toGlobalId('Customer', OWN)}") { id }
         customerAddress(entityId: ${ids.own}) { id customer { id } } consent: viewer { customer { consent { allow } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.node).toEqual(data.customer);
    expect(data.customerAddress.customer).toEqual(data.customer);
  });

  test.each([
    ...['notes', 'taxExemptCategory', 'customerGroupId', 'registrationIpAddress', 'forcePasswordReset'],
    ...['originChannelId', 'channelIds', 'attributeCount', 'shopperProfileId', 'segmentIds'],
    ...[
      'metafields { totalCount }',
      'metafield(by: { entityId: 1 }) { value }',
      'storedInstruments { type }',
    ],
  ])('is denied %s, without a call', async (field) => {
    const { status, data, errors } = await me.executeText(`{ viewer { customer { entityId ${field} } } }`);
    expect(status).toBe(200);
    expect(Object.values(data.viewer.customer)).toEqual([OWN, null]);
    expect(errors.map(({ message, extensions }) => [message, extensions])).toEqual([
      [`Customer.${field.split(/\W/)[0]} is not available to shoppers.`, { code: 'FORBIDDEN' }],
    ]);
    expect(gateway.calls()).toEqual(['GET /customers?id:in=7&limit=250']);
  });

  test('reads their own instruments with that scope, without tokens', async () => {
    const given = gateway.as(shopper(OWN, 'instruments:read'));
    const { data, errors } = await given.executeText(
      '{ viewer { customer { storedInstruments { type } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.viewer.customer.storedInstruments).toEqual(expect.any(Array));
    const tokens = await given.executeText('{ viewer { customer { storedInstruments { token } } } }');
    const refusals = tokens.errors.map(({ message, extensions }) => [
      message.replace(/^\w+/, ''),
      extensions,
    ]);
    expect(refusals).toEqual(
      data.viewer.customer.storedInstruments.map(() => [
        '.token is not available to shoppers.',
        { code: 'FORBIDDEN' },
      ]),
    );
  });

  test('is restricted to own records even with every scope', async () => {
    const rich = gateway.as(shopper(OWN, ...SCOPES));
    const { errors } = await rich.executeText(
      `{ customers { totalCount } customerSettings { id } customer(by: { entityId: ${OTHER} }) { email } }`,
    );
    expect(errors.map(({ extensions }) => extensions)).toEqual(
      Array.from({ length: 3 }, () => ({ code: 'FORBIDDEN' })),
    );
    expect(errors.map(({ message }) => message)).toEqual(
      ['Query.customers', 'Query.customerSettings', 'Another customer'].map(
        (resource) => `${resource} is not available to shoppers.`,
      ),
    );
    expect(gateway.calls()).toEqual([]);
  });

  test('without a customer id has no customer', async () => {
    const nobody = gateway.as({ ...shopper(OWN), customerEntityId: null });
    const { data } = await nobody.executeText(
      `{ viewer { customer { email } } customerAddress(entityId: ${ids.own}) { city } }`,
    );
    expect(data).toEqual({ viewer: { customer: null }, customerAddress: null });
  });

  test('gets no report of calls, which could reveal the activity of others', async () => {
    const request = { query: '{ viewer { customer { email } } }', extensions: { explain: true } };
    const response = await post(gateway, request, undefined, shopper(OWN));
    expect(await response.json()).toEqual({ data: { viewer: { customer: { email: expect.any(String) } } } });
  });
});

test('the viewer of a backend has no customer, without a call', async () => {
  const { data } = await gateway
    .as(keyWith('settings:read'))
    .executeText('{ viewer { kind scopes customer { email } } }');
  expect(data.viewer).toEqual({ kind: 'KEY', scopes: ['settings:read'], customer: null });
  expect(gateway.calls()).toEqual([]);
});

describe('for a shopper, records of other customers do not exist', () => {
  const address = `firstName: "A", lastName: "B", address1: "C", city: "D", countryCode: "GB"`;
  const results = 'results { outcome errors { code path message } }';

  /** Operations with an id of another customer or of their address, and the same with ids that do not exist. */
  const byCustomer: readonly (readonly [string, (id: number) => string])[] = [
    ['customer by entityId', (id) => `{ customer(by: { entityId: ${id} }) { email } }`],
    ['customer by id', (id) => `{ customer(by: { id: "${toGlobalId('Customer', id)}" }) { email } }`],
    ['customer by e-mail', (id) => `{ customer(by: { email: "${id}@example.com" }) { email } }`],
    ['node', (id) => `{ node(id: "${toGlobalId('Customer', id)}") { id } }`],
    ['nodes', (id) => `{ nodes(ids: ["${toGlobalId('Customer', id)}"]) { id } }`],
    ['node of a value', (id) => `{ node(id: "${toGlobalId('CustomerAttributeValue', id, 1, 1)}") { id } }`],
    ['node of a metafield', (id) => `{ node(id: "${toGlobalId('CustomerMetafield', id, 1)}") { id } }`],
    ['customers', (id) => `{ customers(filter: { entityIds: [${id}] }) { totalCount } }`],
    ['addresses', (id) => `{ customerAddresses(filter: { customerEntityIds: [${id}] }) { totalCount } }`],
    ['values', (id) => `{ customerAttributeValues(filter: { customerEntityIds: [${id}] }) { totalCount } }`],
    ['form fields', (id) => `{ formFieldValues(filter: { customerEntityId: ${id} }) { totalCount } }`],
    [
      'changes',
      (id) =>
        `mutation { updateCustomers(input: { customers: [{ entityId: ${id}, phone: "1" }] }) { ${results} } }`,
    ],
    ['deletes', (id) => `mutation { deleteCustomers(input: { entityIds: [${id}] }) { ${results} } }`],
    [
      'new addresses',
      (id) =>
        `mutation { createCustomerAddresses(input: { addresses: [{ customerEntityId: ${id}, ${address} }] }) { ${results} } }`,
    ],
    [
      'consent',
      (id) =>
        `mutation { updateCustomerConsent(input: { customers: [{ customerEntityId: ${id}, allow: [] }] }) { ${results} } }`,
    ],
    [
      'form field writes',
      (id) =>
        `mutation { upsertFormFieldValues(input: { values: [{ owner: { customerEntityId: ${id} }, name: "x", value: { text: "y" } }] }) { ${results} } }`,
    ],
    [
      'attribute writes',
      (id) =>
        `mutation { upsertCustomerAttributeValues(input: { values: [{ customerEntityId: ${id}, attributeEntityId: 1, value: "1" }] }) { ${results} } }`,
    ],
    [
      'metafield writes',
      (id) =>
        `mutation { createCustomerMetafields(input: { metafields: [{ customerEntityId: ${id}, namespace: "n", key: "k", value: "v", permissionSet: READ }] }) { ${results} } }`,
    ],
  ];
  const byAddress: readonly (readonly [string, (id: number) => string])[] = [
    ['address', (id) => `{ customerAddress(entityId: ${id}) { city } }`],
    ['node of an address', (id) => `{ node(id: "${toGlobalId('CustomerAddress', id)}") { id } }`],
    ['nodes of addresses', (id) => `{ nodes(ids: ["${toGlobalId('CustomerAddress', id)}"]) { id } }`],
    [
      'address changes',
      (id) =>
        `mutation { updateCustomerAddresses(input: { addresses: [{ entityId: ${id}, city: "X" }] }) { ${results} } }`,
    ],
    [
      'address deletes',
      (id) => `mutation { deleteCustomerAddresses(input: { entityIds: [${id}] }) { ${results} } }`,
    ],
  ];

  async function told(query: string) {
    const { status, data, errors } = await me.executeText(query);
    const answer = {
      status,
      data,
      errors: errors.map(({ locations: _, ...error }: object & { locations?: unknown }) => error),
    };
    return { answer, calls: gateway.calls(), written: gateway.sandbox.ledger.list() };
  }

  test.each(byCustomer)('%s: rejected before any call', async (_name, query) => {
    const [other, nobody] = [await told(query(OTHER)), await told(query(NOBODY))];
    expect(other).toEqual(nobody);
    expect(other.calls).toEqual([]);
    expect(JSON.stringify(other.answer)).toContain('FORBIDDEN');
  });

  test.each(byAddress)('%s: looked up among their own records', async (_name, query) => {
    const [other, nobody] = [await told(query(ids.other)), await told(query(NOBODY))];
    expect(other).toEqual(nobody);
    expect(other.calls).toEqual([`GET /customers/addresses?customer_id:in=${OWN}&limit=250`]);
    expect(other.written).toEqual([]);
    const { answer } = await told(query(ids.own));
    expect(answer).not.toEqual(other.answer);
  });
});

describe('a shopper can change', () => {
  test('their profile, but not their password, e-mail address or internal fields', async () => {
    const change = async (fields: string) => {
      const { data } = await me.executeText(
        `mutation { updateCustomers(input: { customers: [{ entityId: ${OWN}, ${fields} }] }) {
          results { outcome errors { code path } customer { company phone notes } } } }`,
      );
      return data.updateCustomers.results[0];
    };
    expect(await change('company: "Nord", phone: null')).toMatchObject({
      outcome: 'UPDATED',
      customer: { company: 'Nord', phone: null, notes: null },
    });
    const refused = [
      'email: "new@example.com"',
      'authentication: { newPassword: "Abc12345" }',
      'notes: "vip"',
      'taxExemptCategory: "X"',
      'customerGroupId: 2',
      'storeCredit: [{ amount: 1000000 }]',
      'channelIds: null',
    ];
    for (const field of refused) {
      expect(await change(`company: "Syd", ${field}`)).toEqual({
        outcome: 'FAILED',
        errors: [{ code: 'FORBIDDEN', path: ['customers', '0', field.split(':')[0]] }],
        customer: null,
      });
    }
    expect(gateway.sandbox.ledger.list()).toHaveLength(1);
  });

  test('their addresses and consent, even if other items are not theirs', async () => {
    const { data } = await me.executeText(
      `mutation {
        updateCustomerAddresses(input: { addresses: [{ entityId: ${ids.other}, city: "X" }, { entityId: ${ids.own}, city: "Oslo" }] }) {
          results { outcome errors { code } address { city customer { entityId } } } }
        updateCustomerConsent(input: { customers: [{ customerEntityId: ${OWN}, allow: [ESSENTIAL], deny: [] }, { customerEntityId: ${OTHER}, allow: [], deny: [] }] }) {
          results { outcome errors { code } consent { allow } } }
        deleteCustomerAddresses(input: { entityIds: [${ids.own}, ${ids.other}] }) { results { outcome errors { code } } }
      }`,
    );
    expect(data.updateCustomerAddresses.results).toEqual([
      { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND' }], address: null },
      { outcome: 'UPDATED', errors: [], address: { city: 'Oslo', customer: { entityId: OWN } } },
    ]);
    expect(data.updateCustomerConsent.results).toEqual([
      { outcome: 'UPDATED', errors: [], consent: { allow: ['ESSENTIAL'] } },
      { outcome: 'FAILED', errors: [{ code: 'FORBIDDEN' }], consent: null },
    ]);
    expect(data.deleteCustomerAddresses.results).toEqual([
      { outcome: 'DELETED', errors: [] },
      { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND' }] },
    ]);
  });
});

describe('attributes of customers', () => {
  const query = `{ viewer { customer {
    attributes { name attributeEntityId definition { name } }
    birthday: attribute(by: { name: "Birthday" }) { name } second: attribute(by: { attributeEntityId: 2 }) { name } } } }`;

  async function seenWith(...shopperAttributes: readonly string[]) {
    const shop = await startGatewayOnSandbox({ customers: 20 }, { shopperAttributes });
    const { data, errors } = await shop.as(shopper(4)).executeText(query);
    const value = toGlobalId('CustomerAttributeValue', 4, 1, (await firstValue(shop)).entityId);
    const node = await shop.as(shopper(4)).executeText(`{ node(id: "${value}") { id } }`);
    await shop.close();
    expect(errors).toEqual([]);
    return { ...data.viewer.customer, node: node.data.node !== null };
  }

  async function firstValue(shop: Gateway) {
    const { data } = await shop.executeText(
      '{ customerAttributeValues(filter: { customerEntityIds: [4], attributeEntityIds: [1] }) { nodes { entityId } } }',
    );
    return data.customerAttributeValues.nodes[0];
  }

  test('are hidden from shoppers unless they are configured', async () => {
    expect(await seenWith()).toEqual({ attributes: [], birthday: null, second: null, node: false });
  });

  test('are visible by name or by id', async () => {
    const all = await gateway.executeText('{ customerAttributeDefinitions { entityId name } }');
    const nameOf = (id: number) =>
      all.data.customerAttributeDefinitions.find((each: { entityId: number }) => each.entityId === id).name;
    const seen = await seenWith(nameOf(1), '2', 'no such attribute');
    expect(seen.attributes.map((each: { attributeEntityId: number }) => each.attributeEntityId)).toEqual([
      1, 2,
    ]);
    expect(seen).toMatchObject({ second: { name: nameOf(2) }, node: true });
  });
});
