import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 5 }, { lateWriteMs: 50 });
});
beforeEach(() => shop.sandbox.reset());
afterAll(() => shop.close());

const rejectWith = (operation: string, status: number, body: object) =>
  shop.sandbox.faults.set([
    { operations: [operation], fault: { kind: 'body', status, body: JSON.stringify(body) } },
  ]);

test.each([
  [
    'customers(filter: { phones: ["1"] }) { nodes { entityId } }',
    'getCustomers',
    { 'phone:in': 'x' },
    'phone:in',
  ],
  [
    'customerAddresses(filter: { customerEntityIds: [1] }) { nodes { entityId } }',
    'getCustomersAddresses',
    { customer_id: 'x' },
    'customer_id:in',
  ],
  [
    'customerMetafields(filter: { createdAt: { min: "2024-01-01" } }) { nodes { key } }',
    'getallCustomersMetafields',
    { 'date_created:min': 'x', nora: 'x' },
    'date_created:min',
  ],
])(
  'a failed read of %s names the parameter that the store complains about',
  async (field, operation, errors, name) => {
    rejectWith(operation, 422, { status: 422, title: 'Invalid.', errors });
    const answer = await shop.executeText(`{ ${field} }`);
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_REJECTED', status: 422, fields: [name] } },
    ]);
    expect(JSON.stringify(answer.errors)).not.toContain('nora');
  },
);

describe('upstreamStatus of a write error', () => {
  const UPDATE =
    'mutation { updateCustomers(input: { customers: [{ entityId: 1, company: "x" }] }) { results { outcome errors { code upstreamStatus } } } }';

  async function update() {
    const { data, errors } = await shop.executeText(UPDATE);
    expect(errors).toEqual([]);
    return data.updateCustomers.results[0];
  }

  test.each([400, 401, 403, 404, 409, 412, 413, 422])('is the status %i of a rejection', async (status) => {
    rejectWith('updateCustomers', status, { status, title: 'No.' });
    expect(await update()).toMatchObject({ outcome: 'FAILED', errors: [{ upstreamStatus: status }] });
  });

  test('is the status of the last server error if nothing was written', async () => {
    shop.sandbox.faults.set([{ operations: ['updateCustomers'], fault: { kind: 'status', status: 503 } }]);
    const { outcome, errors } = await update();
    expect([outcome === 'CREATED' || outcome === 'UPDATED', errors[0].upstreamStatus]).toEqual([false, 503]);
  });

  test('is that of one metafield if the store answers with several', async () => {
    const metafields = [1, 999].map(
      (customer) =>
        `{ customerEntityId: ${customer}, namespace: "n", key: "k", value: "v", permissionSet: READ }`,
    );
    const { data } = await shop.executeText(
      `mutation { createCustomerMetafields(input: { metafields: [${metafields}] }) { results { outcome errors { code upstreamStatus } } } }`,
    );
    expect(data.createCustomerMetafields.results).toEqual([
      { outcome: 'CREATED', errors: [] },
      { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND', upstreamStatus: expect.any(Number) }] },
    ]);
    expect(data.createCustomerMetafields.results[1].errors[0].upstreamStatus).toBeGreaterThanOrEqual(400);
  });

  test('is null if the item is invalid, and if no response came', async () => {
    const invalid = await shop.executeText(
      'mutation { updateCustomers(input: { customers: [{ entityId: 0 }] }) { results { errors { upstreamStatus } } } }',
    );
    expect(invalid.data.updateCustomers.results).toEqual([{ errors: [{ upstreamStatus: null }] }]);
    shop.sandbox.faults.set([
      { operations: ['updateCustomers'], fault: { kind: 'cut', when: 'before-commit' } },
    ]);
    expect((await update()).errors).toMatchObject([{ upstreamStatus: null }]);
  });

  test('is null beside an item that the store accepted', async () => {
    const { data } = await shop.executeText(
      'mutation { createCustomers(input: { customers: [{ email: "a@example.org", firstName: "A", lastName: "B", storeCredit: [{ amount: 1 }, { amount: 2 }] }] }) { results { outcome errors { upstreamStatus } } } }',
    );
    expect(data.createCustomers.results).toEqual([
      { outcome: 'CREATED', errors: [{ upstreamStatus: null }] },
    ]);
  });
});
