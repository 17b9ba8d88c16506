import { expect, test } from 'vitest';
import { itemsOrThrow } from '../../src/rest/batching/chunks.ts';
import type { Call } from '../../src/rest/client/http.ts';
import type { CustomerSort } from '../../src/rest/customers.ts';
import type { Customer, CustomerInclude } from '../../src/rest/records/customers.ts';
import { createFakeHttpClient, urlLength } from '../support/fake-http.ts';
import { createTestRest } from '../support/fake-rest.ts';
import { fc } from '../support/property-tests.ts';

const NOTHING: ReadonlySet<CustomerInclude> = new Set();

function restAnswering(answer: (call: Call) => unknown) {
  const http = createFakeHttpClient(answer);
  return { http, rest: createTestRest(http) };
}

/** The decoded values of a list filter in a query string or a complete call. */
function valuesOf(call: string, name: string): string[] {
  const pair = call.split(/[?&]/).find((one) => one.startsWith(`${name}=`));
  return pair === undefined
    ? []
    : pair
        .slice(name.length + 1)
        .split(',')
        .map(decodeURIComponent);
}

test('encodes every filter, the sort, the includes and the page in one query string', async () => {
  const { http, rest } = restAnswering(() => ({ data: [] }));
  await rest.customers.page(
    { page: 2, limit: 20 },
    {
      filter: {
        entityIds: [1, 2],
        emails: ['ana+x@example.com'],
        names: ['Ana Reis'],
        nameLike: ['an'],
        companies: ['Reis & Co'],
        phones: ['+31 20'],
        customerGroupIds: [0, 3],
        registrationIpAddresses: ['203.0.113.1'],
        createdAt: { min: new Date('2024-01-01T00:00:00Z') },
        updatedAt: { max: new Date('2024-02-01T00:00:00Z') },
      },
      sort: 'LAST_NAME_ASC' satisfies CustomerSort,
      include: new Set(['segmentIds', 'addresses']),
    },
  );
  expect(http.calls).toEqual([
    '/customers?include=addresses,segment_ids' +
      '&id:in=1,2' +
      '&email:in=ana%2Bx%40example.com' +
      '&name:in=Ana%20Reis' +
      '&name:like=an' +
      '&company:in=Reis%20%26%20Co' +
      '&phone:in=%2B31%2020' +
      '&customer_group_id:in=0,3' +
      '&registration_ip_address:in=203.0.113.1' +
      '&date_created:min=2024-01-01T00:00:00Z' +
      '&date_modified:max=2024-02-01T00:00:00Z' +
      '&sort=last_name:asc&page=2&limit=20',
  ]);
});

test('rejects filters that do not fit one URL without a call', async () => {
  const { http, rest } = restAnswering(() => ({ data: [] }));
  const names = Array.from({ length: 200 }, (_, i) => `Name Number ${i}`);
  const page = rest.customers.page({ page: 1, limit: 20 }, { filter: { names }, include: NOTHING });
  await expect(page).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'filter' } });
  expect(http.calls).toEqual([]);
});

test('splits lists into URLs of at most 2,000 characters with at most 250 values, and joins the results', async () => {
  const emails = fc.uniqueArray(fc.emailAddress(), { minLength: 1, maxLength: 300, size: 'max' });
  const includes = fc.subarray<CustomerInclude>(['addresses', 'attributes', 'formFields', 'segmentIds']);
  await fc.assert(
    fc.asyncProperty(emails, includes, async (wanted, include) => {
      const { http, rest } = restAnswering(({ query }) => ({
        data: valuesOf(query, 'email:in').map((email) => ({ id: wanted.indexOf(email) + 1, email })),
        meta: { pagination: { total: valuesOf(query, 'email:in').length } },
      }));
      const query = { filter: { nameLike: ['a'] }, include: new Set(include) };
      const customers = itemsOrThrow(await rest.customers.byEmails(wanted, query));
      expect(customers.map(({ email }) => email)).toEqual(wanted);
      for (const call of http.calls) {
        expect(urlLength(call)).toBeLessThanOrEqual(2_000);
        expect(valuesOf(call, 'email:in').length).toBeLessThanOrEqual(250);
        expect(valuesOf(call, 'name:like')).toEqual(['a']);
        expect(call.endsWith('&limit=250')).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

test('requests 250 ids of six digits with every include in one call', async () => {
  const ids = Array.from({ length: 250 }, (_, i) => 700_000 + i);
  const { http, rest } = restAnswering(({ query }) => ({
    data: valuesOf(query, 'id:in').map((id) => ({ id: Number(id) })),
    meta: { pagination: { total: valuesOf(query, 'id:in').length } },
  }));
  const include: ReadonlySet<CustomerInclude> = new Set([
    'addresses',
    'attributes',
    'formFields',
    'storeCredit',
    'shopperProfileId',
    'segmentIds',
  ]);
  expect(itemsOrThrow(await rest.customers.byIds(ids, { filter: {}, include }))).toHaveLength(250);
  expect(http.calls).toHaveLength(1);
});

test('returns undefined for parts that were not requested and null for parts that the store left out', async () => {
  const { rest } = restAnswering(() => ({ data: [{ id: 1 }] }));
  const { items } = await rest.customers.page(
    { page: 1, limit: 1 },
    { filter: {}, include: new Set(['formFields']) },
  );
  expect(items[0]).toMatchObject({
    formFields: null,
    storeCredit: undefined,
    embeddedAddresses: undefined,
  } satisfies Partial<Customer>);
});
