import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import {
  AddressBookPageDocument,
  type AddressBookPageQuery,
  AddressesPageDocument,
  type AddressesPageQuery,
  CustomerByEmailDocument,
  type CustomerFilter,
  CustomerIdsDocument,
  type CustomerSort,
  CustomersPageDocument,
  type CustomersPageQuery,
  type CustomersPageQueryVariables,
} from '../generated/operations.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { createGateway, type GraphQLResponse, startGatewayOnSandbox } from '../support/gateway.ts';
import { respondJson, startHostileStore } from '../support/hostile-store.ts';

/** The fields of a customer record that these tests use. */
interface StoreCustomer {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly phone: string;
  readonly customer_group_id: number;
  readonly registration_ip_address: string;
  readonly date_created: string;
  readonly date_modified: string;
}

interface StoreAddress {
  readonly id: number;
  readonly customer_id: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
}

type SandboxGateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let gateway: SandboxGateway;
/** The same customers in a store without cursors, as of 2024. */
let older: SandboxGateway;
let all: readonly StoreCustomer[];
let allAddresses: readonly StoreAddress[];
beforeAll(async () => {
  [gateway, older] = await Promise.all([
    startGatewayOnSandbox(),
    startGatewayOnSandbox({ switches: { cursors: false } }),
  ]);
  const { get } = createStoreClient(gateway.sandbox);
  all = (await get('/customers?limit=250')).json.data;
  const pages = await Promise.all([1, 2].map((page) => get(`/customers/addresses?limit=250&page=${page}`)));
  allAddresses = pages.flatMap((page) => page.json.data);
});
beforeEach(() => {
  gateway.sandbox.requests.clear();
  older.sandbox.requests.clear();
});
afterAll(() => Promise.all([gateway.close(), older.close()]));

function idsWhere(holds: (customer: StoreCustomer) => boolean): number[] {
  return all.filter(holds).map(({ id }) => id);
}

async function idsOf(filter: CustomerFilter, sort: CustomerSort | null = null): Promise<number[]> {
  const { data, errors } = await gateway.execute(CustomerIdsDocument, { filter, sort });
  expect(errors).toEqual([]);
  const ids = data.customers?.nodes.map(({ entityId }) => entityId) ?? [];
  expect(data.customers?.totalCount).toBe(ids.length);
  return ids;
}

const nameOf = ({ first_name: first, last_name: last }: StoreCustomer | StoreAddress) => `${first} ${last}`;

describe('the order of customers', () => {
  // The store compares last names bytewise, but ignores the case of ASCII letters.
  const letters = (text: string) => Buffer.from(text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()));
  const compare: Record<string, (one: StoreCustomer, other: StoreCustomer) => number> = {
    CREATED_AT: (one, other) => Date.parse(one.date_created) - Date.parse(other.date_created),
    UPDATED_AT: (one, other) => Date.parse(one.date_modified) - Date.parse(other.date_modified),
    LAST_NAME: (one, other) => Buffer.compare(letters(one.last_name), letters(other.last_name)),
  };

  function expected(sort: CustomerSort, among = all): number[] {
    const [, column = '', direction] = /^(.*)_(ASC|DESC)$/.exec(sort) ?? [];
    const ascending = among.toSorted((one, other) => compare[column]?.(one, other) || one.id - other.id);
    const sorted = direction === 'ASC' ? ascending : ascending.toReversed();
    return sorted.map(({ id }) => id);
  }

  test.each<[CustomerSort, string]>([
    ['CREATED_AT_ASC', 'date_created:asc'],
    ['CREATED_AT_DESC', 'date_created:desc'],
    ['UPDATED_AT_ASC', 'date_modified:asc'],
    ['UPDATED_AT_DESC', 'date_modified:desc'],
    ['LAST_NAME_ASC', 'last_name:asc'],
    ['LAST_NAME_DESC', 'last_name:desc'],
  ])('%s is the order of the store, with ties in order of id in the same direction', async (sort, wire) => {
    expect(await idsOf({}, sort)).toEqual(expected(sort));
    expect(gateway.calls()).toEqual([`GET /customers?sort=${wire}&limit=250`]);
  });

  test('is by id without a sort', async () => {
    expect(await idsOf({})).toEqual(all.map(({ id }) => id));
  });

  test.each<CustomerSort>(['CREATED_AT_ASC', 'CREATED_AT_DESC', 'UPDATED_AT_ASC', 'UPDATED_AT_DESC'])(
    'is %s for listed ids too, which the gateway sorts',
    async (sort) => {
      const entityIds = [24, 23, 20, 1, 22, 21, 200];
      const among = all.filter(({ id }) => entityIds.includes(id));
      expect(await idsOf({ entityIds }, sort)).toEqual(expected(sort, among));
      expect(gateway.calls()).toEqual(['GET /customers?id:in=24,23,20,1,22,21,200&limit=250']);
    },
  );

  test('is by last name regardless of case for listed ids too', async () => {
    // Chevallier, de Vries, Hargreaves, Reis.
    expect(await idsOf({ entityIds: [5, 4, 2, 1] }, 'LAST_NAME_ASC')).toEqual([1, 2, 4, 5]);
    expect(await idsOf({ entityIds: [1, 2, 4, 5] }, 'LAST_NAME_DESC')).toEqual([5, 4, 2, 1]);
  });

  test('is consistent across numbered pages, which sorted lists use', async () => {
    const seen = await readPages(gateway, { first: 60, sort: 'LAST_NAME_DESC' });
    expect(seen).toEqual(expected('LAST_NAME_DESC'));
    expect(gateway.calls()).toEqual([
      'GET /customers?sort=last_name:desc&limit=60',
      'GET /customers?sort=last_name:desc&page=2&limit=60',
      'GET /customers?sort=last_name:desc&page=3&limit=60',
      'GET /customers?sort=last_name:desc&page=4&limit=60',
      'GET /customers?sort=last_name:desc&page=5&limit=60',
    ]);
  });
});

