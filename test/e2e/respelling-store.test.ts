import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/index.ts';
import { createStoreClient, type Json, type StoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { caseDocument, MUTATION_CASES } from '../support/mutation-cases.ts';

// A store that spells texts in another way: states by name, entities, NFC, no emoji, single blanks.

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

/** How far the store's clock is ahead, so records can be made older. */
let aheadMs = 0;
let shop: Shop;
let store: StoreClient;
beforeAll(async () => {
  shop = await startGatewayOnSandbox(
    { customers: 12, now: () => Date.now() + aheadMs, switches: { respells: true, atomicBatches: false } },
    { lateWriteMs: 60 },
  );
  store = createStoreClient(shop.sandbox);
  await write('createCustomerAddresses', [{ ...home, address1: 'The first' }]);
});
beforeEach(() => {
  shop.sandbox.faults.clear();
  shop.sandbox.requests.clear();
});
afterAll(() => shop.close());

const home = {
  customerEntityId: 1,
  firstName: 'Mu\u0308ller',
  lastName: 'Ada  & Eve',
  address1: '12 Street 🙂',
  city: 'Los  Altos',
  countryCode: 'US',
};

async function write(mutation: string, items: readonly unknown[]): Promise<Json[]> {
  const kind = MUTATION_CASES.find((each) => each.mutation === mutation);
  if (!kind) throw new Error(`there is no ${mutation}`);
  const { data, errors } = await shop.executeText(caseDocument(kind), { input: { [kind.list]: items } });
  expect(errors).toEqual([]);
  return data[mutation].results;
}

async function outcomes(mutation: string, items: readonly unknown[]): Promise<string[]> {
  return (await write(mutation, items)).map(({ outcome }) => outcome);
}

/** Breaks the first call of an operation. */
function breakFirst(operation: string, when: 'before-commit' | 'after-commit'): void {
  const rule: FaultRule = { operations: [operation], calls: [1], fault: { kind: 'cut', when } };
  shop.sandbox.faults.set([rule]);
}

const writesOf = (operation: string) =>
  shop.sandbox.requests.list().filter(({ operationId }) => operationId === operation).length;
const addressesOf = async (customer: number): Promise<Json[]> =>
  (await store.get(`/customers/addresses?customer_id:in=${customer}&limit=250`)).json.data;

describe('an update whose answer is lost', () => {
  const updates: readonly (readonly [string, string, () => Promise<object>])[] = [
    ['updateCustomers', 'updateCustomers', async () => ({ entityId: 2, company: 'So\u0308hne  & Co 🙂' })],
    [
      'updateCustomerMetafields',
      'updateCustomerMetafield',
      async () => ({ customerEntityId: 2, entityId: await metafieldOf(2), value: 'a  & b 🙂' }),
    ],
    [
      'updateCustomerAttributeDefinitions',
      'updateCustomersAttributes',
      async () => ({ entityId: await newDefinition(), name: 'Shoe  size 🙂' }),
    ],
    [
      'upsertCustomerAttributeValues',
      'upsertCustomersAttributeValues',
      async () => ({ customerEntityId: 2, attributeEntityId: await newDefinition(), value: 'a  & b 🙂' }),
    ],
  ];

  test.each(updates)(
    '%s is done once if the store has it in another spelling',
    async (mutation, operation, itemOf) => {
      const item = await itemOf();
      aheadMs += 120_000;
      breakFirst(operation, 'after-commit');
      expect(await outcomes(mutation, [item])).toEqual([
        mutation.startsWith('upsert') ? 'CREATED' : 'UPDATED',
      ]);
      expect(writesOf(operation)).toBe(1);
    },
  );

  test.each(updates)(
    '%s is sent again if the old value is only alike',
    async (mutation, operation, itemOf) => {
      const item = await itemOf();
      await write(mutation, [item]);
      const louder = Object.fromEntries(
        Object.entries(item).map(([key, value]) => [
          key,
          typeof value === 'string' ? value.toUpperCase() : value,
        ]),
      );
      shop.sandbox.requests.clear();
      breakFirst(operation, 'before-commit');
      expect(await outcomes(mutation, [louder])).toEqual(['UPDATED']);
      expect(writesOf(operation)).toBe(2);
      const [{ key: _key, ...changed }] = shop.sandbox.ledger.list().slice(-1) as [Json];
      expect(changed).toMatchObject({ change: 'updated' });
    },
  );

  test.each(updates.filter(([mutation]) => !mutation.startsWith('upsert')))(
    '%s is sent again if the record was created just before',
    async (mutation, operation, itemOf) => {
      const item = await itemOf();
      breakFirst(operation, 'before-commit');
      expect(await outcomes(mutation, [item])).toEqual(['UPDATED']);
      expect(writesOf(operation)).toBe(2);
    },
  );

  test('of an address is sent again if the old value is only alike, for it has no date', async () => {
    const [created] = await write('createCustomerAddresses', [{ ...home, customerEntityId: 3 }]);
    const { entityId } = created.address;
    breakFirst('updateCustomersAddresses', 'before-commit');
    expect(await outcomes('updateCustomerAddresses', [{ entityId, city: 'LOS ALTOS' }])).toEqual(['UPDATED']);
    expect((await addressesOf(3)).find(({ id }) => id === entityId).city).toBe('LOS ALTOS');
  });
});

async function metafieldOf(customerEntityId: number): Promise<number> {
  const [{ metafield }] = (await write('createCustomerMetafields', [
    { customerEntityId, namespace: 'Tests', key: uniqueName(), value: 'old', permissionSet: 'READ' },
  ])) as [Json];
  return metafield.entityId;
}

async function newDefinition(): Promise<number> {
  const [{ definition }] = (await write('createCustomerAttributeDefinitions', [
    { name: uniqueName(), type: 'STRING' },
  ])) as [Json];
  return definition.entityId;
}

let made = 0;
function uniqueName(): string {
  made += 1;
  return `name ${made}`;
}

describe('an address that the customer has in another spelling', () => {
  test.each(['before-commit', 'after-commit'] as const)(
    'is UNCHANGED if the first answer is cut %s',
    async (when) => {
      await write('createCustomerAddresses', [{ ...home, customerEntityId: 4, stateOrProvince: 'CA' }]);
      const before = await addressesOf(4);
      breakFirst('createCustomersAddresses', when);
      const again = { ...home, customerEntityId: 4, stateOrProvince: 'CA', city: 'Los Altos ' };
      expect(await outcomes('createCustomerAddresses', [again])).toEqual(['UNCHANGED']);
      expect(await addressesOf(4)).toEqual(before);
    },
  );

  test('is UNCHANGED beside an item that the store rejects', async () => {
    await write('createCustomerAddresses', [{ ...home, customerEntityId: 5 }]);
    const items = [
      { ...home, customerEntityId: 5, lastName: 'Ada & Eve' },
      { ...home, customerEntityId: 999_999 },
      { ...home, customerEntityId: 5, address1: 'Another' },
    ];
    expect(await outcomes('createCustomerAddresses', items)).toEqual(['UNCHANGED', 'FAILED', 'CREATED']);
  });
});

describe('addresses that differ only in the state', () => {
  const inStates = (customerEntityId: number) =>
    ['CA', 'NV'].map((stateOrProvince) => ({ ...home, customerEntityId, stateOrProvince }));
  /** Whether no address is there twice, and each outcome is true. */
  async function check(customer: number, results: readonly string[]): Promise<void> {
    const states = (await addressesOf(customer))
      .filter(({ city }) => city === 'Los Altos')
      .map(({ state_or_province }) => state_or_province);
    expect(new Set(states).size).toBe(states.length);
    const created = shop.sandbox.ledger.list().filter(({ change }) => change === 'created').length;
    expect(results.filter((outcome) => outcome === 'CREATED').length).toBeLessThanOrEqual(created);
    const untold = results.filter((outcome) => outcome === 'FAILED' || outcome === 'NOT_ATTEMPTED');
    expect(untold).toEqual([]);
  }

  test('are never stored twice and never told falsely if the store spells both by name', async () => {
    shop.sandbox.ledger.clear();
    await check(6, await outcomes('createCustomerAddresses', inStates(6)));
  });

  test.each(['before-commit', 'after-commit'] as const)(
    'are never stored twice and never told falsely if the answer is cut %s',
    async (when) => {
      const customer = when === 'before-commit' ? 7 : 8;
      shop.sandbox.ledger.clear();
      breakFirst('createCustomersAddresses', when);
      await check(customer, await outcomes('createCustomerAddresses', inStates(customer)));
    },
  );

  test.each(['before-commit', 'after-commit'] as const)(
    'are told apart from the one that the customer has, if the answer is cut %s',
    async (when) => {
      const customer = when === 'before-commit' ? 9 : 10;
      const [california, nevada] = inStates(customer);
      await write('createCustomerAddresses', [california]);
      shop.sandbox.ledger.clear();
      breakFirst('createCustomersAddresses', when);
      const results = await outcomes('createCustomerAddresses', [nevada]);
      await check(customer, results);
      expect(results[0]).not.toBe('UNCHANGED');
    },
  );
});

test('a value that was created just before is not CREATED again if the call never arrives', async () => {
  const item = { customerEntityId: 2, attributeEntityId: await newDefinition(), value: 'same' };
  expect(await outcomes('upsertCustomerAttributeValues', [item])).toEqual(['CREATED']);
  shop.sandbox.ledger.clear();
  breakFirst('upsertCustomersAttributeValues', 'before-commit');
  expect(await outcomes('upsertCustomerAttributeValues', [item])).not.toContain('CREATED');
});
