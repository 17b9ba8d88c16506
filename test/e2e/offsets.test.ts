import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 60 });
});
beforeEach(() => shop.sandbox.requests.clear());
afterAll(() => shop.close());

async function read(query: string) {
  const { data, errors } = await shop.executeText(query);
  expect(errors).toEqual([]);
  return { data, calls: shop.calls() };
}

const LISTS = [
  ['customers', 'customers'],
  ['customerAddresses', 'customers/addresses'],
  ['customerAttributeValues', 'customers/attribute-values'],
  ['formFieldValues', 'customers/form-field-values'],
  ['customerMetafields', 'customers/metafields'],
] as const;

describe.each(LISTS)('%s by offset', (list, path) => {
  test('returns the same page as walking by cursor, in one call', async () => {
    const selection = '{ totalCount edges { node { __typename } } pageInfo { hasNextPage endCursor } }';
    const first = (await read(`{ ${list}(first: 10) ${selection} }`)).data[list];
    const cursor = first.pageInfo.endCursor;
    const second = (await read(`{ ${list}(first: 10, after: "${cursor}") ${selection} }`)).data[list];
    shop.sandbox.requests.clear();
    const { data, calls } = await read(`{ ${list}(first: 10, offset: 10) ${selection} }`);
    expect(data[list].edges).toEqual(second.edges);
    expect([data[list].totalCount, data[list].pageInfo.hasNextPage]).toEqual([first.totalCount, true]);
    expect(calls).toEqual([`GET /${path}?page=2&limit=10`]);
  });

  test('continues after the cursors of its page', async () => {
    const { data } = await read(`{ ${list}(first: 5, offset: 10) { pageInfo { endCursor } } }`);
    const { calls } = await read(
      `{ ${list}(first: 5, after: "${data[list].pageInfo.endCursor}") { nodes { __typename } } }`,
    );
    expect(calls).toEqual([`GET /${path}?page=4&limit=5`]);
  });

  test('is an empty page with the total beyond the end', async () => {
    const { data, calls } = await read(
      `{ ${list}(offset: 100000) { totalCount nodes { __typename } pageInfo { hasNextPage hasPreviousPage startCursor } } }`,
    );
    expect(data[list]).toEqual({
      totalCount: expect.any(Number),
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null },
    });
    expect(data[list].totalCount).toBeGreaterThan(0);
    expect(calls).toEqual([`GET /${path}?page=2001&limit=50`]);
  });

  test.each([
    ['offset: -1', 'offset: must be at least 0.'],
    ['offset: 1, after: "x"', 'offset: cannot be combined with a cursor.'],
    ['offset: 1, before: "x"', 'offset: cannot be combined with a cursor.'],
    ['offset: 1, last: 5', 'offset: cannot be combined with last.'],
  ])('rejects %s without a call', async (args, message) => {
    const { errors } = await shop.executeText(`{ ${list}(${args}) { totalCount } }`);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT', argument: 'offset' } }]);
    expect(shop.calls()).toEqual([]);
  });
});

test('a page between two numbered pages takes two calls', async () => {
  const { data, calls } = await read('{ customers(first: 200, offset: 30) { nodes { entityId } } }');
  expect(data.customers.nodes.map(({ entityId }: { entityId: number }) => entityId)).toEqual(
    Array.from({ length: 30 }, (_, i) => i + 31),
  );
  expect(calls).toHaveLength(1);
  const apart = await read('{ customers(first: 200, offset: 190) { nodes { entityId } } }');
  expect(apart.calls).toHaveLength(2);
});

test('the pages of an export side by side are all records, once each', async () => {
  const pages = [0, 1, 2].map(
    (n) => `p${n}: customerAddresses(first: 30, offset: ${n * 30}) { nodes { entityId } }`,
  );
  const { data, calls } = await read(`{ ${pages.join(' ')} }`);
  const ids = ['p0', 'p1', 'p2'].flatMap((page) =>
    data[page].nodes.map(({ entityId }: { entityId: number }) => entityId),
  );
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(ids).size).toBe(90);
  expect(calls).toHaveLength(3);
});

test('an offset skips among listed customers, in memory', async () => {
  const { data, calls } = await read(
    '{ customers(first: 2, offset: 2, filter: { entityIds: [9, 7, 5, 3, 1] }) { totalCount nodes { entityId } } }',
  );
  expect(data.customers).toEqual({ totalCount: 5, nodes: [{ entityId: 5 }, { entityId: 7 }] });
  expect(calls).toHaveLength(1);
});

test.each([
  ['customers', 'filter: { entityIds: [1, 2, 3] }', 3],
  ['customerMetafields', 'customerEntityId: 4', null],
])(
  'an offset beyond the end of %s with %s, which are read completely, is an empty page',
  async (list, args, total) => {
    const { data, calls } = await read(
      `{ ${list}(${args}, offset: 2000000000) { totalCount nodes { __typename } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(data[list]).toEqual({
      totalCount: total ?? expect.any(Number),
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    expect(calls).toHaveLength(1);
  },
);
