import { expect, test } from 'vitest';
import { itemsOrThrow } from '../../src/rest/batching/chunks.ts';
import { createFakeHttpClient } from '../support/fake-http.ts';
import { createTestRest } from '../support/fake-rest.ts';

test('reads all pages of the addresses of several customers', async () => {
  const http = createFakeHttpClient(({ query }) => {
    const page = Number(/page=(\d+)/.exec(query)?.[1] ?? 1);
    const data = Array.from({ length: page === 3 ? 20 : 250 }, (_, i) => ({
      id: (page - 1) * 250 + i + 1,
      customer_id: (i % 2) + 7,
    }));
    return { data, meta: { pagination: { total: 520 } } };
  });
  const { addresses } = createTestRest(http);
  const read = itemsOrThrow(await addresses.ofCustomers([7, 8], new Set(['formFields'])));
  expect(read.map(({ entityId }) => entityId)).toEqual(Array.from({ length: 520 }, (_, i) => i + 1));
  expect(http.calls).toEqual([
    '/customers/addresses?include=formfields&customer_id:in=7,8&limit=250',
    '/customers/addresses?include=formfields&customer_id:in=7,8&page=2&limit=250',
    '/customers/addresses?include=formfields&customer_id:in=7,8&page=3&limit=250',
  ]);
});

test('assigns an embedded address without customer_id to the customer that embeds it', async () => {
  const http = createFakeHttpClient(() => ({
    data: [{ id: 7, addresses: [{ id: 3 }, { id: 4, customer_id: 7 }] }],
  }));
  const { customers } = createTestRest(http);
  const page = await customers.page({ page: 1, limit: 1 }, { filter: {}, include: new Set(['addresses']) });
  expect(page.items[0]?.embeddedAddresses?.map(({ customerEntityId }) => customerEntityId)).toEqual([7, 7]);
});

test('fails on an address without a customer', async () => {
  const http = createFakeHttpClient(() => ({ data: [{ id: 3 }] }));
  const { addresses } = createTestRest(http);
  await expect(addresses.page({ page: 1, limit: 1 }, {}, new Set())).rejects.toMatchObject({
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'The store answered a record without a usable address.customer_id.',
  });
});
