import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { startRewritingProxy } from '../support/rewriting-proxy.ts';

type Proxy = Awaited<ReturnType<typeof startRewritingProxy>>;

let store: Sandbox;
let proxy: Proxy;
/** Maximum number of records that the proxy grants per page. */
let most: number;
let plain: Gateway;
let capped: Gateway;

beforeEach(async () => {
  store = await startSandbox({ quota: 0, customers: 60 });
  most = 10;
  const cap = (limit: string) => `limit=${Math.min(Number(limit), most)}`;
  proxy = await startRewritingProxy({
    store: store.url,
    path: (path) => path.replace(/\blimit=(\d+)/, (_, limit: string) => cap(limit)),
  });
  const accessToken = store.token;
  plain = createGateway({ baseUrl: store.url, accessToken });
  capped = createGateway({ baseUrl: proxy.url, accessToken });
});
afterEach(async () => {
  await Promise.all([plain.close(), capped.close()]);
  await proxy.close();
  await store.close();
});

const LISTS = [
  ['customers', ''],
  ['customers', 'sort: CREATED_AT_ASC'],
  ['customers', 'sort: UPDATED_AT_DESC'],
  ['customers', 'sort: LAST_NAME_ASC'],
  ['customerAddresses', ''],
  ['customerAttributeValues', ''],
  ['customerMetafields', ''],
  ['customerMetafields', 'direction: DESC'],
  ['formFieldValues', ''],
] as const;

const IDENTITY: Readonly<Record<string, string>> = {
  formFieldValues: 'name customerEntityId addressEntityId',
};

/** The records of a list, page by page. `between` is called between two pages. */
async function walk(gateway: Gateway, field: string, args: string, between = () => {}) {
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await gateway.executeText(
      `query ($after: String) {
        list: ${field}(${args} first: 250, after: $after) {
          totalCount
          nodes { ${IDENTITY[field] ?? 'entityId'} }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
    );
    expect(errors).toEqual([]);
    const { nodes, pageInfo, totalCount } = data.list;
    seen.push(...nodes.map((node: object) => JSON.stringify(node)));
    if (!pageInfo.hasNextPage) return { seen, totalCount };
    expect(nodes.length).toBeGreaterThan(0);
    after = pageInfo.endCursor;
    between();
  }
}

describe('a store that grants ten records a page', () => {
  test.each(LISTS)('returns every record of %s(%s) once', async (field, args) => {
    expect(await walk(capped, field, args)).toEqual(await walk(plain, field, args));
  });

  test.each(LISTS)(
    'returns every record of %s(%s) once if it grants other numbers meanwhile',
    async (field, args) => {
      const grants = [50, 7, 250, 3];
      const between = () => {
        most = grants.shift() ?? 20;
      };
      expect(await walk(capped, field, args, between)).toEqual(await walk(plain, field, args));
    },
  );

  test.each([
    ['lookups by id', 'customers(first: 250, filter: { entityIds: $ids }) { totalCount nodes { entityId } }'],
    [
      'address books',
      'customers(first: 10) { nodes { addressCount addresses { totalCount nodes { entityId } } } }',
    ],
    ['attribute values', 'customers(first: 10) { nodes { attributes { entityId value } } }'],
    ['metafields of customers', 'customers(first: 10) { nodes { metafields { nodes { entityId } } } }'],
    [
      'metafields of one customer',
      'customerMetafields(customerEntityId: 1, first: 250) { nodes { entityId } }',
    ],
    ['nodes', 'nodes(ids: $nodes) { id }'],
    ['attribute definitions', 'customerAttributeDefinitions { entityId }'],
  ])('returns complete %s', async (_name, field) => {
    const ids = Array.from({ length: 60 }, (_, i) => i + 1);
    const nodes = ids.map((id) => Buffer.from(`Customer:${id}`).toString('base64url'));
    const query = `query ($ids: [Int!], $nodes: [ID!]!) { ${field} ${field.startsWith('nodes') ? '' : 'also: nodes(ids: $nodes) { id }'}
      again: customers(first: 1, filter: { entityIds: $ids }) { totalCount } }`;
    const found = await capped.executeText(query, { ids, nodes });
    expect(found).toEqual(await plain.executeText(query, { ids, nodes }));
    expect(found.errors).toEqual([]);
  });

  test('returns all customers looked up by id or e-mail, none of them null', async () => {
    const { data } = await plain.executeText('{ customers(first: 60) { nodes { entityId email } } }');
    const customers: { entityId: number; email: string }[] = data.customers.nodes;
    const fields = customers.flatMap(({ entityId, email }) => [
      `id${entityId}: customer(by: { entityId: ${entityId} }) { entityId }`,
      `email${entityId}: customer(by: { email: ${JSON.stringify(email)} }) { entityId }`,
    ]);
    for (const part of [fields.slice(0, 60), fields.slice(60)]) {
      const found = await capped.executeText(`{ ${part.join('\n')} }`);
      expect(found.errors).toEqual([]);
      expect(Object.values(found.data)).not.toContain(null);
    }
  });
});