describe('a filter of customers', () => {
  test.each<[string, CustomerFilter, (customer: StoreCustomer) => boolean]>([
    ['entityIds', { entityIds: [9, 3, 3, 7777, 250] }, ({ id }) => [3, 9, 250].includes(id)],
    [
      'emails, with a plus tag and regardless of case',
      { emails: ['ANA.reis+newsletter@EXAMPLE.com', 'siobhan.mckenna@example.com', 'nobody@example.com'] },
      ({ id }) => id === 5 || id === 14,
    ],
    [
      'names, in any script',
      { names: ['Ana Reis', 'Siobhán McKenna', '千尋 森本', 'Ana'] },
      (customer) => ['Ana Reis', 'Siobhán McKenna', '千尋 森本'].includes(nameOf(customer)),
    ],
    ['names with quotes and brackets', { names: ['Robert"); -- <b>Tables</b>'] }, ({ id }) => id === 24],
    [
      'nameLike',
      { nameLike: ['an', '佐々'] },
      (customer) => nameOf(customer).toLowerCase().includes('an') || nameOf(customer).includes('佐々'),
    ],
    ['nameLike across first and last name', { nameLike: ['a rei'] }, (one) => nameOf(one).includes('a Rei')],
    ['nameLike with a percent sign', { nameLike: ['%'] }, () => false],
    [
      'companies',
      { companies: ['Warehouse Sixty', 'Chevallier Interiors', '佐々木 & Co Ceramics'] },
      ({ company }) => ['Warehouse Sixty', 'Chevallier Interiors', '佐々木 & Co Ceramics'].includes(company),
    ],
    [
      'phones, with their plus signs',
      { phones: ['+31 20 555 8051', '+81 3-5550-8210'] },
      ({ phone }) => ['+31 20 555 8051', '+81 3-5550-8210'].includes(phone),
    ],
    [
      'customerGroupIds',
      { customerGroupIds: [3, 1] },
      ({ customer_group_id: group }) => group === 1 || group === 3,
    ],
    ['customerGroupIds of 0', { customerGroupIds: [0] }, ({ customer_group_id: group }) => group === 0],
    [
      'customerGroupIds with 0 among them',
      { customerGroupIds: [2, 0] },
      ({ customer_group_id: group }) => group === 0 || group === 2,
    ],
    [
      'registrationIpAddresses',
      { registrationIpAddresses: ['203.0.113.16', '203.0.113.217'] },
      ({ registration_ip_address: ip }) => ip === '203.0.113.16' || ip === '203.0.113.217',
    ],
    [
      'createdAt',
      { createdAt: { min: '2020-01-01T00:00:00Z', max: '2021-12-31T23:59:59Z' } },
      ({ date_created: at }) => at >= '2020-01-01' && at < '2022',
    ],
    [
      'createdAt on a day',
      { createdAt: { equals: '2019-10-13' } },
      (one) => one.date_created.startsWith('2019-10-13'),
    ],
    [
      'updatedAt from a day',
      { updatedAt: { min: '2024-06-01', max: '2024-09-01T00:00:00Z' } },
      ({ date_modified: at }) => at >= '2024-06-01' && at <= '2024-09-01T00:00:00Z',
    ],
    [
      'updatedAt',
      { updatedAt: { min: '2024-06-01T02:00:00+02:00' } },
      ({ date_modified: at }) => at >= '2024-06-01T00:00:00Z',
    ],
    [
      'several conditions combined',
      {
        nameLike: ['e'],
        customerGroupIds: [0, 1],
        createdAt: { max: '2024-01-01T00:00:00Z' },
        updatedAt: { min: '2022-01-01T00:00:00Z' },
      },
      (one) =>
        nameOf(one).toLowerCase().includes('e') &&
        one.customer_group_id < 2 &&
        one.date_created <= '2024-01-01T00:00:00Z' &&
        one.date_modified >= '2022-01-01T00:00:00Z',
    ],
    [
      'entityIds with another condition',
      { entityIds: [1, 2, 3, 4, 5, 6], customerGroupIds: [1] },
      ({ id, customer_group_id: group }) => id <= 6 && group === 1,
    ],
    [
      'entityIds with emails',
      { entityIds: [1, 5, 6], emails: ['ana.reis+newsletter@example.com', 'siobhan.mckenna@example.com'] },
      ({ id }) => id === 5,
    ],
    [
      'emails with another condition',
      {
        emails: ['ana.reis+newsletter@example.com', 'siobhan.mckenna@example.com'],
        nameLike: ['ana'],
      },
      ({ id }) => id === 5,
    ],
  ])('%s finds the same customers as a scan of all customers, in one call', async (_name, filter, holds) => {
    const expected = idsWhere(holds);
    expect(expected.length).toBeLessThan(250);
    expect(await idsOf(filter)).toEqual(expected);
    expect(gateway.calls()).toHaveLength(1);
  });

  test('splits 250 e-mail addresses by URL length and merges the results into one list', async () => {
    const emails = all.map(({ email }) => email.toUpperCase());
    expect(await idsOf({ emails })).toEqual(all.map(({ id }) => id));
    const calls = gateway.calls();
    expect(calls).toHaveLength(4);
    const longest = Math.max(
      ...calls.map((call) => `${gateway.sandbox.url}${call.slice('GET '.length)}`.length),
    );
    expect(longest).toBeLessThanOrEqual(2_000);
    expect(longest).toBeGreaterThan(1_900);
  });
});

