import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;
type Value =
  | { readonly text: string }
  | { readonly number: number }
  | { readonly choices: readonly string[] }
  | { readonly clear: true };

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 3 }, { lateWriteMs: 50 });
});
beforeEach(() => shop.sandbox.reset());
afterAll(() => shop.close());

const FIELDS = ['Interests', 'People in the household', 'Anniversary', 'Nickname'];
const SET: readonly Value[] = [{ choices: ['Tea'] }, { number: 4 }, { text: '2024-05-14' }, { text: 'Nora' }];

async function read(): Promise<readonly Value[]> {
  const { data, errors } = await shop.executeText(
    `{ customer(by: { entityId: 1 }) { formFields(names: ${JSON.stringify(FIELDS)}) {
      name ... on TextFormFieldValue { text } ... on NumberFormFieldValue { number } ... on ChoicesFormFieldValue { choices }
    } } }`,
  );
  expect(errors).toEqual([]);
  const byName = new Map(
    data.customer.formFields.map(({ name, ...value }: { name: string }) => [name, value]),
  );
  return FIELDS.map((name) => byName.get(name) as Value);
}

async function run(mutation: string, input: object) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await shop.executeText(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { results { outcome errors { code path } } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  return data[mutation].results;
}

const inputs = (values: readonly Value[]) => FIELDS.map((name, i) => ({ name, value: values[i] }));

describe.each([
  [
    'upsertFormFieldValues',
    async (values: readonly Value[]) => {
      const owned = inputs(values).map((each) => ({ ...each, owner: { customerEntityId: 1 } }));
      return run('upsertFormFieldValues', { values: owned });
    },
  ],
  [
    'updateCustomers',
    (values: readonly Value[]) =>
      run('updateCustomers', { customers: [{ entityId: 1, formFields: inputs(values) }] }),
  ],
] as const)('%s', (_mutation, write) => {
  test.each<[string, Value]>([
    ['text: ""', { text: '' }],
    ['choices: []', { choices: [] }],
    ['clear: true', { clear: true }],
  ])('clears form fields of every type with %s', async (_how, empty) => {
    await write(SET);
    expect(await read()).toEqual(SET);
    const results = await write(FIELDS.map(() => empty));
    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(results.map(() => 'UPDATED'));
    expect(await read()).toEqual([{ choices: [] }, { text: '' }, { text: '' }, { text: '' }]);
  });

  test('refuses clear: false with the path of the item, and writes nothing', async () => {
    await write(SET);
    const results = await write(FIELDS.map(() => ({ clear: false }) as never));
    const paths = results.flatMap(
      (result: { outcome: string; errors: { path: string[]; code: string }[] }) => {
        expect(result.outcome).toBe('FAILED');
        return result.errors.map(({ code, path }) => `${code} ${path.slice(-2).join('.')}`);
      },
    );
    expect(paths).toEqual(FIELDS.map(() => 'INVALID value.clear'));
    expect(await read()).toEqual(SET);
  });

  test('writes back what was read, set or not', async () => {
    for (const values of [SET, FIELDS.map((): Value => ({ text: '' }))]) {
      await write(values);
      const held = await read();
      const results = await write(held);
      expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
        results.map(() => 'UPDATED'),
      );
      expect(await read()).toEqual(held);
    }
  });
});

describe('the path of an error', () => {
  const ada = { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' };
  const address = { firstName: 'A', lastName: 'B', address1: '1 Road', city: 'Town', countryCode: 'DE' };
  const known = { name: 'Nickname', value: { text: 'x' } };
  const unknown = { name: 'No such field', value: { text: 'x' } };
  const floor = { name: 'Floor', value: { number: 1 } };

  test.each<[string, object, string]>([
    [
      'createCustomers',
      { customers: [{ ...ada, formFields: [known, unknown] }] },
      'customers.0.formFields.1.name',
    ],
    [
      'createCustomers',
      {
        customers: [
          { ...ada, addresses: [address, { ...address, city: 'X', formFields: [floor, unknown] }] },
        ],
      },
      'customers.0.addresses.1.formFields.1.name',
    ],
    [
      'createCustomers',
      { customers: [{ ...ada, attributes: [{ attributeEntityId: 99, value: '' }] }] },
      'customers.0.attributes.0.attributeEntityId',
    ],
    [
      'updateCustomers',
      { customers: [{ entityId: 2 }, { entityId: 1, formFields: [known, unknown] }] },
      'customers.1.formFields.1.name',
    ],
    [
      'createCustomerAddresses',
      { addresses: [{ ...address, customerEntityId: 1, formFields: [floor, unknown] }] },
      'addresses.0.formFields.1.name',
    ],
    [
      'createCustomerAddresses',
      {
        addresses: [
          { ...address, customerEntityId: 1, formFields: [{ name: 'Floor', value: { text: 'x' } }] },
        ],
      },
      'addresses.0.formFields.0.value',
    ],
  ])('of %s contains the index of the nested item', async (mutation, input, path) => {
    const results = await run(mutation, input);
    const [error] = results.flatMap(({ errors }: { errors: { path: string[] }[] }) => errors);
    expect(error?.path.join('.')).toBe(path);
  });
});
