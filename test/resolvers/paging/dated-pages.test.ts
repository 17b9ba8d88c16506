import { describe, expect, test } from 'vitest';
import { type Connection, parsePaging } from '../../../src/resolvers/paging/connection.ts';
import type { PagedList } from '../../../src/resolvers/paging/paged-list.ts';
import { storeConnection } from '../../../src/resolvers/paging/store-connection.ts';
import type { PageRequest } from '../../../src/rest/wire/page.ts';
import { fc } from '../../support/property-tests.ts';
import { storePage } from '../../support/store-page.ts';

interface Dated {
  readonly entityId: number;
  /** Unix seconds. */
  readonly at: number;
}

interface DatedStore {
  /** A test may change them between two pages. */
  items: Dated[];
  reads: string[];
}

interface StoreOptions {
  readonly most?: number;
  /** Whether the store's minimum of a date excludes that date. */
  readonly isExclusive?: boolean;
  readonly ignoresFilter?: boolean;
}

function listOf(
  store: DatedStore,
  { most = 250, isExclusive = false, ignoresFilter = false }: StoreOptions,
): PagedList<Dated> {
  function read(request: PageRequest, from = Number.NEGATIVE_INFINITY) {
    if (!('page' in request)) throw new Error('a sorted list has no cursors');
    if (request.limit > 250) throw new Error('the limit is too high');
    store.reads.push(`${Number.isFinite(from) ? `from ${from} ` : ''}page ${request.page}/${request.limit}`);
    const all = store.items
      .filter(({ at }) => ignoresFilter || (isExclusive ? at > from : at >= from))
      .toSorted((one, other) => one.at - other.at || one.entityId - other.entityId);
    const size = Math.min(request.limit, most);
    const items = all.slice((request.page - 1) * size, request.page * size);
    return Promise.resolve(storePage(items, { total: all.length, pageSize: size, number: request.page }));
  }
  return {
    read,
    keyOf: ({ entityId }) => entityId,
    count: async () => {
      store.reads.push('count');
      return store.items.length;
    },
    supportsCursors: false,
    dates: {
      dateOf: ({ at }) => new Date(at * 1000),
      idOf: ({ entityId }) => entityId,
      readFrom: (from, request) => read(request, from.getTime() / 1000),
    },
  };
}

const ask = (list: PagedList<Dated>, args: object, wantsTotal = false) =>
  storeConnection(list, parsePaging({ storeHash: 'shop' }, 'things', args), { wantsTotal });

const storeOf = (dates: readonly number[]): DatedStore => ({
  items: dates.map((at, index) => ({ entityId: index + 1, at })),
  reads: [],
});

/** Pages through a list. Returns the ids in the order in which they were seen. */
async function walk(list: PagedList<Dated>, first: number, afterPage: (page: number) => void = () => {}) {
  const seen: number[] = [];
  for (let after: string | null = null, pages = 1; ; pages += 1) {
    const page: Connection<Dated> = await ask(list, { first, after });
    seen.push(...page.nodes.map(({ entityId }) => entityId));
    if (!page.hasNextPage) return { seen, pages };
    expect(page.nodes.length).toBeGreaterThan(0);
    after = page.cursorAt(page.nodes.length - 1);
    afterPage(pages);
  }
}

const dates = fc.array(fc.integer({ min: 1_000, max: 1_020 }), { maxLength: 300 });
const first = fc.integer({ min: 1, max: 250 });
const behaviours = fc.constantFrom<StoreOptions>(
  {},
  { isExclusive: true },
  { ignoresFilter: true },
  { most: 7 },
  { most: 100, isExclusive: true },
);

const inOrder = (items: readonly Dated[]) =>
  items
    .toSorted((one, other) => one.at - other.at || one.entityId - other.entityId)
    .map(({ entityId }) => entityId);

