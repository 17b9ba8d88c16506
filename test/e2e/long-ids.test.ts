import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type MetafieldStore, type MetafieldWire, startMetafieldStore } from '../support/metafield-store.ts';
import { post } from '../support/post.ts';

const metafield = (id: number, resourceId: number): MetafieldWire => ({
  id,
  resource_id: resourceId,
  namespace: 'n',
  key: `key-${id}`,
  value: `value-${id}`,
  permission_set: 'read',
});

const SEED = [
  metafield(7, 1),
  metafield(3_000_000_000, 1),
  metafield(3_000_000_001, 1),
  metafield(4_000_000_000, 10_000_000_000),
  metafield(10_000_000_000, 1),
];
const IDS = SEED.map(({ id }) => id);
const NEW_ID = 10_000_000_001;

let store: MetafieldStore;
let gateway: Gateway;
beforeEach(async () => {
  store = await startMetafieldStore(SEED, NEW_ID);
  gateway = createGateway({ baseUrl: store.url, lateWriteMs: 50 });
});
afterEach(async () => {
  await gateway.close();
  await store.close();
});

/** The data of an operation without errors. */
async function run(operation: string) {
  const { data, errors } = await gateway.executeText(operation);
  expect(errors).toEqual([]);
  return data;
}

const idOf = (each: { readonly metafieldId: number }) => each.metafieldId;

