import { expect, test } from 'vitest';
import { deleteAddresses } from '../../../src/resolvers/writes/addresses.ts';
import { deleteCustomers } from '../../../src/resolvers/writes/customers.ts';
import { deleteMetafields } from '../../../src/resolvers/writes/metafields.ts';
import type { Call } from '../../../src/rest/client/http.ts';
import { roomForIds } from '../../../src/rest/writes/reply.ts';
import { createTestContext } from '../../support/write-context.ts';

/** The longest ids. */
const IDS = Array.from({ length: 500 }, (_, i) => 2_000_000_000 + i);
const MAX_URL = 2_048;

/** A store whose every list contains all records. */
function storeAt(urlPrefixLength: number) {
  const urls: number[] = [];
  const note = ({ path, query }: Call) => urls.push(urlPrefixLength + path.length + 1 + query.length);
  const deleted: string[] = [];
  const context = createTestContext({
    urlPrefixLength,
    read(call) {
      note(call);
      const ids = new URLSearchParams(call.query).get('id:in')?.split(',').map(Number) ?? IDS;
      return { data: ids.map(recordOf), meta: { pagination: { total: ids.length } } };
    },
    write(call) {
      note(call);
      deleted.push(...(new URLSearchParams(call.query).get('id:in')?.split(',') ?? []));
      return { outcome: 'ok', body: null };
    },
  });
  return { context, urls, deleted, longestUrl: () => Math.max(...urls) };
}

function recordOf(id: number) {
  return {
    id,
    customer_id: 1,
    email: `${id}@example.org`,
    first_name: 'A',
    last_name: 'B',
    address1: 'Street',
    city: 'Gent',
    country_code: 'BE',
    country: 'Belgium',
    name: `n${id}`,
    type: 'string',
    date_created: '2026-01-01T00:00:00Z',
    date_modified: '2026-01-01T00:00:00Z',
  };
}

const DELETES = { customers: deleteCustomers, addresses: deleteAddresses };

for (const [name, deleteAll] of Object.entries(DELETES)) {
  test.each([20, 44, 200, 1_200])(
    `no URL of a delete of ${name} is too long if the base URL has %i characters`,
    async (urlPrefixLength) => {
      const { context, deleted, longestUrl } = storeAt(urlPrefixLength);
      const { summary } = await deleteAll(context, IDS);
      expect(summary).toMatchObject({ deleted: IDS.length });
      expect(deleted).toEqual(IDS.map(String));
      expect(longestUrl()).toBeLessThan(MAX_URL);
    },
  );
}

test('a base URL that leaves no room deletes one record per call', async () => {
  const { context, deleted, urls } = storeAt(3_000);
  await deleteCustomers(context, IDS.slice(0, 3));
  expect(deleted).toHaveLength(3);
  expect(urls.filter((length) => length > 3_000).length).toBeGreaterThanOrEqual(3);
});

test('the ids of metafields are in the body, so one call deletes 250 of any length', async () => {
  const bodies: unknown[] = [];
  const context = createTestContext({
    urlPrefixLength: 1_900,
    read: () => ({ data: [] }),
    write({ body }) {
      bodies.push(body);
      return { outcome: 'ok', body: { data: body } };
    },
  });
  const items = IDS.map((entityId) => ({ customerEntityId: 1, entityId }));
  const { summary } = await deleteMetafields(context, items);
  expect(summary.deleted).toBe(IDS.length);
  expect(bodies).toEqual([IDS.slice(0, 250), IDS.slice(250)]);
});

test('the room for ids is what the URL has left', () => {
  expect(roomForIds({ path: '/customers' }, 44)).toBe(2_000 - 44 - '/customers?id:in='.length);
});
