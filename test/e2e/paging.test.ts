import { describe, expect, test } from 'vitest';
import {
  WalkCustomersDocument,
  WalkFormFieldValuesDocument,
  WalkMetafieldsDocument,
} from '../generated/operations.ts';
import { createStoreClient, type Json, type StoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { fc } from '../support/property-tests.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

/** A list that is paged through during concurrent writes. */
interface PagedList {
  readonly document: Json;
  readonly variables: object;
  /** The identity of a record. */
  readonly nameOf: (node: Json) => string;
  /** All current records of the store, in list order. */
  readonly allRecords: (store: StoreClient) => Promise<string[]>;
  readonly remove: (store: StoreClient, name: string) => Promise<void>;
  readonly add: (store: StoreClient, number: number) => Promise<void>;
}

async function everything(store: StoreClient, path: string): Promise<Json[]> {
  const items: Json[] = [];
  for (let page = 1; ; page += 1) {
    const { json } = await store.get(`${path}limit=250&page=${page}`);
    items.push(...json.data);
    if (page >= json.meta.pagination.total_pages) return items;
  }
}

const ids = (items: readonly Json[]) => items.map(({ id }) => String(id));

const customers: PagedList = {
  document: WalkCustomersDocument,
  variables: {},
  nameOf: ({ entityId }) => String(entityId),
  allRecords: async (store) => ids(await everything(store, '/customers?')),
  remove: async (store, name) => void (await store.send('DELETE', `/customers?id:in=${name}`)),
  add: async (store, number) =>
    void (await store.send('POST', '/customers', [
      { email: `walker-${number}@example.com`, first_name: 'New', last_name: 'Walker' },
    ])),
};

function metafields(direction: 'ASC' | 'DESC'): PagedList {
  return {
    document: WalkMetafieldsDocument,
    variables: { direction },
    nameOf: ({ entityId }) => String(entityId),
    allRecords: async (store) =>
      ids(await everything(store, `/customers/metafields?direction=${direction.toLowerCase()}&`)),
    remove: async (store, name) => void (await store.send('DELETE', '/customers/metafields', [Number(name)])),
    add: async (store, number) =>
      void (await store.send('POST', '/customers/metafields', [
        {
          permission_set: 'write',
          namespace: 'walk',
          key: `step-${number}`,
          value: 'x',
          resource_id: (number % 40) + 1,
        },
      ])),
  };
}

const formFieldValues: PagedList = {
  document: WalkFormFieldValuesDocument,
  variables: {},
  nameOf: ({ name, customerEntityId, addressEntityId }) =>
    `${customerEntityId ?? ''}/${addressEntityId ?? ''}/${name}`,
  allRecords: async (store) =>
    (await everything(store, '/customers/form-field-values?')).map(
      ({ name, customer_id, address_id }) => `${customer_id ?? ''}/${address_id ?? ''}/${name}`,
    ),
  // Values are deleted together with their owner.
  remove: async (store, name) => {
    const [customer, address] = name.split('/');
    await store.send(
      'DELETE',
      customer ? `/customers?id:in=${customer}` : `/customers/addresses?id:in=${address}`,
    );
  },
  add: async (store, number) =>
    void (await store.send('PUT', '/customers/form-field-values', [
      { name: 'Nickname', value: 'Wanderer', customer_id: (number % 40) + 1 },
    ])),
};

/** Concurrent writes between two pages: delete the records at these positions, and add this many. */
const writes = fc.record({
  removals: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 4 }),
  additions: fc.integer({ min: 0, max: 3 }),
});

type Writes = { readonly removals: readonly number[]; readonly additions: number } | null;

interface ConcurrentWrites {
  readonly size: number;
  readonly between: readonly Writes[];
  /** Start of backward paging. Absent for forward paging. */
  readonly back?: string;
}

