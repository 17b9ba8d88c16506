import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { keyWith, shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

const CUSTOMER = 3;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 12 }, { lateWriteMs: 50 });
});
beforeEach(() => {
  shop.sandbox.reset();
  shop.calls();
});
afterAll(() => shop.close());

async function run(query: string, variables?: object) {
  const { data, errors } = await shop.executeText(query, variables);
  expect(errors).toEqual([]);
  return data;
}

/** The calls that an operation makes, after a check that its estimate is not below them. */
async function callsOf(query: string): Promise<readonly string[]> {
  shop.calls();
  const response = await post(shop, { query, extensions: { upstream: true } });
  const { extensions } = (await response.json()) as { extensions: { upstream: { estimate: number } } };
  const calls = shop.calls();
  expect(extensions.upstream.estimate).toBeGreaterThanOrEqual(calls.length);
  return calls;
}

describe('the id of the viewer', () => {
  const idOf = async (caller = ANONYMOUS) =>
    (await shop.as(caller).executeText('{ viewer { id } }')).data.viewer.id;

  test('differs from caller to caller, and stays the same', async () => {
    const callers = [
      ANONYMOUS,
      keyWith('customers:read'),
      keyWith('customers:write'),
      shopper(1),
      shopper(2),
    ];
    const ids = await Promise.all(callers.map((caller) => idOf(caller)));
    expect(new Set(ids).size).toBe(callers.length);
    expect(await Promise.all(callers.map((caller) => idOf(caller)))).toEqual(ids);
    expect(shop.calls()).toEqual([]);
  });

  test('of a shopper does not depend on the name by which logs know the shopper', async () => {
    expect(await idOf({ ...shopper(1), name: 'another name' })).toBe(await idOf(shopper(1)));
  });
});

describe('consent', () => {
  const CONSENT = '{ id allow deny customer { entityId email } }';

  test('has one id wherever it is read, by which `node` finds it', async () => {
    const { customer, customerConsent } = await run(`{
      customer(by: { entityId: ${CUSTOMER} }) { consent ${CONSENT} }
      customerConsent(customerEntityId: ${CUSTOMER}) ${CONSENT}
    }`);
    expect(customerConsent).toEqual(customer.consent);
    const { node } = await run(`query ($id: ID!) { node(id: $id) { ... on CustomerConsent ${CONSENT} } }`, {
      id: customerConsent.id,
    });
    expect(node).toEqual(customerConsent);
    expect(node.customer.entityId).toBe(CUSTOMER);
  });

  test('keeps its id when it is written', async () => {
    const { updateCustomerConsent } = await run(`mutation { updateCustomerConsent(input: {
      customers: [{ customerEntityId: ${CUSTOMER}, allow: [ESSENTIAL], deny: [] }]
    }) { results { consent ${CONSENT} } } }`);
    const { customerConsent } = await run(`{ customerConsent(customerEntityId: ${CUSTOMER}) ${CONSENT} }`);
    expect(updateCustomerConsent.results).toEqual([{ consent: customerConsent }]);
  });

  test('its customer costs nothing below that customer, else one call', async () => {
    expect(
      await callsOf(`{ customer(by: { entityId: ${CUSTOMER} }) { consent { customer { email } } } }`),
    ).toHaveLength(2);
    expect(
      await callsOf(`{ customerConsent(customerEntityId: ${CUSTOMER}) { customer { email } } }`),
    ).toHaveLength(2);
    expect(await callsOf(`{ customerConsent(customerEntityId: ${CUSTOMER}) { id } }`)).toHaveLength(1);
  });

  test('of a customer who does not exist is null by its id', async () => {
    const id = toGlobalId('CustomerConsent', 999);
    expect(await run('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
  });

  test('of another customer is refused to shoppers by its id, without a call', async () => {
    const id = toGlobalId('CustomerConsent', CUSTOMER);
    const { errors } = await shop.as(shopper(1)).executeText(`{ node(id: "${id}") { id } }`);
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'FORBIDDEN' } }]);
    expect(shop.calls()).toEqual([]);
    const own = await shop.as(shopper(CUSTOMER)).executeText(`{ node(id: "${id}") { id } }`);
    expect(own.data).toEqual({ node: { id } });
  });
});

describe('form field values', () => {
  const VALUES = 'formFields { id name }';
  type Value = { readonly id: string; readonly name: string };

  const set = (value: string) =>
    run(`mutation { updateCustomers(input: { customers: [{ entityId: ${CUSTOMER}, formFields: [
      { name: "People in the household", value: ${value} }
    ] }] }) { results { outcome } } }`);

  const ids = async (): Promise<readonly Value[]> =>
    (await run(`{ customer(by: { entityId: ${CUSTOMER} }) { ${VALUES} } }`)).customer.formFields;

  test('keep their ids when they change, even from a number to nothing', async () => {
    await set('{ number: 4 }');
    const before = await ids();
    await set('{ clear: true }');
    expect(await ids()).toEqual(before);
    expect(new Set(before.map(({ id }) => id)).size).toBe(before.length);
  });

  test('have the same ids in the list of all values', async () => {
    await set('{ number: 4 }');
    const { formFieldValues } = await run(
      `{ formFieldValues(filter: { customerEntityId: ${CUSTOMER} }) { nodes { id name } } }`,
    );
    expect(formFieldValues.nodes.length).toBeGreaterThan(0);
    expect(await ids()).toEqual(expect.arrayContaining(formFieldValues.nodes));
  });

  test('of an address differ from those of a customer with the same number and field', async () => {
    const { customerAddresses } = await run(
      `{ customerAddresses(first: 12) { nodes { entityId ${VALUES} } } }`,
    );
    const { customers } = await run(`{ customers { nodes { entityId ${VALUES} } } }`);
    const all = [...customerAddresses.nodes, ...customers.nodes].flatMap(({ formFields }) => formFields);
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all.map(({ id }: Value) => id)).size).toBe(all.length);
  });
});

