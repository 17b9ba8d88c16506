import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COVERAGE } from '../../scripts/rest-coverage/operations.ts';
import { noteOf, placesOf } from '../../scripts/rest-coverage/rows.ts';
import { OPERATIONS, type OperationId } from '../../src/rest/operations.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { createGateway, startGatewayOnSandbox } from '../support/gateway.ts';
import { type Document, PARAMETER_CASES } from '../support/parameter-cases.ts';
import { post } from '../support/post.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
const ids = { $metafield: 0, $value: 0, $definition: 0 };
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 12 }, { lateWriteMs: 50 });
  const store = createStoreClient(shop.sandbox);
  for (const key of ['a', 'b', 'c']) {
    const body = { namespace: 'n', key, value: 'v', permission_set: 'read' };
    const { json } = await store.send('POST', '/customers/9/metafields', body);
    ids.$metafield = json.data.id;
  }
  const definition = await store.send('POST', '/customers/attributes', [{ name: 'Doomed', type: 'string' }]);
  ids.$definition = definition.json.data[0].id;
  const values = await store.get('/customers/attribute-values?customer_id:in=1');
  ids.$value = values.json.data[0].id;
});
afterAll(() => shop.close());

/** The queries of the calls of one operation. */
interface Queries {
  /** As the store received them. */
  readonly received: readonly string[];
  /** As `explain` reports them: some values are redacted. */
  readonly explained: readonly string[];
}

/** Runs a document on a gateway without caches. */
async function queriesOf(operation: OperationId, document: string): Promise<Queries> {
  shop.sandbox.requests.clear();
  const { url: baseUrl, token: accessToken } = shop.sandbox;
  const gateway = createGateway({ baseUrl, accessToken, lateWriteMs: 50 });
  const response = await post(gateway, { query: document, extensions: { explain: true } });
  const { errors, extensions } = (await response.json()) as {
    errors?: unknown;
    extensions: {
      upstream: {
        requests: number;
        estimate: number;
        calls: readonly { method: string; path: string; query: string }[];
      };
    };
  };
  await gateway.close();
  expect(errors).toBeUndefined();
  const { requests, estimate, calls } = extensions.upstream;
  expect(requests).toBeLessThanOrEqual(estimate);
  const { method, path } = OPERATIONS[operation];
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '\\d+')}$`);
  return {
    received: shop.sandbox.requests
      .list()
      .flatMap((entry) => (entry.operationId === operation ? entry.query : [])),
    explained: calls.flatMap((call) => (call.method === method && pattern.test(call.path) ? call.query : [])),
  };
}

const namesIn = (query: string) => query.split('&').flatMap((pair) => pair.split('=')[0] || []);

/** The names of the parameters of a query, and the names with each of their values. */
function parametersOf(query: string): readonly string[] {
  return query.split('&').flatMap((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return [name, ...value.split(',').map((each) => `${name}=${each}`)];
  });
}

const covered = (Object.keys(OPERATIONS) as OperationId[]).flatMap((operation) => {
  const { query = {}, newerQuery = {} } = COVERAGE[operation] ?? {};
  const rows = Object.entries({ ...query, ...newerQuery }).filter(([, row]) => placesOf(row).length > 0);
  return rows.length === 0 ? [] : [{ operation, rows }];
});

describe.each(covered)('the query parameters of $operation', ({ operation, rows }) => {
  const cases = PARAMETER_CASES[operation] ?? [];
  const allowed = rows.map(([name]) => name).filter((name) => !name.includes('='));

  test('are those of the coverage table', () => {
    expect(cases.map(([parameter]) => parameter).toSorted()).toEqual(rows.map(([name]) => name).toSorted());
    // A row with a note is one that the gateway does not send for a caller.
    const noted = rows.filter(([, row]) => noteOf(row) !== null).map(([name]) => name);
    expect(
      cases
        .filter(([, pair]) => pair === null)
        .map(([parameter]) => parameter)
        .toSorted(),
    ).toEqual(noted.toSorted());
  });

  test.each(cases)('include %s, sent as %s', async (parameter, pair, document) => {
    const { received, explained } = await queriesOf(operation, await resolve(document));
    expect(received.length).toBeGreaterThan(0);
    expect(explained.map(namesIn).toSorted()).toEqual(received.map(namesIn).toSorted());
    expect(allowed).toEqual(expect.arrayContaining(received.flatMap(namesIn)));
    const sent = received.flatMap(parametersOf);
    if (pair !== null) {
      expect(sent).toContain(parameter);
      expect(received.map((query) => `&${query}`)).toContainEqual(expect.stringContaining(`&${pair}`));
    } else if (parameter === 'limit') expect(sent).toContain('limit=250');
    else expect(sent).not.toContain(parameter);
  });
});

/** The text of a document. A cursor is that of the second record. */
async function resolve(document: Document): Promise<string> {
  if (typeof document === 'string')
    return document.replaceAll(/\$\w+/g, (name) => String(ids[name as keyof typeof ids]));
  const { data, errors } = await shop.executeText(`{ page: ${document.field} { edges { cursor } } }`);
  expect(errors).toEqual([]);
  return document.next(data.page.edges[1].cursor);
}

describe('a calendar date', () => {
  const LISTS = [
    ['customers', 'getCustomers'],
    ['customerAttributeValues', 'getCustomersAttributeValues'],
    ['customerMetafields', 'getallCustomersMetafields'],
  ] as const;

  test.each(LISTS)('in the filter of %s is sent as written', async (list, operation) => {
    const filter = 'createdAt: { min: "2018-09-05" }, updatedAt: { max: "2030-01-31" }';
    const { received } = await queriesOf(operation, `{ ${list}(filter: { ${filter} }) { totalCount } }`);
    expect(received).toEqual(['date_created:min=2018-09-05&date_modified:max=2030-01-31&limit=50']);
  });

  test('as an exact time is sent as written, or as the bounds of its day', async () => {
    const exact = (list: string) =>
      `{ ${list}(filter: { createdAt: { equals: "2018-09-05" } }) { totalCount } }`;
    const customers = await queriesOf('getCustomers', exact('customers'));
    expect(customers.received).toEqual(['date_created=2018-09-05&limit=50']);
    const metafields = await queriesOf('getallCustomersMetafields', exact('customerMetafields'));
    expect(metafields.received).toEqual([
      'date_created:min=2018-09-05T00:00:00Z&date_created:max=2018-09-05T23:59:59Z&limit=50',
    ]);
  });

  test.each(['2018-02-30', '2018-9-5', '18-09-05'])(
    'that does not exist, such as %s, is refused',
    async (date) => {
      const { status, errors } = await shop.executeText(
        `{ customers(filter: { createdAt: { min: "${date}" } }) { totalCount } }`,
      );
      expect([status, errors.length]).toEqual([400, 1]);
      expect(errors[0]?.message).not.toContain(date);
    },
  );
});