describe('the bounds of a date filter', () => {
  // Customers 20 to 23 were created in this second.
  const second = '2019-10-13T08:28:26';

  test.each<[string, CustomerFilter['createdAt'], readonly number[]]>([
    ['min and max are inclusive', { min: `${second}Z`, max: `${second}Z` }, [20, 21, 22, 23]],
    ['equals is exact', { equals: `${second}Z` }, [20, 21, 22, 23]],
    ['a UTC offset denotes the same timestamp', { equals: '2019-10-13T10:28:26+02:00' }, [20, 21, 22, 23]],
    ['a zero fraction is ignored', { equals: `${second}.000Z` }, [20, 21, 22, 23]],
    [
      'a fraction after the second excludes it as a minimum',
      { min: `${second}.001Z`, max: '2019-11-26T22:46:08Z' },
      [24],
    ],
    [
      'a fraction after the second includes it as a maximum',
      { min: `${second}Z`, max: `${second}.999Z` },
      [20, 21, 22, 23],
    ],
    [
      'a fraction before the second includes it as a minimum',
      { min: '2019-10-13T08:28:25.500Z', max: `${second}Z` },
      [20, 21, 22, 23],
    ],
    [
      'a fraction before the second excludes it as a maximum',
      { min: '2019-09-01T00:00:00Z', max: '2019-10-13T08:28:25.999Z' },
      [17, 18, 19],
    ],
  ])('%s', async (_name, createdAt, expected) => {
    const byHand = idsWhere(({ date_created: created }) => {
      const at = Date.parse(created);
      const { min, max, equals } = createdAt ?? {};
      return (
        (!min || at >= Date.parse(min)) &&
        (!max || at <= Date.parse(max)) &&
        (!equals || at === Date.parse(equals))
      );
    });
    expect(byHand).toEqual(expected);
    expect(await idsOf({ createdAt: createdAt ?? null })).toEqual(expected);
  });

  test('a range between two seconds is empty and takes no call', async () => {
    expect(await idsOf({ createdAt: { equals: `${second}.250Z` } })).toEqual([]);
    expect(gateway.calls()).toEqual([]);
  });
});

