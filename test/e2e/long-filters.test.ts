import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createStoreClient, type Json } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
let customers: Json[];
let addresses: Json[];
let values: Json[];
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 60 });
  const store = createStoreClient(shop.sandbox);
  const all = async (path: string) => (await store.get(`${path}?limit=250`)).json.data;
  customers = await all('/customers');
  addresses = await all('/customers/addresses');
  values = await all('/customers/attribute-values');
});
beforeEach(() => shop.sandbox.requests.clear());
afterAll(() => shop.close());

const padded = (own: readonly number[], from: number) => [
  ...own,
  ...Array.from({ length: 250 - own.length }, (_, i) => from + i),
];
const ids = (records: readonly Json[]) => records.map(({ id }) => id);
const entityIds = (nodes: readonly Json[]) => nodes.map(({ entityId }) => entityId);

/** The data, the calls and the estimate of a query without errors. The estimate is never below the calls. */
async function read(query: string, variables: object) {
  const response = await post(shop, { query, variables, extensions: { upstream: true } });
  const { data, errors, extensions } = (await response.json()) as Json;
  expect(errors).toBeUndefined();
  const calls = shop.calls();
  expect(extensions.upstream.estimate).toBeGreaterThanOrEqual(calls.length);
  return { data, calls, estimate: extensions.upstream.estimate };
}

describe('customerAddresses of 250 customers', () => {
  const QUERY = `query ($ids: [Int!], $after: String, $first: Int = 250) {
    customerAddresses(first: $first, after: $after, filter: { customerEntityIds: $ids }) {
      totalCount nodes { entityId } pageInfo { hasNextPage endCursor }
    }
  }`;

  test('with ids of six digits take one call', async () => {
    const { data, calls } = await read(QUERY, { ids: padded([1, 2, 3], 100_000) });
    expect(entityIds(data.customerAddresses.nodes)).toEqual(
      ids(addresses.filter(({ customer_id: id }) => id <= 3)),
    );
    expect(calls).toHaveLength(1);
  });

  test('with ids of ten digits take two calls, and are paged in memory', async () => {
    const own = customers.map(({ id }) => id);
    const wanted = { ids: padded(own, 2_000_000_000) };
    const { data, calls } = await read(QUERY, wanted);
    expect(entityIds(data.customerAddresses.nodes)).toEqual(ids(addresses));
    expect(data.customerAddresses.totalCount).toBe(addresses.length);
    expect(calls).toHaveLength(2);
    for (const call of calls) expect(shop.sandbox.url.length + call.length).toBeLessThan(2_010);

    const first = (await read(QUERY, { ...wanted, first: 7 })).data.customerAddresses;
    const after = first.pageInfo.endCursor;
    const second = (await read(QUERY, { ...wanted, first: 7, after })).data.customerAddresses;
    expect(entityIds([...first.nodes, ...second.nodes])).toEqual(ids(addresses).slice(0, 14));
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect((await read(QUERY, { ...wanted, first: 0 })).calls).toHaveLength(2);
  });

  test('cost nothing for an empty page without a total, and once for the same filter', async () => {
    const wanted = { ids: padded([1], 2_000_000_000) };
    const field = (args: string) =>
      `customerAddresses(${args}, filter: { customerEntityIds: $ids }) { nodes { entityId } }`;
    const nothing = await read(`query ($ids: [Int!]) { ${field('first: 0')} }`, wanted);
    expect([nothing.calls, nothing.estimate]).toEqual([[], 0]);
    const both = await read(
      `query ($ids: [Int!]) { a: ${field('first: 1')} b: ${field('last: 1')} }`,
      wanted,
    );
    expect(both.calls).toHaveLength(2);
  });
});

test('customerAddresses by long names and companies are the same as by a scan', async () => {
  const person = ({ first_name: first, last_name: last }: Json) => `${first} ${last}`;
  const names = [...new Set(addresses.map(person))].filter((name) => !name.includes(','));
  const filler = Array.from({ length: 250 - names.length }, (_, i) => `Nobody With A Long Name ${i}`);
  const { data, calls } = await read(
    'query ($names: [String!]) { customerAddresses(first: 250, filter: { names: $names }) { nodes { entityId } } }',
    { names: [...names, ...filler] },
  );
  expect(entityIds(data.customerAddresses.nodes)).toEqual(
    ids(addresses.filter((each) => names.includes(person(each)))),
  );
  expect(calls.length).toBeGreaterThan(2);
});

test('customerAttributeValues of 250 customers and attributes with long ids are read in parts', async () => {
  const attributes = [...new Set(values.map(({ attribute_id: id }) => id))];
  const own = customers.map(({ id }) => id);
  const { data, calls } = await read(
    `query ($customers: [Int!], $attributes: [Int!]) {
      customerAttributeValues(first: 250, filter: { customerEntityIds: $customers, attributeEntityIds: $attributes }) {
        totalCount nodes { entityId }
      }
    }`,
    { customers: padded(own, 2_000_000_000), attributes: padded(attributes, 2_000_000_000) },
  );
  expect(entityIds(data.customerAttributeValues.nodes)).toEqual(ids(values).slice(0, 250));
  expect(data.customerAttributeValues.totalCount).toBe(values.length);
  // Each list takes half a URL, so each is split in three.
  expect(calls).toHaveLength(9);
});