/** Pages through a list, with concurrent writes between the pages. */
async function readPages(gateway: Running, list: PagedList, { size, between, back }: ConcurrentWrites) {
  const store = createStoreClient(gateway.sandbox);
  const before = await list.allRecords(store);
  const seen: string[] = [];
  let cursor: string | null = back ?? null;
  let end: string | null = null;
  for (let page = 0; ; page += 1) {
    const place: object =
      back === undefined ? { first: size, after: cursor } : { last: size, before: cursor };
    const { data, errors }: Json = await gateway.execute<Json, Json>(list.document, {
      ...list.variables,
      ...place,
    });
    expect(errors).toEqual([]);
    const { nodes, pageInfo }: Json = Object.values<Json>(data)[0];
    const names = nodes.map(list.nameOf);
    if (back === undefined) seen.push(...names);
    else seen.unshift(...names);
    cursor = back === undefined ? pageInfo.endCursor : pageInfo.startCursor;
    end = pageInfo.endCursor ?? end;
    const hasMore = back === undefined ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!hasMore || cursor === null)
      return { seen, end: end ?? '', before, after: await list.allRecords(store) };
    await write(store, list, between[page % between.length] ?? null, page);
  }
}

async function write(store: StoreClient, list: PagedList, change: Writes, page: number): Promise<void> {
  // No records are added after some pages, so paging ends.
  for (let i = 0; change && page < 12 && i < change.additions; i += 1) await list.add(store, page * 10 + i);
  for (const place of change?.removals ?? []) {
    const now = await list.allRecords(store);
    const name = now[Math.floor(place * now.length)];
    if (name !== undefined && now.length > 3) await list.remove(store, name);
  }
}

const LISTS = [
  ['customers', customers],
  ['metafields', metafields('ASC')],
  ['metafields, the largest id first', metafields('DESC')],
  ['form field values', formFieldValues],
] as const;

describe.each(LISTS)('paging through %s during concurrent writes', (_name, list) => {
  test.each(['forth', 'back'])('%s neither repeats nor skips records that exist throughout', async (way) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 40 }),
        fc.array(writes, { minLength: 1, maxLength: 6 }),
        async (seed, size, between) => {
          const gateway = await startGatewayOnSandbox({ customers: 40, seed, limits: 'off' });
          try {
            const { end } =
              way === 'forth' ? { end: '' } : await readPages(gateway, list, { size, between: [null] });
            const steps = { size, between, ...(way === 'back' && { back: end }) };
            const { seen, before, after } = await readPages(gateway, list, steps);
            expect(new Set(seen).size).toBe(seen.length);
            // Backward paging starts before the record of its cursor.
            const walked = way === 'forth' ? before : before.slice(0, -1);
            const there = walked.filter((name) => after.includes(name));
            const throughout = new Set(there);
            expect(seen.filter((name) => throughout.has(name))).toEqual(there);
          } finally {
            await gateway.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('paging through customers', () => {
  test('continues after a cursor whose record was deleted', async () => {
    const gateway = await startGatewayOnSandbox({ customers: 20 });
    const first = await gateway.execute(WalkCustomersDocument, { first: 5 });
    await createStoreClient(gateway.sandbox).send('DELETE', '/customers?id:in=4,5,6');
    const second = await gateway.execute(WalkCustomersDocument, {
      first: 5,
      after: first.data.customers?.pageInfo.endCursor ?? null,
    });
    expect(second.data.customers?.nodes.map(({ entityId }) => entityId)).toEqual([7, 8, 9, 10, 11]);
    await gateway.close();
  });

  test('returns customers that were added at the end meanwhile', async () => {
    const gateway = await startGatewayOnSandbox({ customers: 10 });
    const first = await gateway.execute(WalkCustomersDocument, { first: 5 });
    for (let i = 0; i < 3; i += 1) await customers.add(createStoreClient(gateway.sandbox), i);
    const after = first.data.customers?.pageInfo.endCursor ?? null;
    const second = await gateway.execute(WalkCustomersDocument, { first: 20, after });
    expect(second.data.customers?.nodes.map(({ entityId }) => entityId)).toEqual([
      6, 7, 8, 9, 10, 11, 12, 13,
    ]);
    expect(second.data.customers?.pageInfo.hasNextPage).toBe(false);
    await gateway.close();
  });

  test('forwards and backwards returns the same records without writes', async () => {
    const gateway = await startGatewayOnSandbox({ customers: 40 });
    for (const list of LISTS.map(([, one]) => one)) {
      const forth = await readPages(gateway, list, { size: 7, between: [null] });
      expect(forth.seen).toEqual(forth.before);
      const back = await readPages(gateway, list, { size: 7, between: [null], back: forth.end });
      expect(back.seen).toEqual(forth.before.slice(0, -1));
    }
    await gateway.close();
  });
});
