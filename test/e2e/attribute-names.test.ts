import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient, type Json, type StoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

const RESULTS = 'results { outcome errors { code message path } value { attributeEntityId value } }';
const UPSERT = `mutation ($values: [UpsertCustomerAttributeValueInput!]!) {
  upsertCustomerAttributeValues(input: { values: $values }) { ${RESULTS} }
}`;
const CREATE = `mutation ($customers: [CreateCustomerInput!]!) {
  createCustomers(input: { customers: $customers }) {
    results { outcome errors { code message path } customer { attributes { attributeEntityId value } } }
  }
}`;
const READ_NAMES = 'GET /customers/attributes?limit=250';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let store: StoreClient;
let shoes: number;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 12 });
  store = createStoreClient(gateway.sandbox);
  shoes = await define('Shoes');
  gateway.calls();
});
afterEach(() => gateway.close());

/** Creates an attribute in the store, past the gateway. */
async function define(name: string): Promise<number> {
  const { json } = await store.send('POST', '/customers/attributes', [{ name, type: 'string' }]);
  return json.data[0].id;
}

async function upsert(...values: readonly object[]): Promise<readonly Json[]> {
  const { data } = await gateway.executeText(UPSERT, { values });
  return data.upsertCustomerAttributeValues.results;
}

const reads = () => gateway.calls().filter((call) => call.startsWith('GET /customers/attributes?'));
const named = (customerEntityId: number, attributeName: string, value = '42') => ({
  customerEntityId,
  attributeName,
  value,
});
const person = (email: string, attributes: readonly object[]) => ({
  ...{ email, firstName: 'Ada', lastName: 'King' },
  attributes,
});

test('a value is set by the name of its attribute, for one read of the names, then none', async () => {
  const values = [1, 2, 3].map((customer) => named(customer, 'Shoes'));
  expect(await upsert(...values)).toEqual(
    values.map(() => ({ outcome: 'CREATED', errors: [], value: { attributeEntityId: shoes, value: '42' } })),
  );
  expect(reads()).toEqual([READ_NAMES]);
  const [again] = await upsert(named(1, 'Shoes', '43'));
  expect(again).toMatchObject({ outcome: 'UPDATED', value: { attributeEntityId: shoes, value: '43' } });
  expect(reads()).toEqual([]);
});

test('the names are read again, once, if one is not among the cached ones', async () => {
  await upsert(named(1, 'Shoes'));
  const hats = await define('Hats');
  gateway.calls();
  expect(await upsert(named(1, 'Hats'), named(2, 'Hats'), named(2, 'Nothing'))).toMatchObject([
    { outcome: 'CREATED', value: { attributeEntityId: hats } },
    { outcome: 'CREATED', value: { attributeEntityId: hats } },
    { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND', path: ['values', '2', 'attributeName'] }] },
  ]);
  expect(reads()).toEqual([READ_NAMES]);
});

test('exactly one of the id and the name of an attribute is accepted', async () => {
  const results = await upsert(
    { customerEntityId: 1, value: 'x' },
    { customerEntityId: 1, attributeEntityId: -1, value: 'x' },
    { customerEntityId: 1, attributeEntityId: shoes, attributeName: 'Shoes', value: 'x' },
    named(1, ''),
    named(1, 'x'.repeat(256)),
    { customerEntityId: 1, attributeEntityId: shoes, attributeName: null, value: 'x' },
  );
  expect(results.map(({ errors }) => errors.map(({ code, path }: Json) => [code, path[2]]))).toEqual([
    [['REQUIRED', 'attributeEntityId']],
    [['INVALID', 'attributeEntityId']],
    [['INVALID', 'attributeName']],
    [['REQUIRED', 'attributeName']],
    [['INVALID', 'attributeName']],
    [],
  ]);
  expect(reads()).toEqual([]);
});

test('a name that two attributes share is refused with what to do', async () => {
  await define('Shoes');
  const [result, neighbour] = await upsert(named(1, 'Shoes'), {
    customerEntityId: 1,
    attributeEntityId: shoes,
    value: 'x',
  });
  expect(result).toMatchObject({ outcome: 'FAILED', errors: [{ code: 'INVALID' }] });
  expect(result.errors[0].message).toContain('attributeEntityId');
  expect(neighbour.outcome).toBe('CREATED');
});

test('errors about a name do not quote it', async () => {
  const secret = 'k4narie';
  const results = await upsert(named(1, secret), named(1, secret.repeat(40)), named(1, `${secret}\ud800`));
  expect(results.map(({ outcome }) => outcome)).toEqual(['FAILED', 'FAILED', 'FAILED']);
  expect(JSON.stringify(results)).not.toContain(secret);
});

test('the id and the name of one attribute are the same record in a list', async () => {
  const [first, second] = await upsert(named(1, 'Shoes'), {
    customerEntityId: 1,
    attributeEntityId: shoes,
    value: 'y',
  });
  expect(first.outcome).toBe('CREATED');
  expect(second.errors).toMatchObject([{ code: 'INVALID', path: ['values', '1'] }]);
});

test('if the names cannot be read, items by id are written and those by name are not attempted', async () => {
  gateway.sandbox.faults.set([
    { operations: ['getCustomersAttributes'], fault: { kind: 'status', status: 503 } },
  ]);
  expect(
    await upsert(
      named(1, 'Shoes'),
      { customerEntityId: 2, attributeEntityId: shoes, value: 'x' },
      named(3, 'Shoes'),
    ),
  ).toMatchObject([
    { outcome: 'NOT_ATTEMPTED', errors: [{ code: 'UPSTREAM_UNAVAILABLE', path: ['values', '0'] }] },
    { outcome: 'CREATED', errors: [] },
    { outcome: 'NOT_ATTEMPTED', errors: [{ code: 'UPSTREAM_UNAVAILABLE', path: ['values', '2'] }] },
  ]);
  gateway.sandbox.faults.set([]);
  expect(await upsert(named(1, 'Shoes'))).toMatchObject([{ outcome: 'CREATED' }]);
});

test('an error of the store about the attribute leads to its name, if the item has that', async () => {
  await upsert(named(1, 'Shoes'));
  await store.send('DELETE', `/customers/attributes?id:in=${shoes}`);
  const results = await upsert(named(2, 'Shoes'), {
    customerEntityId: 3,
    attributeEntityId: shoes,
    value: 'x',
  });
  expect(results.map(({ errors }) => errors.map(({ path }: Json) => path))).toEqual([
    [['values', '0', 'attributeName']],
    [['values', '1', 'attributeEntityId']],
  ]);
});

test('a list that is too long is refused before any name is read', async () => {
  const { errors } = await gateway.executeText(UPSERT, {
    values: Array.from({ length: 1_001 }, (_, i) => named(i + 1, 'Shoes')),
  });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.calls()).toEqual([]);
});

