import { describe, expect, test } from 'vitest';
import {
  type Connection,
  type PagingArguments,
  parsePaging,
} from '../../../src/resolvers/paging/connection.ts';
import { pagesCovering } from '../../../src/resolvers/paging/numbered-pages.ts';
import { storeConnection } from '../../../src/resolvers/paging/store-connection.ts';
import { createFakeList, type FakeList, type Item } from '../../support/fake-list.ts';
import { fc } from '../../support/property-tests.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);

interface RequestOptions extends PagingArguments {
  readonly wantsTotal?: boolean;
  readonly atMs?: number;
}

function ask(
  list: FakeList,
  { wantsTotal = false, atMs = NOON_MS, ...paging }: RequestOptions,
): Promise<Connection<Item>> {
  return storeConnection(list, parsePaging({ storeHash: 'shop' }, 'things', paging), {
    wantsTotal,
    now: () => atMs,
  });
}

const idsOf = ({ nodes }: Connection<Item>) => nodes.map(({ entityId }) => entityId);
const endOf = (page: Connection<Item>) => page.cursorAt(page.nodes.length - 1);

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const size = fc.integer({ min: 1, max: 250 });

test('one or two pages of the store cover any range of a list', () => {
  fc.assert(
    fc.property(fc.nat(10_000), size, (start, count) => {
      const { requests, skipped } = pagesCovering(start, count);
      expect(requests.length === 1 || requests.length === 2).toBe(true);
      const places = requests.flatMap((request) => {
        expect(request.limit).toBeGreaterThanOrEqual(count);
        expect(request.limit).toBeLessThanOrEqual(250);
        return Array.from({ length: request.limit }, (_, i) => (request.page - 1) * request.limit + i);
      });
      const covered = places.slice(skipped, skipped + count);
      expect(covered).toEqual(Array.from({ length: count }, (_, i) => start + i));
    }),
  );
});

test('a range that is exactly one page of the store is requested as that page', () => {
  expect(pagesCovering(100, 50)).toEqual({ requests: [{ page: 3, limit: 50 }], skipped: 0 });
  expect(pagesCovering(0, 0)).toEqual({ requests: [], skipped: 0 });
});

test('a page that fails ends only when its total count has ended too', async () => {
  const list = createFakeList({ length: 100, cursors: true });
  const first = await ask(list, { first: 10 });
  const count = Promise.withResolvers<number>();
  const failing = { ...list, count: () => count.promise, read: () => Promise.reject(new Error('no page')) };
  let hasEnded = false;
  const page = ask(failing, { first: 10, after: endOf(first), wantsTotal: true }).finally(() => {
    hasEnded = true;
  });
  page.catch(() => {});
  await new Promise(setImmediate);
  expect(hasEnded).toBe(false);
  count.resolve(100);
  await expect(page).rejects.toThrow('no page');
});

describe('an offset', () => {
  const thousand = () => createFakeList({ length: 1_000, cursors: true });

  test('that is a multiple of the page size costs one call, any other at most two', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_200), size, fc.boolean(), async (offset, first, isMultiple) => {
        const list = thousand();
        const start = isMultiple ? offset - (offset % first) : offset;
        const page = await ask(list, { first, offset: start, wantsTotal: true });
        expect(idsOf(page)).toEqual(upTo(1_000).slice(start, start + first));
        expect(list.reads.length).toBeLessThanOrEqual(isMultiple ? 1 : 2);
        expect(page).toMatchObject({
          totalCount: 1_000,
          hasNextPage: start + first < 1_000,
          hasPreviousPage: start > 0,
        });
      }),
    );
  });

  test('beyond the end is an empty page', async () => {
    const page = await ask(thousand(), { first: 50, offset: 5_000, wantsTotal: true });
    expect(page).toMatchObject({ nodes: [], totalCount: 1_000, hasNextPage: false, hasPreviousPage: true });
    const nothing = await ask(createFakeList({ length: 0, cursors: true }), { offset: 50 });
    expect(nothing).toMatchObject({ nodes: [], hasNextPage: false, hasPreviousPage: false });
  });

  test('gives cursors that continue the list', async () => {
    const list = thousand();
    const page = await ask(list, { first: 50, offset: 100 });
    const [next, previous] = await Promise.all([
      ask(list, { first: 50, after: endOf(page) }),
      ask(list, { last: 50, before: page.cursorAt(0) }),
    ]);
    expect([idsOf(previous)[0], idsOf(next)[0]]).toEqual([51, 151]);
  });
});

