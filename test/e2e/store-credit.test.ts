import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 3 }, { lateWriteMs: 50 });
});
beforeEach(() => shop.sandbox.reset());
afterAll(() => shop.close());

const RESULT = 'results { outcome errors { code path message } customer { storeCredit { amount } } }';

async function create(storeCredit: readonly { readonly amount: number }[]) {
  const { data, errors } = await shop.executeText(
    `mutation ($input: CreateCustomersInput!) { createCustomers(input: $input) { ${RESULT} } }`,
    {
      input: {
        customers: [
          { email: 'grace@example.org', firstName: 'Grace', lastName: 'Ito' },
          { email: 'ada@example.org', firstName: 'Ada', lastName: 'King', storeCredit },
        ],
      },
    },
  );
  expect(errors).toEqual([]);
  return data.createCustomers.results[1];
}

async function update(storeCredit: readonly { readonly amount: number }[]) {
  const { data, errors } = await shop.executeText(
    `mutation ($input: UpdateCustomersInput!) { updateCustomers(input: $input) { ${RESULT} } }`,
    { input: { customers: [{ entityId: 2, storeCredit }] } },
  );
  expect(errors).toEqual([]);
  return data.updateCustomers.results[0];
}

test('a create says that the store kept one of two store credit amounts', async () => {
  expect(await create([{ amount: 5 }, { amount: 7 }])).toEqual({
    outcome: 'CREATED',
    errors: [
      {
        code: 'LIMIT_EXCEEDED',
        path: ['customers', '1', 'storeCredit'],
        message: 'The store kept 1 of 2 store credit amounts. The other fields were written.',
      },
    ],
    customer: { storeCredit: [{ amount: 5 }] },
  });
});

test('an update says that the store kept one of three store credit amounts', async () => {
  const { outcome, errors, customer } = await update([{ amount: 5 }, { amount: 5 }, { amount: 7 }]);
  expect([outcome, customer.storeCredit, errors.map(({ message }: { message: string }) => message)]).toEqual([
    'UPDATED',
    [{ amount: 5 }],
    ['The store kept 1 of 3 store credit amounts. The other fields were written.'],
  ]);
});

test('one amount, or none, is written without a remark', async () => {
  expect(await create([{ amount: 5 }])).toMatchObject({ outcome: 'CREATED', errors: [] });
  expect(await update([{ amount: 6 }])).toMatchObject({ outcome: 'UPDATED', errors: [] });
  expect(await update([])).toMatchObject({ outcome: 'UPDATED', errors: [] });
});

test('an update with two amounts whose response is lost is UPDATED after one read-back', async () => {
  shop.sandbox.faults.set([
    { operations: ['updateCustomers'], maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } },
  ]);
  const { outcome, errors } = await update([{ amount: 9 }, { amount: 3 }]);
  expect([outcome, errors.length]).toEqual(['UPDATED', 1]);
  expect(shop.calls().filter((call) => call.startsWith('PUT'))).toHaveLength(1);
});