describe('customers by long lists', () => {
  const nameOf = ({ first_name: first, last_name: last }: Json) => `${first} ${last}`;
  const QUERY = `query ($filter: CustomerFilter, $sort: CustomerSort, $first: Int = 250, $offset: Int) {
    customers(filter: $filter, sort: $sort, first: $first, offset: $offset) { totalCount nodes { entityId lastName } }
  }`;
  const long = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${name} Number ${i}`);

  test('of names are complete, sorted by id or as asked, and paged in memory', async () => {
    const names = [...new Set(customers.map(nameOf))].filter((name) => !name.includes(','));
    const filter = { names: [...names, ...long('Nobody', 250 - names.length)] };
    const expected = customers.filter((each) => names.includes(nameOf(each)));
    const { data, calls } = await read(QUERY, { filter });
    expect(entityIds(data.customers.nodes)).toEqual(ids(expected));
    expect(data.customers.totalCount).toBe(expected.length);
    expect(calls.length).toBeGreaterThan(2);
    const down = await read(QUERY, { filter, sort: 'CREATED_AT_DESC', first: 5, offset: 5 });
    const byDate = expected.toSorted(
      (one, other) => other.date_created.localeCompare(one.date_created) || other.id - one.id,
    );
    expect(entityIds(down.data.customers.nodes)).toEqual(ids(byDate).slice(5, 10));
  });

  test('of companies match other conditions too', async () => {
    const companies = [...new Set(customers.map(({ company }) => company))].filter(
      (name) => name !== '' && !name.includes(','),
    );
    const filter = {
      companies: [...companies, ...long('Company', 250 - companies.length)],
      createdAt: { max: '2022-01-01' },
    };
    const { data } = await read(QUERY, { filter });
    expect(entityIds(data.customers.nodes)).toEqual(
      ids(customers.filter(({ company, date_created: at }) => companies.includes(company) && at < '2022')),
    );
  });

  test('of names are combined with ids and e-mails', async () => {
    const some = customers.slice(10, 20);
    const names = [...some.map(nameOf).filter((name) => !name.includes(',')), ...long('Nobody', 150)];
    const matching = customers.filter((each) => names.includes(nameOf(each)) && each.id <= 15);
    const byId = await read(QUERY, {
      filter: { names, entityIds: customers.slice(0, 15).map(({ id }) => id) },
    });
    expect(entityIds(byId.data.customers.nodes)).toEqual(ids(matching));
    const emails = customers.slice(0, 15).map(({ email }) => email);
    const byEmail = await read(QUERY, { filter: { names, emails } });
    expect(entityIds(byEmail.data.customers.nodes)).toEqual(ids(matching));
  });

  test('have their metafields beside them', async () => {
    const filter = { names: [nameOf(customers[2]), ...long('Nobody', 200)] };
    const { data } = await read(
      'query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { entityId metafields { totalCount } } } }',
      { filter },
    );
    expect(data.customers.nodes).toContainEqual({
      entityId: 3,
      metafields: { totalCount: expect.any(Number) },
    });
  });

  test('that take too many calls are refused before anything is sent', async () => {
    const wide = (name: string) => Array.from({ length: 250 }, (_, i) => `${name} ${'x'.repeat(200)} ${i}`);
    const response = await post(shop, {
      query: QUERY,
      variables: { filter: { names: wide('a'), companies: wide('b') } },
    });
    const { errors } = (await response.json()) as Json;
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_EXPENSIVE', limit: 500 } }]);
    expect(shop.calls()).toEqual([]);
  });
});

const FILTERS = {
  customers: 'CustomerFilter',
  customerAddresses: 'CustomerAddressFilter',
  customerAttributeValues: 'CustomerAttributeValueFilter',
} as const;

describe('251 values', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const texts = (count: number) => numbers(count).map((n) => `value ${n}`);
  const emails = (count: number) => numbers(count).map((n) => `c${n}@example.org`);

  test.each<[keyof typeof FILTERS, string, (count: number) => readonly unknown[]]>([
    ['customers', 'entityIds', numbers],
    ['customers', 'emails', emails],
    ['customers', 'names', texts],
    ['customers', 'companies', texts],
    ['customerAddresses', 'entityIds', numbers],
    ['customerAddresses', 'customerEntityIds', numbers],
    ['customerAddresses', 'names', texts],
    ['customerAddresses', 'companies', texts],
    ['customerAttributeValues', 'customerEntityIds', numbers],
    ['customerAttributeValues', 'attributeEntityIds', numbers],
  ])(
    'in the filter of %s by %s are refused with the figure and the limit, 250 are not',
    async (list, name, values) => {
      const query = `query ($filter: ${FILTERS[list]}) { ${list}(filter: $filter) { totalCount } }`;
      const response = await post(shop, { query, variables: { filter: { [name]: values(251) } } });
      const { errors } = (await response.json()) as Json;
      expect(errors).toMatchObject([
        {
          message: `filter.${name}: contains 251 values; at most 250 are allowed.`,
          path: [list],
          extensions: { code: 'BAD_USER_INPUT', argument: `filter.${name}` },
        },
      ]);
      expect(shop.calls()).toEqual([]);
      const { calls } = await read(query, { filter: { [name]: [...values(250), values(1)[0]] } });
      expect(calls.length).toBeGreaterThan(0);
    },
  );
});
