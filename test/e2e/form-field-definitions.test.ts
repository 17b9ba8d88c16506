import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { keyWithout, shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

const DEFINITIONS = '{ formFieldDefinitions { owner name type } }';
const OPERATION = 'getCustomersFormFieldValues';
const TYPES = ['checkboxes', 'date', 'multiline', 'numbers', 'password', 'radiobuttons', 'text', 'picklist'];

let shop: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  shop = await startGatewayOnSandbox({ customers: 40 });
});
afterEach(() => shop.close());

async function run(query: string, caller = ANONYMOUS) {
  const { data, errors } = await shop.as(caller).executeText(query);
  expect(errors).toEqual([]);
  return data;
}

/** An account page: each field of a customer with its type. */
const FORM = (entityId: number) =>
  `{ customer(by: { entityId: ${entityId} }) { formFields { __typename name fieldType } } }`;

describe('formFieldDefinitions', () => {
  test('are learnt from the values by one call per type, and then kept', async () => {
    const { formFieldDefinitions } = await run(DEFINITIONS);
    expect(shop.calls().toSorted()).toEqual(
      TYPES.map((type) => `GET /customers/form-field-values?field_type=${type}&limit=250`).toSorted(),
    );
    expect(formFieldDefinitions).toEqual(
      expect.arrayContaining([
        { owner: 'CUSTOMER', name: 'Interests', type: 'CHECKBOXES' },
        { owner: 'CUSTOMER', name: 'People in the household', type: 'NUMBERS' },
        { owner: 'ADDRESS', name: 'Floor', type: 'NUMBERS' },
      ]),
    );
    const keys = formFieldDefinitions.map(({ owner, name }: Record<string, string>) => `${owner} ${name}`);
    expect(keys).toEqual([...new Set(keys)].toSorted());
    expect(await run(DEFINITIONS)).toEqual({ formFieldDefinitions });
    expect(shop.calls()).toEqual([]);
  });

  test('are estimated with eight calls, and with none while they are kept', async () => {
    const estimate = async () => {
      const response = await post(shop, { query: DEFINITIONS, extensions: { explain: 'only' } });
      const { extensions } = (await response.json()) as { extensions: { upstream: { estimate: number } } };
      return extensions.upstream.estimate;
    };
    expect(await estimate()).toBe(8);
    await run(DEFINITIONS);
    expect(await estimate()).toBe(0);
  });

  test('leave out a type that the store rejects', async () => {
    const rejected = { operations: [OPERATION], calls: [1], fault: { kind: 'status' as const, status: 422 } };
    shop.sandbox.faults.set([rejected]);
    const { formFieldDefinitions } = await run(DEFINITIONS);
    const [first = ''] = shop.calls();
    const missing = /field_type=(\w+)/.exec(first)?.[1]?.toUpperCase();
    const types = formFieldDefinitions.map(({ type }: { type: string }) => type);
    expect(types).not.toContain(missing);
    expect(new Set(types).size).toBeGreaterThan(2);
  });

  test('are an error, which is not kept, if the store fails', async () => {
    shop.sandbox.faults.set([
      { operations: [OPERATION], calls: [1], fault: { kind: 'status', status: 500 } },
    ]);
    const { data, errors } = await shop.executeText(DEFINITIONS);
    expect(data).toEqual({ formFieldDefinitions: null });
    expect(errors).toMatchObject([{ path: ['formFieldDefinitions'] }]);
    shop.sandbox.faults.clear();
    expect((await run(DEFINITIONS)).formFieldDefinitions).not.toEqual([]);
  });

  test('are refused to shoppers and to keys that may not read customers, without a call', async () => {
    for (const caller of [shopper(1), keyWithout('customers:read')]) {
      const { errors } = await shop.as(caller).executeText(DEFINITIONS);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    expect(shop.calls()).toEqual([]);
  });
});

describe('fieldType', () => {
  test('tells the type of each value, for eight calls however many values there are', async () => {
    const { customers } = await run('{ customers(first: 40) { nodes { formFields { name fieldType } } } }');
    const calls = shop.calls();
    expect(calls).toHaveLength(9);
    const types = new Map(
      customers.nodes.flatMap(({ formFields }: { formFields: { name: string; fieldType: string }[] }) =>
        formFields.map(({ name, fieldType }) => [name, fieldType]),
      ),
    );
    expect(types.get('Interests')).toBe('CHECKBOXES');
    expect(types.get('People in the household')).toBe('NUMBERS');
  });

  test('tells the type of a number field that has no value, which is a text', async () => {
    await shop.executeText(`mutation { updateCustomers(input: { customers: [
      { entityId: 1, formFields: [{ name: "People in the household", value: { clear: true } }] }
    ] }) { results { outcome } } }`);
    const { customer } = await run(FORM(1));
    expect(customer.formFields).toContainEqual({
      __typename: 'TextFormFieldValue',
      name: 'People in the household',
      fieldType: 'NUMBERS',
    });
  });

  test('is null for a field of which the store has no value', async () => {
    await shop.close();
    shop = await startGatewayOnSandbox({ customers: 1 });
    const { formFieldDefinitions } = await run(DEFINITIONS);
    const known = new Set(formFieldDefinitions.map(({ name }: { name: string }) => name));
    const { customer } = await run(FORM(1));
    const unset = customer.formFields.filter(({ name }: { name: string }) => !known.has(name));
    expect(unset.length).toBeGreaterThan(0);
    for (const { fieldType } of unset) expect(fieldType).toBeNull();
  });

  test('is shown to shoppers of their own values', async () => {
    const { customer } = await run(FORM(1), shopper(1));
    expect(customer.formFields).toContainEqual(
      expect.objectContaining({ name: 'Interests', fieldType: 'CHECKBOXES' }),
    );
  });

  test('costs nothing unless it is selected', async () => {
    await run('{ customer(by: { entityId: 1 }) { formFields { id name } } }');
    expect(shop.calls()).toHaveLength(1);
  });
});