test('new customers have attributes by name, and one unknown name fails one customer', async () => {
  const { data } = await gateway.executeText(CREATE, {
    customers: [
      person('one@example.org', [{ attributeName: 'Shoes', value: '41' }]),
      person('two@example.org', [
        { attributeEntityId: shoes, value: '42' },
        { attributeName: 'Nothing', value: 'x' },
      ]),
      person('three@example.org', [{ value: 'x' }]),
      person('four@example.org', [{ attributeEntityId: shoes, value: '43' }]),
    ],
  });
  expect(data.createCustomers.results).toMatchObject([
    { outcome: 'CREATED', customer: { attributes: [{ attributeEntityId: shoes, value: '41' }] } },
    { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND', path: path(1, 1, 'attributeName') }] },
    { outcome: 'FAILED', errors: [{ code: 'REQUIRED', path: path(2, 0, 'attributeEntityId') }] },
    { outcome: 'CREATED', customer: { attributes: [{ attributeEntityId: shoes, value: '43' }] } },
  ]);
  expect(reads()).toEqual([READ_NAMES]);
});

test('names are part of the estimate: a read if none are known, which can be repeated for an unknown one', async () => {
  const costOf = async (query: string, variables: object) => {
    const extensions = { upstream: true };
    const response = await post(gateway, { query, variables, extensions });
    const { upstream } = ((await response.json()) as Json).extensions;
    return [upstream.estimate, upstream.atMost > upstream.estimate, gateway.calls().length];
  };
  const byId = { values: [{ customerEntityId: 1, attributeEntityId: shoes, value: 'x' }] };
  const customers = [person('one@example.org', [{ attributeName: 'Shoes', value: '41' }])];
  expect(await costOf(UPSERT, byId)).toEqual([1, true, 1]);
  expect(await costOf(UPSERT, { values: [named(1, 'Shoes')] })).toEqual([2, true, 2]);
  expect(await costOf(UPSERT, { values: [named(1, 'Shoes', '43')] })).toEqual([1, true, 1]);
  expect(
    await costOf(CREATE.replace('customer { attributes { attributeEntityId value } }', ''), { customers }),
  ).toEqual([1, true, 1]);
});

function path(customer: number, attribute: number, field: string): readonly string[] {
  return ['customers', String(customer), 'attributes', String(attribute), field];
}

test.each([
  ['{ name: "Shoes" }', 1],
  ['{ entityId: ID }', 1],
  ['{ id: "GLOBAL" }', 1],
  ['{ name: "shoes" }', 0],
  ['{ entityId: 999999 }', 0],
])('customerAttributeDefinition(by: %s) finds %i attributes in one call, then in none', async (by, found) => {
  const global = Buffer.from(`CustomerAttributeDefinition:${shoes}`).toString('base64url');
  const spelled = by.replace('ID', String(shoes)).replace('GLOBAL', global);
  const query = `{ customerAttributeDefinition(by: ${spelled}) { id entityId name } }`;
  const expected = found === 0 ? null : { id: global, entityId: shoes, name: 'Shoes' };
  for (const calls of [1, 0]) {
    const { data, errors } = await gateway.executeText(query);
    expect([data.customerAttributeDefinition, errors]).toEqual([expected, []]);
    expect(gateway.calls()).toHaveLength(calls);
  }
});

test.each([
  ['{ entityId: 0 }', 'by.entityId'],
  ['{ id: "Q3VzdG9tZXI6MQ" }', 'by.id'],
])('customerAttributeDefinition(by: %s) is an error without a call', async (by, argument) => {
  const { errors } = await gateway.executeText(`{ customerAttributeDefinition(by: ${by}) { name } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  expect(gateway.calls()).toEqual([]);
});

test('customerAttributeDefinition takes the older of two attributes with one name', async () => {
  await define('Shoes');
  const { data } = await gateway.executeText(
    '{ customerAttributeDefinition(by: { name: "Shoes" }) { entityId } }',
  );
  expect(data.customerAttributeDefinition.entityId).toBe(shoes);
});
