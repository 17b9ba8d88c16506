import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  CustomerByEntityIdDocument,
  CustomersPageDocument,
  type CustomersPageQuery,
} from '../generated/operations.ts';
import { type GraphQLResponse, startGatewayOnSandbox } from '../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox();
});
beforeEach(() => gateway.sandbox.requests.clear());
afterAll(() => gateway.close());

test('reads a customer by id in one call', async () => {
  const { data, errors } = await gateway.execute(CustomerByEntityIdDocument, { entityId: 7 });
  expect(errors).toEqual([]);
  expect(data.customer?.entityId).toBe(7);
  expect(gateway.calls()).toEqual(['GET /customers?id:in=7&limit=250']);
});

test('returns null for a customer that does not exist', async () => {
  const { data, errors } = await gateway.execute(CustomerByEntityIdDocument, { entityId: 2_000_000 });
  expect(errors).toEqual([]);
  expect(data.customer).toBeNull();
});

test.each([{ cursors: true }, { cursors: false }])(
  'pages through all customers once, store with cursors: $cursors',
  async (switches) => {
    const store = await startGatewayOnSandbox({ customers: 130, switches });
    const seen: number[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { data }: GraphQLResponse<CustomersPageQuery> = await store.execute(CustomersPageDocument, {
        first: 26,
        after,
      });
      seen.push(...(data.customers?.edges.map(({ node }) => node.entityId) ?? []));
      after = data.customers?.pageInfo.hasNextPage ? (data.customers.pageInfo.endCursor ?? null) : null;
      pages += 1;
    } while (after !== null);
    expect(seen).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
    expect(pages).toBe(5);
    expect(store.calls()).toHaveLength(5);
    await store.close();
  },
);