describe('a metafield whose id exceeds 32 bits', () => {
  test('is a record in the list of all customers', async () => {
    const { customerMetafields } = await run(
      '{ customerMetafields { totalCount nodes { metafieldId resourceId key } } }',
    );
    expect(customerMetafields).toEqual({
      totalCount: 5,
      nodes: SEED.map((each) => ({ metafieldId: each.id, resourceId: each.resource_id, key: each.key })),
    });
  });

  test('fails `entityId` alone, with an error at its path', async () => {
    const field = async (selection: string, id: number) =>
      gateway.executeText(
        `{ customerMetafield(customerEntityId: 1, by: { metafieldId: ${id} }) { ${selection} } }`,
      );
    const { errors } = await field('key entityId', 3_000_000_000);
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_BAD_RESPONSE' }, path: ['customerMetafield', 'entityId'] },
    ]);
    expect(errors[0]?.message).toContain('`metafieldId` has it');
    expect((await field('key entityId metafieldId', 7)).data.customerMetafield).toEqual({
      key: 'key-7',
      entityId: 7,
      metafieldId: 7,
    });
  });

  test('is found by its global id', async () => {
    const { customerMetafields } = await run('{ customerMetafields { nodes { id } } }');
    const ids = customerMetafields.nodes.map(({ id }: { id: string }) => JSON.stringify(id));
    const { nodes } = await run(
      `{ nodes(ids: [${ids}]) { id ... on CustomerMetafield { metafieldId resourceId } } }`,
    );
    expect(nodes.map(idOf)).toEqual(IDS);
    expect(nodes[3].resourceId).toBe(10_000_000_000);
  });

  test('is found by `metafieldId` in one call', async () => {
    const query =
      '{ customerMetafield(customerEntityId: 1, by: { metafieldId: 10000000000 }) { metafieldId } }';
    expect((await run(query)).customerMetafield).toEqual({ metafieldId: 10_000_000_000 });
    expect(store.calls).toEqual(['GET /customers/1/metafields/10000000000']);
  });

  test.each(['0', '-3000000000'])('`metafieldId: %s` is BAD_USER_INPUT', async (id) => {
    const { errors } = await gateway.executeText(
      `{ customerMetafield(customerEntityId: 1, by: { metafieldId: ${id} }) { key } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'by.metafieldId' } }]);
  });

  test.each(['9007199254740992', '1.5', '"3000000000"'])(
    '`metafieldId: %s` is no SafeInt, and the error does not quote it',
    async (id) => {
      const literal = await gateway.executeText(
        `{ customerMetafield(customerEntityId: 1, by: { metafieldId: ${id} }) { key } }`,
      );
      const variable = await gateway.executeText(
        'query ($id: SafeInt!) { customerMetafield(customerEntityId: 1, by: { metafieldId: $id }) { key } }',
        { id: JSON.parse(id) },
      );
      for (const { status, errors } of [literal, variable]) {
        expect(status).toBe(400);
        expect(errors).toHaveLength(1);
        expect(JSON.stringify(errors)).not.toContain(id.replaceAll('"', '').slice(0, 8));
      }
      expect(store.calls).toEqual([]);
    },
  );
});

describe('pages', () => {
  interface Page {
    readonly nodes: readonly { readonly metafieldId: number }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly endCursor: string;
      readonly startCursor: string;
    };
  }

  /** The ids of each page, in the order in which the pages are read. */
  async function walk(args: string, direction: 'forward' | 'backward'): Promise<readonly number[][]> {
    const pages: number[][] = [];
    let cursor: string | null = null;
    do {
      const [count, anchor]: string[] = direction === 'forward' ? ['first', 'after'] : ['last', 'before'];
      const { customerMetafields } = (await run(
        `{ customerMetafields(${args} ${count}: 2 ${cursor === null ? '' : `${anchor}: "${cursor}"`}) {
          nodes { metafieldId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        } }`,
      )) as { customerMetafields: Page & { pageInfo: { hasPreviousPage: boolean } } };
      const { nodes, pageInfo } = customerMetafields;
      pages.push(nodes.map(idOf));
      if (direction === 'forward') cursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      else cursor = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    } while (cursor !== null);
    return pages;
  }

  test.each([
    ['', 'forward', [IDS.slice(0, 2), IDS.slice(2, 4), IDS.slice(4)]],
    ['', 'backward', [IDS.slice(3), IDS.slice(1, 3), IDS.slice(0, 1)]],
    [
      'customerEntityId: 1',
      'forward',
      [
        [7, 3_000_000_000],
        [3_000_000_001, 10_000_000_000],
      ],
    ],
    [
      'customerEntityId: 1',
      'backward',
      [
        [3_000_000_001, 10_000_000_000],
        [7, 3_000_000_000],
      ],
    ],
    ['direction: DESC', 'forward', [IDS.slice(3).reverse(), IDS.slice(1, 3).reverse(), IDS.slice(0, 1)]],
    ['resourceId: 10000000000', 'forward', [[4_000_000_000]]],
  ] as const)(
    'of metafields with long ids (%s, %s) neither repeat nor skip any',
    async (args, direction, pages) => {
      expect(await walk(args, direction)).toEqual(pages);
    },
  );

  test('start at an offset', async () => {
    const { customerMetafields } = await run(
      '{ customerMetafields(offset: 2, first: 2) { nodes { metafieldId } } }',
    );
    expect(customerMetafields.nodes.map(idOf)).toEqual(IDS.slice(2, 4));
  });
});

describe('writes', () => {
  test('create metafields whose ids exceed 32 bits, of customers whose ids do', async () => {
    const { createCustomerMetafields } = await run(`mutation {
      createCustomerMetafields(input: { metafields: [
        { customerEntityId: 1, namespace: "n", key: "a", value: "v", permissionSet: READ }
        { resourceId: 10000000000, namespace: "n", key: "a", value: "v", permissionSet: READ }
      ] }) { results { outcome metafield { metafieldId resourceId } } }
    }`);
    expect(createCustomerMetafields.results).toEqual([
      { outcome: 'CREATED', metafield: { metafieldId: NEW_ID, resourceId: 1 } },
      { outcome: 'CREATED', metafield: { metafieldId: NEW_ID + 1, resourceId: 10_000_000_000 } },
    ]);
  });

  test.each([
    [
      'one',
      ['{ customerEntityId: 1, metafieldId: 3000000000, value: "new" }'],
      '/customers/1/metafields/3000000000',
    ],
    [
      'several',
      [
        '{ customerEntityId: 1, metafieldId: 10000000000, value: "new" }',
        '{ resourceId: 10000000000, metafieldId: 4000000000, value: "new" }',
        '{ customerEntityId: 1, entityId: 7, value: "new" }',
      ],
      '/customers/metafields',
    ],
  ])('update %s by `metafieldId`', async (_count, items, path) => {
    const { updateCustomerMetafields } = await run(`mutation {
      updateCustomerMetafields(input: { metafields: [${items}] }) {
        results { outcome metafield { metafieldId value } errors { message } }
      }
    }`);
    const ids = items.map((item) => Number(/(?:metafieldId|entityId): (\d{2,}|7)/.exec(item)?.[1]));
    expect(updateCustomerMetafields.results).toEqual(
      ids.map((id) => ({ outcome: 'UPDATED', metafield: { metafieldId: id, value: 'new' }, errors: [] })),
    );
    expect(store.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
    expect(store.calls[0]).toMatch(`PUT ${path} `);
    const changed = store.metafields.filter(({ value }) => value === 'new').map(({ id }) => id);
    expect(changed.toSorted()).toEqual(ids.toSorted());
  });

  test.each([
    ['one', ['{ resourceId: 10000000000, metafieldId: 4000000000 }'], [4_000_000_000]],
    [
      'several',
      [
        '{ customerEntityId: 1, metafieldId: 3000000000 }',
        '{ customerEntityId: 1, metafieldId: 10000000000 }',
        '{ customerEntityId: 1, entityId: 7 }',
      ],
      [3_000_000_000, 10_000_000_000, 7],
    ],
  ])('delete %s by `metafieldId`', async (_count, items, ids) => {
    const { deleteCustomerMetafields } = await run(`mutation {
      deleteCustomerMetafields(input: { metafields: [${items}] }) { results { outcome recordId } }
    }`);
    expect(deleteCustomerMetafields.results).toEqual(
      ids.map((recordId) => ({ outcome: 'DELETED', recordId })),
    );
    expect(store.metafields.map(({ id }) => id)).toEqual(IDS.filter((id) => !ids.includes(id)));
  });

  test('delete 250 metafields with the longest ids in the one call that the estimate states', async () => {
    const items = Array.from({ length: 250 }, (_, index) => ({
      customerEntityId: 1,
      metafieldId: Number.MAX_SAFE_INTEGER - index,
    }));
    const response = await post(gateway, {
      query: `mutation ($metafields: [CustomerMetafieldRefInput!]!) {
        deleteCustomerMetafields(input: { metafields: $metafields }) { summary { total } }
      }`,
      variables: { metafields: items },
      extensions: { upstream: true },
    });
    const { extensions } = (await response.json()) as {
      extensions: { upstream: { estimate: number } };
    };
    const deletes = store.calls.filter((call) => call.startsWith('DELETE'));
    expect([deletes.length, extensions.upstream.estimate]).toEqual([1, 1]);
  });

  test('treat `entityId` and an equal `metafieldId` as the same metafield', async () => {
    const { deleteCustomerMetafields } = await run(`mutation {
      deleteCustomerMetafields(input: { metafields: [
        { customerEntityId: 1, entityId: 7 } { resourceId: 1, metafieldId: 7, entityId: 7 }
      ] }) { results { outcome entityId } }
    }`);
    expect(deleteCustomerMetafields.results).toEqual([
      { outcome: 'DELETED', entityId: 7 },
      { outcome: 'DELETED', entityId: 7 },
    ]);
    expect(store.calls).toEqual(['DELETE /customers/1/metafields/7']);
  });

  test('fail an item with contradicting, invalid or missing ids, and send nothing of it', async () => {
    const { deleteCustomerMetafields } = await run(`mutation {
      deleteCustomerMetafields(input: { metafields: [
        { customerEntityId: 1, entityId: 7, metafieldId: 8 }
        { customerEntityId: 1, resourceId: 2, entityId: 7 }
        { customerEntityId: 1, metafieldId: -3000000000 }
        { customerEntityId: 1 }
        { entityId: 7 }
      ] }) { results { outcome errors { code message path } } }
    }`);
    const failed = (field: string, index: number, problem: string) => ({
      outcome: 'FAILED',
      errors: [
        { code: 'INVALID', message: `${field} ${problem}`, path: ['metafields', String(index), field] },
      ],
    });
    expect(deleteCustomerMetafields.results).toEqual([
      failed('metafieldId', 0, 'differs from entityId.'),
      failed('resourceId', 1, 'differs from customerEntityId.'),
      failed('metafieldId', 2, 'must be at least 1.'),
      failed('entityId', 3, 'must be at least 1.'),
      failed('customerEntityId', 4, 'must be at least 1.'),
    ]);
    expect(store.calls).toEqual([]);
  });

  test('report the long id of a deleted metafield as an error of `entityId`', async () => {
    const { errors } = await gateway.executeText(`mutation {
      deleteCustomerMetafields(input: { metafields: [{ customerEntityId: 1, metafieldId: 3000000000 }] }) {
        results { entityId }
      }
    }`);
    expect(errors).toMatchObject([
      {
        extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
        path: ['deleteCustomerMetafields', 'results', 0, 'entityId'],
      },
    ]);
  });
});

test('a customer whose id exceeds 32 bits fails the fields that need it as an Int', async () => {
  const { errors } = await gateway.executeText(`{
    a: customerMetafield(resourceId: 10000000000, by: { metafieldId: 4000000000 }) { customer { email } }
    b: customerMetafield(resourceId: 10000000000, by: { metafieldId: 4000000000 }) { customerEntityId }
  }`);
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    expect.arrayContaining([
      [['a', 'customer'], 'UPSTREAM_BAD_RESPONSE'],
      [['b', 'customerEntityId'], 'UPSTREAM_BAD_RESPONSE'],
    ]),
  );
  expect(store.calls).toEqual(['GET /customers/10000000000/metafields/4000000000']);
});

test.each([
  ['customerMetafields(customerEntityId: 1, resourceId: 1) { totalCount }', 'resourceId'],
  ['customerMetafields(resourceId: -1) { totalCount }', 'resourceId'],
  ['customerMetafield(by: { entityId: 7 }) { key }', 'customerEntityId'],
])('%s is BAD_USER_INPUT and makes no call', async (field, argument) => {
  const { errors } = await gateway.executeText(`{ ${field} }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  expect(store.calls).toEqual([]);
});