describe('a filter of addresses', () => {
  test('finds by each condition the same addresses as a scan of all addresses, in one call', async () => {
    const [first, second] = allAddresses;
    const company = allAddresses.find(({ company }) => /^[^,]+$/.test(company))?.company ?? '';
    const cases: [object, (address: StoreAddress) => boolean][] = [
      [{ entityIds: [3, 1, 99_999] }, ({ id }) => id === 1 || id === 3],
      [{ customerEntityIds: [33, 7, 3] }, ({ customer_id: id }) => id === 33 || id === 7],
      [
        { names: [first, second].map((address) => address && nameOf(address)) },
        (address) => [first, second].some((named) => named && nameOf(named) === nameOf(address)),
      ],
      [{ companies: [company, 'Nobody'] }, (address) => address.company === company],
      [
        { customerEntityIds: [33], companies: ['Warehouse Sixty'] },
        ({ customer_id: id, company: of }) => id === 33 && of === 'Warehouse Sixty',
      ],
    ];
    for (const [filter, holds] of cases) {
      const { data, errors } = await gateway.execute(AddressesPageDocument, { first: 250, filter });
      expect(errors).toEqual([]);
      const expected = allAddresses.filter(holds).map(({ id }) => id);
      expect(expected.length).toBeGreaterThan(0);
      expect(data.customerAddresses?.edges.map(({ node }) => node.entityId)).toEqual(expected);
      expect(data.customerAddresses?.totalCount).toBe(expected.length);
      expect(gateway.calls()).toHaveLength(1);
    }
  });
});

describe('a listed value that is no e-mail address', () => {
  test.each(['a@example.com,', 'nobody', '', '@', `${'x'.repeat(300)}@example.com`, '\ud800@example.com'])(
    'matches nothing, without a call: %o',
    async (email) => {
      expect(await idsOf({ emails: [email] })).toEqual([]);
      expect(gateway.calls()).toEqual([]);
      expect(await idsOf({ emails: [email, 'ana.reis+newsletter@example.com'] })).toEqual([5]);
    },
  );
});