describe.each([
  { mode: 'cursors', cursors: true },
  { mode: 'page numbers', cursors: false },
])('a list paged by $mode', ({ cursors }) => {
  const lengths = fc.integer({ min: 0, max: 700 });

  test('returns every record once when paged forward, with one read per page', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, size, async (length, first) => {
        const list = createFakeList({ length, cursors });
        const seen: number[] = [];
        let after: string | null = null;
        let pages = 0;
        for (;;) {
          const page: Connection<Item> = await ask(list, { first, after });
          seen.push(...idsOf(page));
          pages += 1;
          expect(page.hasPreviousPage).toBe(pages > 1);
          if (!page.hasNextPage) break;
          after = endOf(page);
        }
        expect(seen).toEqual(upTo(length));
        expect(pages).toBe(Math.max(1, Math.ceil(length / first)));
        expect(list.reads).toHaveLength(pages);
      }),
    );
  });

  test('returns every record once when paged backward', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, size, async (length, last) => {
        const list = createFakeList({ length, cursors });
        const seen: number[] = [];
        let before: string | null = null;
        for (;;) {
          list.reads = [];
          const page: Connection<Item> = await ask(list, { last, before });
          seen.unshift(...idsOf(page));
          expect(list.reads.length).toBeLessThanOrEqual(before === null ? 3 : 2);
          expect(page.hasNextPage).toBe(before !== null);
          if (!page.hasPreviousPage) break;
          before = page.cursorAt(0);
        }
        expect(seen).toEqual(upTo(length));
      }),
    );
  });

  test('continues from any cursor of any page in either direction with at most two reads', async () => {
    const step = fc.record({ forward: fc.boolean(), count: size, at: fc.nat(249), skip: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_500 }),
        size,
        fc.array(step, { minLength: 1, maxLength: 6 }),
        async (length, first, steps) => {
          const list = createFakeList({ length, cursors });
          let page = await ask(list, { first });
          for (const { forward, count, at, skip } of steps) {
            if (page.nodes.length === 0) return;
            // Clients mostly use cursors near the end of a page. The others are random.
            const index = skip ? Math.max(0, page.nodes.length - 2) : at % page.nodes.length;
            const cursor = page.cursorAt(index);
            const place = (page.nodes[index]?.entityId ?? 0) - 1;
            list.reads = [];
            page = await ask(
              list,
              forward ? { first: count, after: cursor } : { last: count, before: cursor },
            );
            const [from, to] = forward
              ? [place + 1, Math.min(place + 1 + count, length)]
              : [Math.max(0, place - count), place];
            expect(idsOf(page)).toEqual(upTo(length).slice(from, to));
            expect([page.hasPreviousPage, page.hasNextPage]).toEqual([from > 0, to < length]);
            expect(list.reads.length).toBeLessThanOrEqual(2);
          }
        },
      ),
    );
  });

  test('returns the total with its first page at no extra cost', async () => {
    const list = createFakeList({ length: 30, cursors });
    expect((await ask(list, { first: 10, wantsTotal: true })).totalCount).toBe(30);
    expect((await ask(list, { last: 10, wantsTotal: true })).totalCount).toBe(30);
    expect(list.reads).not.toContain('count');
  });

  test('with a page size of 0 is read only if the total is requested', async () => {
    const list = createFakeList({ length: 30, cursors });
    expect(await ask(list, { first: 0 })).toMatchObject({ nodes: [], hasNextPage: false, totalCount: null });
    expect(list.reads).toEqual([]);
    expect((await ask(list, { last: 0, wantsTotal: true })).totalCount).toBe(30);
    expect(list.reads).toEqual(['count']);
  });

  test('is read from its end with at most three reads', async () => {
    const list = createFakeList({ length: 601, cursors });
    expect(idsOf(await ask(list, { last: 250 }))).toEqual(upTo(601).slice(-250));
    expect(list.reads).toEqual(['page 1/250', 'page 2/250', 'page 3/250']);
  });

  test('cannot be read from its end if the store does not report the total', async () => {
    const list = createFakeList({ length: 30, cursors, hasTotal: false });
    await expect(ask(list, { last: 5 })).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test('without a total has a next page after a full page and none after a short one', async () => {
    const list = createFakeList({ length: 20, cursors, hasTotal: false });
    const first = await ask(list, { first: 10 });
    expect(first.hasNextPage).toBe(true);
    const second = await ask(list, { first: 10, after: endOf(first) });
    expect([idsOf(second), second.hasNextPage]).toEqual([upTo(20).slice(10), true]);
    const third = await ask(list, { first: 10, after: endOf(second) });
    expect([idsOf(third), third.hasNextPage]).toEqual([[], false]);
  });
});