describe('the result of a delete', () => {
  const RESULT = 'results { outcome id customer { entityId addressCount attributeCount } }';

  async function newAddress(): Promise<{ readonly id: string; readonly entityId: number }> {
    const { createCustomerAddresses } = await run(`mutation { createCustomerAddresses(input: { addresses: [{
      customerEntityId: ${CUSTOMER}, firstName: "A", lastName: "B", address1: "1 Quay", city: "Bergen", countryCode: "NO"
    }] }) { results { address { id entityId } } } }`);
    return createCustomerAddresses.results[0].address;
  }

  test('of an address has its global id, and the customer as the store has it afterwards', async () => {
    const read = `{ customer(by: { entityId: ${CUSTOMER} }) { entityId addressCount attributeCount } }`;
    const before = await run(read);
    const { id, entityId } = await newAddress();
    const { deleteCustomerAddresses } = await run(
      `mutation { deleteCustomerAddresses(input: { entityIds: [${entityId}, ${entityId}, 99999, -1] }) { ${RESULT} } }`,
    );
    const deleted = { outcome: 'DELETED', id, customer: before.customer };
    const notFound = { outcome: 'FAILED', id: toGlobalId('CustomerAddress', 99_999), customer: null };
    expect(deleteCustomerAddresses.results).toEqual([
      deleted,
      deleted,
      notFound,
      { outcome: 'FAILED', id: null, customer: null },
    ]);
  });

  test('of an attribute value has its global id, which the store must know', async () => {
    const { upsertCustomerAttributeValues } =
      await run(`mutation { upsertCustomerAttributeValues(input: { values: [
      { customerEntityId: ${CUSTOMER}, attributeEntityId: 2, value: "1" }
    ] }) { results { value { id entityId } } } }`);
    const { id, entityId } = upsertCustomerAttributeValues.results[0].value;
    const { deleteCustomerAttributeValues } =
      await run(`mutation { deleteCustomerAttributeValues(input: { values: [
      { customerEntityId: ${CUSTOMER}, entityId: ${entityId} }, { customerEntityId: ${CUSTOMER + 1}, entityId: ${entityId} }
    ] }) { results { outcome id customer { entityId } } } }`);
    expect(deleteCustomerAttributeValues.results).toEqual([
      { outcome: 'DELETED', id, customer: { entityId: CUSTOMER } },
      { outcome: 'FAILED', id: null, customer: null },
    ]);
  });

  test('of a metafield has its global id', async () => {
    const { createCustomerMetafields } = await run(`mutation { createCustomerMetafields(input: { metafields: [
      { customerEntityId: ${CUSTOMER}, namespace: "n", key: "k", value: "v", permissionSet: READ }
    ] }) { results { metafield { id entityId } } } }`);
    const { id, entityId } = createCustomerMetafields.results[0].metafield;
    const { deleteCustomerMetafields } = await run(`mutation { deleteCustomerMetafields(input: { metafields: [
      { customerEntityId: ${CUSTOMER}, entityId: ${entityId} }
    ] }) { results { outcome id customer { entityId } } } }`);
    expect(deleteCustomerMetafields.results).toEqual([
      { outcome: 'DELETED', id, customer: { entityId: CUSTOMER } },
    ]);
  });

  test('of a customer or of a definition has its global id, and no customer', async () => {
    const data = await run(`mutation {
      deleteCustomers(input: { entityIds: [5] }) { ${RESULT} }
      deleteCustomerAttributeDefinitions(input: { entityIds: [1] }) { ${RESULT} }
    }`);
    expect(data).toEqual({
      deleteCustomers: { results: [{ outcome: 'DELETED', id: toGlobalId('Customer', 5), customer: null }] },
      deleteCustomerAttributeDefinitions: {
        results: [{ outcome: 'DELETED', id: toGlobalId('CustomerAttributeDefinition', 1), customer: null }],
      },
    });
  });

  test('reads the customers of all deleted records in one call, and none unless they are selected', async () => {
    const addresses = [await newAddress()];
    const [first] = addresses;
    const mutation = (selection: string) =>
      `mutation { deleteCustomerAddresses(input: { entityIds: [${first?.entityId}] }) { results { ${selection} } } }`;
    expect(await callsOf(mutation('customer { email }'))).toHaveLength(3);
    const second = await newAddress();
    expect(
      await callsOf(mutation('id').replace(String(first?.entityId), String(second.entityId))),
    ).toHaveLength(2);
  });

  test('shows a shopper nothing of an address that belongs to someone else', async () => {
    const { entityId, id } = await newAddress();
    const { data, errors } = await shop
      .as(shopper(CUSTOMER + 1))
      .executeText(`mutation { deleteCustomerAddresses(input: { entityIds: [${entityId}] }) { ${RESULT} } }`);
    expect(errors).toMatchObject([]);
    expect(data.deleteCustomerAddresses.results).toEqual([{ outcome: 'FAILED', id, customer: null }]);
  });
});