test('an e-mail with a Kelvin sign is another one than that with the letter k', async () => {
  const store = await startHostileStore({
    '/customers': respondJson({ data: [{ id: 7, email: 'Kate@Example.org' }] }),
  });
  const shop = createGateway({ baseUrl: store.url });
  const { data, errors } = await shop.executeText(`{
    plain: customer(by: { email: "KATE@example.org" }) { entityId }
    kelvin: customer(by: { email: "\u212Aate@example.org" }) { entityId }
    listed: customers(filter: { emails: ["\u212Aate@example.org"] }) { nodes { entityId } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toEqual({ plain: { entityId: 7 }, kelvin: null, listed: { nodes: [] } });
  await shop.close();
  await store.close();
});

describe('a lookup by e-mail', () => {
  test.each([
    ['ana.reis+newsletter@example.com', 5, 'ana.reis+newsletter@example.com'],
    ['ANA.REIS+NEWSLETTER@EXAMPLE.COM', 5, 'ana.reis+newsletter@example.com'],
    ['siobhan.mckenna@example.com', 14, 'Siobhan.McKenna@Example.COM'],
  ])('of %s finds customer %i', async (email, entityId, stored) => {
    const { data, errors } = await gateway.execute(CustomerByEmailDocument, { email });
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ entityId, email: stored });
    expect(gateway.calls()).toEqual([
      `GET /customers?email:in=${encodeURIComponent(email.toLowerCase())}&limit=250`,
    ]);
  });

  test('treats a plus tag literally', async () => {
    const { data } = await gateway.execute(CustomerByEmailDocument, {
      email: 'ana.reis newsletter@example.com',
    });
    expect(data.customer).toBeNull();
  });

  test('sends addresses that differ only in case once', async () => {
    await gateway.executeText(`{
      a: customer(by: { email: "ana.reis+newsletter@example.com" }) { entityId }
      b: customer(by: { email: "Ana.Reis+Newsletter@example.com" }) { entityId }
    }`);
    expect(gateway.calls()).toEqual([
      'GET /customers?email:in=ana.reis%2Bnewsletter%40example.com&limit=250',
    ]);
  });

  test('of an address that two customers share is an error with both ids and without the address', async () => {
    const store = await startHostileStore({
      '/customers': respondJson({
        data: [
          { id: 41, email: 'both@example.com' },
          { id: 7, email: 'Both@Example.com' },
          { id: 8, email: 'one@example.com' },
        ],
      }),
    });
    const shop = createGateway({ baseUrl: store.url });
    const { data, errors } = await shop.executeText(`{
      both: customer(by: { email: "both@example.com" }) { entityId }
      one: customer(by: { email: "one@example.com" }) { entityId }
    }`);
    expect(data).toEqual({ both: null, one: { entityId: 8 } });
    expect(errors).toMatchObject([
      {
        path: ['both'],
        message: 'by.email: matches several customers: 7, 41. Use entityId.',
        extensions: { code: 'BAD_USER_INPUT', argument: 'by.email' },
      },
    ]);
    await shop.close();
    await store.close();
  });
});

describe.each(['cursors', 'page numbers'])('paging by %s', (mode) => {
  const shop = () => (mode === 'cursors' ? gateway : older);

  test.each([1, 49, 125, 250])('returns every customer once forwards, at most %i per page', async (first) => {
    const filter = { createdAt: { max: '2020-06-01T00:00:00Z' } };
    const expected = idsWhere(({ date_created: at }) => at <= '2020-06-01');
    expect(await readPages(shop(), { first, filter })).toEqual(expected);
    expect(shop().calls()).toHaveLength(Math.ceil(expected.length / first));
  });

  test.each([7, 125, 250])('returns every customer once backwards, %i per page', async (last) => {
    const seen: number[] = [];
    let before: string | null = null;
    let pages = 0;
    for (;;) {
      const { data, errors }: GraphQLResponse<CustomersPageQuery> = await shop().execute(
        CustomersPageDocument,
        {
          last,
          before,
        },
      );
      expect(errors).toEqual([]);
      seen.unshift(...(data.customers?.edges.map(({ node }) => node.entityId) ?? []));
      pages += 1;
      if (!data.customers?.pageInfo.hasPreviousPage) break;
      before = data.customers.pageInfo.startCursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(pages).toBe(Math.ceil(250 / last));
    // Only the first page needs to find the end of the list. A short page at the start may span two pages of the store.
    expect(shop().calls().length).toBeLessThanOrEqual(pages + 3);
  });

  test.each([1, 50, 249, 250])('reads the last %i without a cursor in at most three calls', async (last) => {
    const { data } = await shop().execute(CustomersPageDocument, { last });
    expect(data.customers?.edges.map(({ node }) => node.entityId)).toEqual(
      all.slice(-last).map(({ id }) => id),
    );
    expect(data.customers?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: last < 250 });
    expect(shop().calls().length).toBeLessThanOrEqual(3);
  });

  test('continues in both directions from a cursor inside a page', async () => {
    const page = await shop().execute(CustomersPageDocument, { first: 20 });
    const cursor = page.data.customers?.edges[6]?.cursor ?? '';
    shop().calls();

    const onwards = await shop().execute(CustomersPageDocument, { first: 3, after: cursor });
    expect(onwards.data.customers?.edges.map(({ node }) => node.entityId)).toEqual([8, 9, 10]);
    expect(onwards.data.customers?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(shop().calls()).toHaveLength(1);

    const back = await shop().execute(CustomersPageDocument, { last: 3, before: cursor });
    expect(back.data.customers?.edges.map(({ node }) => node.entityId)).toEqual([4, 5, 6]);
    expect(back.data.customers?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(shop().calls()).toHaveLength(1);

    const start = await shop().execute(CustomersPageDocument, { last: 10, before: cursor });
    expect(start.data.customers?.edges.map(({ node }) => node.entityId)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(start.data.customers?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  test('is empty beyond the end', async () => {
    const page = await shop().execute(CustomersPageDocument, { first: 250 });
    const after = page.data.customers?.pageInfo.endCursor ?? null;
    expect(page.data.customers?.pageInfo.hasNextPage).toBe(false);
    const beyond = await shop().execute(CustomersPageDocument, { first: 10, after });
    expect(beyond.errors).toEqual([]);
    expect(beyond.data.customers).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test('is empty if no customer matches', async () => {
    const { data, errors } = await shop().execute(CustomerIdsDocument, {
      filter: { names: ['Nobody At All'] },
    });
    expect(errors).toEqual([]);
    expect(data.customers).toEqual({
      totalCount: 0,
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: null },
    });
  });
});

test('pages through all addresses in both directions by page numbers', async () => {
  const ids = allAddresses.map(({ id }) => id);
  const forwards: number[] = [];
  let after: string | null | undefined = null;
  while (after !== undefined) {
    const { data }: GraphQLResponse<AddressesPageQuery> = await gateway.execute(AddressesPageDocument, {
      first: 200,
      after,
    });
    forwards.push(...(data.customerAddresses?.edges.map(({ node }) => node.entityId) ?? []));
    expect(data.customerAddresses?.totalCount).toBe(ids.length);
    after = data.customerAddresses?.pageInfo.hasNextPage
      ? data.customerAddresses.pageInfo.endCursor
      : undefined;
  }
  expect(forwards).toEqual(ids);
  expect(gateway.calls()).toHaveLength(3);

  const backwards: number[] = [];
  let before: string | null | undefined = null;
  while (before !== undefined) {
    const { data }: GraphQLResponse<AddressesPageQuery> = await gateway.execute(AddressesPageDocument, {
      last: 200,
      before,
    });
    backwards.unshift(...(data.customerAddresses?.edges.map(({ node }) => node.entityId) ?? []));
    before = data.customerAddresses?.pageInfo.hasPreviousPage
      ? data.customerAddresses.pageInfo.startCursor
      : undefined;
  }
  expect(backwards).toEqual(ids);
});

test('pages through the sixty addresses of one customer with a single read of all of them', async () => {
  const ids = allAddresses.filter(({ customer_id: id }) => id === 33).map(({ id }) => id);
  const page = async (
    args: object,
  ): Promise<NonNullable<NonNullable<AddressBookPageQuery['customer']>['addresses']>> => {
    const { data, errors } = await gateway.execute(AddressBookPageDocument, { entityId: 33, ...args });
    expect(errors).toEqual([]);
    expect(gateway.calls()).toEqual([
      'GET /customers?include=addresses&id:in=33&limit=250',
      'GET /customers/addresses?customer_id:in=33&limit=250',
    ]);
    const addresses = data.customer?.addresses;
    if (!addresses) throw new Error('expected addresses');
    return addresses;
  };
  const idsOn = ({ edges }: Awaited<ReturnType<typeof page>>) => edges.map(({ node }) => node.entityId);

  const first = await page({ first: 25 });
  expect(idsOn(first)).toEqual(ids.slice(0, 25));
  expect([first.totalCount, first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage]).toEqual([
    60,
    true,
    false,
  ]);
  const second = await page({ first: 25, after: first.pageInfo.endCursor });
  expect(idsOn(second)).toEqual(ids.slice(25, 50));
  const third = await page({ first: 25, after: second.pageInfo.endCursor });
  expect([idsOn(third), third.pageInfo.hasNextPage]).toEqual([ids.slice(50), false]);
  expect(idsOn(await page({ last: 5 }))).toEqual(ids.slice(-5));
  expect(idsOn(await page({ last: 5, before: third.pageInfo.startCursor }))).toEqual(ids.slice(45, 50));
  expect(idsOn(await page({ first: 2, after: second.edges[3]?.cursor }))).toEqual(ids.slice(29, 31));
});

async function readPages(shop: SandboxGateway, variables: CustomersPageQueryVariables): Promise<number[]> {
  const seen: number[] = [];
  let after: string | null | undefined = null;
  while (after !== undefined) {
    const { data, errors }: GraphQLResponse<CustomersPageQuery> = await shop.execute(CustomersPageDocument, {
      ...variables,
      after,
    });
    expect(errors).toEqual([]);
    seen.push(...(data.customers?.edges.map(({ node }) => node.entityId) ?? []));
    after = data.customers?.pageInfo.hasNextPage ? data.customers.pageInfo.endCursor : undefined;
  }
  return seen;
}

describe('an invalid argument', () => {
  const words = (count: number, word: (n: number) => string) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => word(i)));
  const numbers = (count: number, from: number) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => from + i));
  const customer = toGlobalId('Customer', 1);
  const address = toGlobalId('CustomerAddress', 1);

  test.each<[string, string, string]>([
    ['first above 250', 'customers(first: 251) { totalCount }', 'first'],
    ['a negative first', 'customers(first: -1) { totalCount }', 'first'],
    ['last above 250', 'customers(last: 251) { totalCount }', 'last'],
    ['a negative last', 'customers(last: -1) { totalCount }', 'last'],
    ['first with last', 'customers(first: 1, last: 1) { totalCount }', 'last'],
    ['first of 0 with last of 0', 'customers(first: 0, last: 0) { totalCount }', 'last'],
    ['after with before', 'customers(after: "a", before: "b") { totalCount }', 'before'],
    ['after with last', 'customers(after: "a", last: 1) { totalCount }', 'after'],
    ['before with first', 'customers(before: "a", first: 1) { totalCount }', 'before'],
    ['a malformed cursor', 'customers(after: "garbage") { totalCount }', 'after'],
    ['an empty cursor', 'customers(before: "") { totalCount }', 'before'],
    ['a cursor of another API', 'customers(after: "YXJyYXljb25uZWN0aW9uOjI=") { totalCount }', 'after'],
    ['a cursor with first: 0', 'customers(first: 0, after: "garbage") { totalCount }', 'after'],
    ['first above 250 of addresses', 'customerAddresses(first: 251) { totalCount }', 'first'],
    ['a malformed cursor of addresses', 'customerAddresses(after: "x") { totalCount }', 'after'],
    [
      'a malformed cursor with an empty list',
      'customers(after: "x", filter: { entityIds: [] }) { totalCount }',
      'after',
    ],
    ['an id of another type', `customer(by: { id: "${address}" }) { entityId }`, 'by.id'],
    ['a malformed id', 'customer(by: { id: "garbage" }) { entityId }', 'by.id'],
    ['an empty id', 'customer(by: { id: "" }) { entityId }', 'by.id'],
    ['an id with a suffix', `customer(by: { id: "${customer}=" }) { entityId }`, 'by.id'],
    ['an id of zero', 'customer(by: { entityId: 0 }) { entityId }', 'by.entityId'],
    ['a negative id', 'customer(by: { entityId: -5 }) { entityId }', 'by.entityId'],
    ['an address id of zero', 'customerAddress(entityId: 0) { entityId }', 'entityId'],
    ['an e-mail with a comma', 'customer(by: { email: "a,b@example.com" }) { entityId }', 'by.email'],
    ['an empty e-mail', 'customer(by: { email: "  " }) { entityId }', 'by.email'],
    ['a malformed node id', 'node(id: "garbage") { id }', 'id'],
    [
      'a node id of an unknown type',
      `node(id: "${Buffer.from('Wish:1').toString('base64url')}") { id }`,
      'id',
    ],
    [
      'a node id without a number',
      `node(id: "${Buffer.from('Customer:x').toString('base64url')}") { id }`,
      'id',
    ],
    [
      'a node id with two numbers',
      `node(id: "${Buffer.from('Customer:1:2').toString('base64url')}") { id }`,
      'id',
    ],
    [
      'a node id with a leading zero',
      `node(id: "${Buffer.from('Customer:01').toString('base64url')}") { id }`,
      'id',
    ],
    [
      'a node id of __proto__',
      `node(id: "${Buffer.from('__proto__:1').toString('base64url')}") { id }`,
      'id',
    ],
    ['a name with a comma', 'customers(filter: { names: ["Reis, Ana"] }) { totalCount }', 'filter.names'],
    [
      'a part of a name with a comma',
      'customers(filter: { nameLike: ["a,"] }) { totalCount }',
      'filter.nameLike',
    ],
    [
      'a company with a comma',
      'customers(filter: { companies: ["Baker, Sons & Daughters"] }) { totalCount }',
      'filter.companies',
    ],
    ['a phone with a comma', 'customers(filter: { phones: ["1,2"] }) { totalCount }', 'filter.phones'],
    [
      'an IP address with a comma',
      'customers(filter: { registrationIpAddresses: [","] }) { totalCount }',
      'filter.registrationIpAddresses',
    ],
    [
      'a listed e-mail with a comma in quotes',
      'customers(filter: { emails: ["\\"a,b\\"@example.com"] }) { totalCount }',
      'filter.emails',
    ],
    ['a listed id of zero', 'customers(filter: { entityIds: [1, 0] }) { totalCount }', 'filter.entityIds'],
    [
      'a negative group',
      'customers(filter: { customerGroupIds: [0, -1] }) { totalCount }',
      'filter.customerGroupIds',
    ],
    ['251 ids', `customers(filter: { entityIds: ${numbers(251, 1)} }) { totalCount }`, 'filter.entityIds'],
    [
      '251 e-mails',
      `customers(filter: { emails: ${words(251, (n) => `${n}@example.com`)} }) { totalCount }`,
      'filter.emails',
    ],
    [
      'more parts of names than fit in a URL',
      `customers(filter: { nameLike: ${words(200, (n) => `Name Number ${n}`)} }) { totalCount }`,
      'filter',
    ],
    [
      'a name that does not fit in a URL',
      `customers(filter: { names: ["Ana", "${'x'.repeat(2_000)}", "Ben"] }) { totalCount }`,
      'filter',
    ],
    [
      '251 names',
      `customers(filter: { names: ${words(251, (n) => `Name ${n}`)} }) { totalCount }`,
      'filter.names',
    ],
    [
      '251 ids of customers with addresses',
      `customerAddresses(filter: { customerEntityIds: ${numbers(251, 1)} }) { totalCount }`,
      'filter.customerEntityIds',
    ],
    [
      '251 ids of attributes',
      `customerAttributeValues(filter: { attributeEntityIds: ${numbers(251, 1)} }) { totalCount }`,
      'filter.attributeEntityIds',
    ],
    [
      '300 ids of addresses',
      `customerAddresses(filter: { entityIds: ${numbers(300, 1_000_000)} }) { totalCount }`,
      'filter.entityIds',
    ],
    [
      'an address company with a comma',
      'customerAddresses(filter: { companies: ["a,b"] }) { totalCount }',
      'filter.companies',
    ],
    [
      'a date range that ends before it begins',
      'customers(filter: { createdAt: { min: "2024-01-02T00:00:00Z", max: "2024-01-01T00:00:00Z" } }) { totalCount }',
      'filter.createdAt',
    ],
    [
      'a timestamp outside its own range',
      'customers(filter: { updatedAt: { equals: "2024-01-02T00:00:00Z", max: "2024-01-01T00:00:00Z" } }) { totalCount }',
      'filter.updatedAt',
    ],
  ])(
    'fails its own field without a call, while the sibling field runs: %s',
    async (_name, field, argument) => {
      const { status, data, errors } = await gateway.executeText(
        `{ bad: ${field} sibling: customer(by: { entityId: 2 }) { entityId } }`,
      );
      expect(data).toEqual({ bad: null, sibling: { entityId: 2 } });
      expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT', argument } }]);
      expect(errors[0]?.message.startsWith(`${argument}: `)).toBe(true);
      expect(status).toBe(200);
      expect(gateway.calls()).toEqual(['GET /customers?id:in=2&limit=250']);
    },
  );

  test.each([
    ['an e-mail', 'customer(by: { email: $text }) { entityId }', 'by.email'],
    ['a name', 'customers(filter: { names: [$text] }) { totalCount }', 'filter.names'],
    ['a company', 'customerAddresses(filter: { companies: [$text] }) { totalCount }', 'filter.companies'],
  ])('is a lone surrogate in %s, which cannot be URL-encoded', async (_name, field, argument) => {
    const { data, errors } = await gateway.executeText(`query ($text: String!) { bad: ${field} }`, {
      text: 'Ana \ud83d',
    });
    expect(data).toEqual({ bad: null });
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT', argument } }]);
    expect(gateway.calls()).toEqual([]);
  });

  test('in a list of node ids fails only its own position', async () => {
    const { data, errors } = await gateway.executeText(
      `{ nodes(ids: ["${customer}", "garbage", "${address}"]) { id } }`,
    );
    expect(data).toEqual({ nodes: [{ id: customer }, null, { id: address }] });
    expect(errors).toMatchObject([
      { path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT', argument: 'ids.1' } },
    ]);
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/addresses?id:in=1&limit=250',
      'GET /customers?id:in=1&limit=250',
    ]);
  });

  test('of an address book fails only that address book', async () => {
    const { data, errors } = await gateway.executeText(
      '{ customer(by: { entityId: 33 }) { entityId addresses(first: 300) { totalCount } } }',
    );
    expect(data).toEqual({ customer: { entityId: 33, addresses: null } });
    expect(errors).toMatchObject([
      { path: ['customer', 'addresses'], extensions: { code: 'BAD_USER_INPUT', argument: 'first' } },
    ]);
    expect(gateway.calls()).toEqual(['GET /customers?include=addresses&id:in=33&limit=250']);
  });

  test.each<[string, string]>([
    [
      'with another filter',
      'customers(first: 5, after: $cursor, filter: { customerGroupIds: [1] }) { totalCount }',
    ],
    ['with another sort', 'customers(first: 5, after: $cursor, sort: CREATED_AT_ASC) { totalCount }'],
    ['of another list', 'customerAddresses(first: 5, after: $cursor) { totalCount }'],
  ])('is a cursor %s', async (_name, field) => {
    const page = await gateway.execute(CustomersPageDocument, { first: 5 });
    const cursor = page.data.customers?.pageInfo.endCursor;
    gateway.calls();
    const { data, errors } = await gateway.executeText(`query ($cursor: String) { bad: ${field} }`, {
      cursor,
    });
    expect(data).toEqual({ bad: null });
    expect(errors).toMatchObject([
      { path: ['bad'], extensions: { code: 'BAD_USER_INPUT', argument: 'after' } },
    ]);
    expect(gateway.calls()).toEqual([]);
  });
});