describe('a list that is sorted by date', () => {
  test('returns every record once while nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(dates, first, behaviours, async (times, count, behaviour) => {
        const store = storeOf(times);
        expect((await walk(listOf(store, behaviour), count)).seen).toEqual(inOrder(store.items));
      }),
    );
  });

  test('misses no record that was there while records are deleted, and changed records move to the end', async () => {
    const changes = fc.array(
      fc.record({
        remove: fc.array(fc.nat(299), { maxLength: 30 }),
        touch: fc.array(fc.nat(299), { maxLength: 30 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        dates,
        fc.integer({ min: 1, max: 60 }),
        behaviours,
        changes,
        async (times, count, behaviour, steps) => {
          const store = storeOf(times);
          const all = store.items;
          const { seen } = await walk(listOf(store, behaviour), count, (page) => {
            const { remove, touch } = steps[page - 1] ?? { remove: [], touch: [] };
            store.items = store.items
              .filter(({ entityId }) => !remove.includes(entityId))
              .map((item) => (touch.includes(item.entityId) ? { ...item, at: 2_000 + page } : item));
          });
          const there = new Set(store.items.map(({ entityId }) => entityId));
          const missed = all.filter(({ entityId }) => there.has(entityId) && !seen.includes(entityId));
          if (behaviour.ignoresFilter !== true) expect(missed).toEqual([]);
        },
      ),
    );
  });

  test.each([1, 100, 250])('passes a thousand equal dates, at %i records a page', async (count) => {
    const store = storeOf([...Array(1_000).fill(1_000), 1_001, 1_002]);
    const { seen } = await walk(listOf(store, {}), count);
    expect(seen).toEqual(inOrder(store.items));
  });

  test.each([
    [250, 250],
    [250, 20],
    [30, 250],
    [30, 20],
    [7, 250],
  ])(
    'passes a thousand equal dates while records are deleted, of %i a page at most, at %i',
    async (most, count) => {
      const store = storeOf([...Array(1_000).fill(1_000), 1_001, 1_002]);
      const all = inOrder(store.items);
      const { seen, pages } = await walk(listOf(store, { most }), count, (page) => {
        store.items = store.items.filter((_, index) => index % 40 !== page % 40 || index > page * 5);
      });
      const there = new Set(store.items.map(({ entityId }) => entityId));
      expect(all.filter((id) => there.has(id) && !seen.includes(id))).toEqual([]);
      expect(pages).toBeLessThan(500);
    },
  );

  test('begins again at the date if more records before a page are gone than its store shows at once', async () => {
    const store = storeOf([...Array(1_000).fill(1_000), 1_001, 1_002]);
    const all = inOrder(store.items);
    const { seen } = await walk(listOf(store, {}), 250, (page) => {
      if (page === 4) store.items = store.items.slice(900);
    });
    expect(all.slice(900).filter((id) => !seen.includes(id))).toEqual([]);
  });

  test('takes one read per page if few dates are equal', async () => {
    const store = storeOf(Array.from({ length: 1_000 }, (_, i) => 1_000 + i * 10));
    const { pages } = await walk(listOf(store, {}), 100);
    expect([pages, store.reads.length]).toEqual([10, 10]);
    expect(store.reads[1]).toBe('from 1989 page 1/101');
  });

  test('reads the total apart from a page that begins at a date', async () => {
    const store = storeOf(Array.from({ length: 30 }, (_, i) => 1_000 + i * 10));
    const list = listOf(store, {});
    const page = await ask(list, { first: 10 }, true);
    store.reads = [];
    const next = await ask(list, { first: 10, after: page.cursorAt(9) }, true);
    expect([page.totalCount, next.totalCount]).toEqual([30, 30]);
    expect(store.reads.toSorted()).toEqual(['count', 'from 1089 page 1/11']);
  });

  test('pages backwards by number', async () => {
    const store = storeOf(Array.from({ length: 30 }, (_, i) => 1_000 + i * 10));
    const list = listOf(store, {});
    const second = await ask(list, { first: 10, after: (await ask(list, { first: 10 })).cursorAt(9) });
    const back = await ask(list, { last: 5, before: second.cursorAt(0) }, true);
    expect(back.nodes.map(({ entityId }) => entityId)).toEqual([6, 7, 8, 9, 10]);
    expect(back).toMatchObject({ hasPreviousPage: true, hasNextPage: true, totalCount: 30 });
  });

  test('continues from a record without a date by number', async () => {
    const store = storeOf(Array.from({ length: 30 }, (_, i) => 1_000 + i * 10));
    const list = listOf(store, {});
    const undated = {
      ...list,
      dates: { dateOf: () => null, idOf: ({ entityId }: Dated) => entityId, readFrom: null },
    };
    expect((await walk(undated, 7)).seen).toEqual(inOrder(store.items));
  });
});