describe('paging from a store cursor', () => {
  test('takes one read from the end of a page, and one from within it if 250 records suffice', async () => {
    const list = createFakeList({ length: 1_000, cursors: true });
    const page = await ask(list, { first: 100 });
    list.reads = [];
    await ask(list, { first: 250, after: endOf(page) });
    expect(list.reads).toEqual(['after 100/250']);
    list.reads = [];
    // The tenth record is nine records after the page's first cursor.
    await ask(list, { first: 100, after: page.cursorAt(9) });
    expect(list.reads).toEqual(['after 1/109']);
    list.reads = [];
    await ask(list, { first: 200, after: page.cursorAt(90) });
    expect(list.reads).toEqual(['after 1/250', 'after 251/40']);
  });

  test('takes the same number of reads on every page, even if a client never uses the last cursor of a page', async () => {
    const list = createFakeList({ length: 5_000, cursors: true });
    let page = await ask(list, { first: 250 });
    for (let round = 0; round < 10; round += 1) {
      const from = page.nodes[248]?.entityId ?? 0;
      list.reads = [];
      page = await ask(list, { first: 250, after: page.cursorAt(248) });
      expect(idsOf(page)).toEqual(Array.from({ length: 250 }, (_, i) => from + 1 + i));
      expect(list.reads).toHaveLength(2);
    }
    for (let round = 0; round < 8; round += 1) {
      const to = page.nodes[1]?.entityId ?? 0;
      list.reads = [];
      page = await ask(list, { last: 250, before: page.cursorAt(1) });
      expect(idsOf(page)).toEqual(Array.from({ length: 250 }, (_, i) => to - 250 + i));
      expect(list.reads.length).toBeLessThanOrEqual(2);
    }
  });

  test('takes one more read for the total, which pages by cursor do not report', async () => {
    const list = createFakeList({ length: 30, cursors: true });
    const first = await ask(list, { first: 10 });
    list.reads = [];
    const second = await ask(list, { first: 10, after: endOf(first), wantsTotal: true });
    expect(second.totalCount).toBe(30);
    expect(list.reads).toEqual(['count', 'after 10/10']);
  });
});

test('the total of the first page is trusted for 600 seconds', async () => {
  const list = createFakeList({ length: 20, cursors: true });
  const first = await ask(list, { first: 10 });
  const after = endOf(first);
  expect((await ask(list, { first: 10, after, atMs: NOON_MS + 600_000 })).hasNextPage).toBe(false);
  expect((await ask(list, { first: 10, after, atMs: NOON_MS + 601_000 })).hasNextPage).toBe(true);
});

test('paging by cursor returns every record that exists throughout exactly once while others are added and removed', async () => {
  const change = fc.record({ remove: fc.array(fc.nat(199), { maxLength: 20 }), add: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(change, { minLength: 1, maxLength: 30 }),
      async (first, changes) => {
        const list = createFakeList({ length: 200, cursors: true });
        let newest = 1_000;
        const seen: number[] = [];
        let after: string | null = null;
        for (let step = 0; ; step += 1) {
          // More than ten minutes pass between two steps, so the total of the first page is no longer trusted.
          const page: Connection<Item> = await ask(list, { first, after, atMs: NOON_MS + step * 700_000 });
          seen.push(...idsOf(page));
          if (!page.hasNextPage || page.nodes.length === 0) break;
          after = endOf(page);
          const { remove = [], add = 0 } = changes[step] ?? {};
          list.items = list.items.filter(({ entityId }) => !remove.includes(entityId - 1));
          for (let i = 0; i < add; i += 1) list.items.push({ entityId: ++newest });
        }
        expect(new Set(seen).size).toBe(seen.length);
        const stayed = list.items.map(({ entityId }) => entityId).filter((id) => id <= 200);
        expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
      },
    ),
  );
});

test('a cursor of a deleted record continues from its old position', async () => {
  const list = createFakeList({ length: 50, cursors: true });
  const page = await ask(list, { first: 20 });
  const cursor = page.cursorAt(9);
  list.items = list.items.filter(({ entityId }) => entityId !== 10);
  expect(idsOf(await ask(list, { first: 3, after: cursor }))).toEqual([11, 12, 13]);
  expect(idsOf(await ask(list, { last: 3, before: cursor }))).toEqual([7, 8, 9]);
});

test('a list whose order the store cursors do not follow is paged by number', async () => {
  const list = { ...createFakeList({ length: 30, cursors: true }), supportsCursors: false };
  const page = await ask(list, { first: 10 });
  await ask(list, { first: 10, after: endOf(page) });
  expect(list.reads).toEqual(['page 1/10', 'page 2/10']);
});
