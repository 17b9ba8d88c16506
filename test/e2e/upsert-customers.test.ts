import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 25 }, { maxCalls: 5_000 });
});
afterEach(() => gateway.close());

const UPSERT = `mutation ($customers: [UpsertCustomerInput!]!, $matchBy: CustomerMatchBy!) {
  upsertCustomers(input: { customers: $customers, matchBy: $matchBy }) {
    summary { total created updated unchanged failed }
    partSummary { total created updated unchanged deleted failed }
    results {
      index outcome errors { code path } customer { entityId email firstName company }
      parts { kind index outcome recordId errors { code path } }
    }
  }
}`;

async function upsert(customers: readonly object[], matchBy: 'EMAIL' | 'ENTITY_ID' = 'EMAIL') {
  gateway.sandbox.requests.clear();
  const { data, errors } = await gateway.executeText(UPSERT, { customers, matchBy });
  expect(errors).toEqual([]);
  return data.upsertCustomers;
}

/** The numbers of reads and of writes at the store since the last call. */
function callCounts() {
  const methods = gateway.calls().map((call) => call.split(' ')[0]);
  return {
    reads: methods.filter((method) => method === 'GET').length,
    writes: methods.filter((method) => method !== 'GET').length,
  };
}

const address = (street: string) => ({
  firstName: 'Ada',
  lastName: 'King',
  address1: street,
  city: 'London',
  countryCode: 'GB',
});

const newCustomer = (place: number) => ({
  email: `new-${place}@import.example.org`,
  firstName: 'Ada',
  lastName: 'King',
  addresses: [address(`${place} High Street`)],
});

test('1,000 new customers with one address cost at most 20 reads and 200 writes, and no write when repeated', async () => {
  const customers = Array.from({ length: 1_000 }, (_, i) => newCustomer(i));
  expect(Math.max(...customers.map(({ email }) => email.length))).toBeLessThanOrEqual(30);
  const { summary, partSummary } = await upsert(customers);
  expect(summary).toMatchObject({ total: 1_000, created: 1_000 });
  expect(partSummary).toMatchObject({ total: 1_000, created: 1_000 });
  const first = callCounts();
  expect(first.reads).toBeLessThanOrEqual(20);
  expect(first.writes).toBeLessThanOrEqual(200);

  const again = await upsert(customers);
  expect(again.summary).toMatchObject({ total: 1_000, unchanged: 1_000 });
  expect(again.partSummary).toMatchObject({ total: 1_000, unchanged: 1_000 });
  const second = callCounts();
  expect(second.reads).toBeLessThanOrEqual(20);
  expect(second.writes).toBe(0);
});

test('a customer of the store gets only the fields that differ and the addresses that are missing', async () => {
  const store = createStoreClient(gateway.sandbox);
  const { json } = await store.get('/customers?id:in=7');
  const { email, first_name: firstName, last_name: lastName } = json.data[0];
  const { results } = await upsert([
    {
      email: email.toUpperCase(),
      firstName,
      lastName,
      company: 'Engines Ltd',
      addresses: [address('1 New Road')],
    },
  ]);
  expect(results).toMatchObject([
    {
      outcome: 'UPDATED',
      errors: [],
      customer: { entityId: 7, company: 'Engines Ltd', firstName },
      parts: [{ kind: 'ADDRESS', index: 0, outcome: 'CREATED', errors: [] }],
    },
  ]);
  const bodies = gateway.sandbox.ledger.list().map(({ operationId }) => operationId);
  expect(bodies).toEqual(['updateCustomers', 'createCustomersAddresses']);
});
