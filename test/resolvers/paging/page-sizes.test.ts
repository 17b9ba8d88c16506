import { describe, expect, test } from 'vitest';
import { type Connection, parsePaging } from '../../../src/resolvers/paging/connection.ts';
import { storeConnection } from '../../../src/resolvers/paging/store-connection.ts';
import { createFakeList, type FakeList, type FakeListOptions, type Item } from '../../support/fake-list.ts';
import { fc } from '../../support/property-tests.ts';

const idsOf = ({ nodes }: Connection<Item>) => nodes.map(({ entityId }) => entityId);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const ask = (list: FakeList, args: object) =>
  storeConnection(list, parsePaging({ storeHash: 'shop' }, 'things', args), { wantsTotal: false });

interface Walk {
  readonly list: FakeList;
  readonly count: number;
  readonly forward: boolean;
  /** Called after each page. */
  readonly afterPage?: (page: number) => void;
}

/** Pages through a list, from the start or from the end. */
async function walk({ list, count, forward, afterPage }: Walk): Promise<number[]> {
  const seen: number[][] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Connection<Item> = await ask(
      list,
      forward ? { first: count, after: cursor } : { last: count, before: cursor },
    );
    const ids = idsOf(page);
    seen.push(ids);
    if (!(forward ? page.hasNextPage : page.hasPreviousPage)) break;
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThanOrEqual(count);
    cursor = page.cursorAt(forward ? ids.length - 1 : 0);
    afterPage?.(seen.length);
  }
  return (forward ? seen : seen.toReversed()).flat();
}

const cap = (most: number) => (limit: number) => Math.min(limit, most);
const count = fc.integer({ min: 1, max: 250 });
const lengths = fc.integer({ min: 0, max: 700 });

// Without its own page size, a page from the middle of a list does not show whether it is cut.
const STORES: readonly (readonly [string, boolean, Omit<FakeListOptions, 'length' | 'grant'>])[] = [
  ['page numbers, and reports its page size', true, { cursors: false, reports: 'grant' }],
  ['page numbers, and reports its page size', false, { cursors: false, reports: 'grant' }],
  ['page numbers, and reports the size that was requested', true, { cursors: false, reports: 'limit' }],
  ['page numbers, and reports no size', true, { cursors: false }],
  ['cursors, and reports no size', true, { cursors: true }],
  ['cursors, and reports its page size', true, { cursors: true, reports: 'grant' }],
  ['cursors, and reports its page size', false, { cursors: true, reports: 'grant' }],
];

test.each(STORES)(
  'a store that pages by %s, forward: %s, loses and repeats no record if it grants fewer than requested',
  async (_name, forward, options) => {
    await fc.assert(
      fc.asyncProperty(lengths, count, fc.integer({ min: 1, max: 120 }), async (length, size, most) => {
        const list = createFakeList({ length, grant: cap(most), ...options });
        expect(await walk({ list, count: size, forward })).toEqual(upTo(length));
      }),
    );
  },
);

describe.each([
  ['page numbers', false],
  ['cursors', true],
])('a store that pages by %s', (_name, cursors) => {
  test.each([true, false])(
    'and has pages of a fixed size loses and repeats no record, forward: %s',
    async (forward) => {
      await fc.assert(
        fc.asyncProperty(lengths, count, fc.integer({ min: 2, max: 600 }), async (length, size, fixed) => {
          const list = createFakeList({ length, cursors, reports: 'grant', grant: () => fixed });
          expect(await walk({ list, count: size, forward })).toEqual(upTo(length));
        }),
      );
    },
  );

  test('and changes its page size during the walk loses and repeats no record', async () => {
    await fc.assert(
      fc.asyncProperty(
        lengths,
        count,
        fc.array(fc.integer({ min: 1, max: 250 }), { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        async (length, size, grants, forward) => {
          const list = createFakeList({ length, cursors, reports: 'grant', grant: cap(grants[0] ?? 1) });
          const afterPage = (page: number) => {
            list.grant = cap(grants[page % grants.length] ?? 1);
          };
          expect(await walk({ list, count: size, forward, afterPage })).toEqual(upTo(length));
        },
      ),
    );
  });

  test('and grants fewer records than requested takes one read per page', async () => {
    const list = createFakeList({ length: 300, cursors, reports: 'grant', grant: cap(100) });
    await walk({ list, count: 250, forward: true });
    expect(list.reads).toHaveLength(3);
  });
});

test('the last page of a store that grants fewer records than requested takes two reads', async () => {
  const list = createFakeList({ length: 230, cursors: false, reports: 'grant', grant: cap(100) });
  const page = await ask(list, { last: 250 });
  expect(idsOf(page)).toEqual(upTo(230).slice(200));
  expect(page).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(list.reads).toHaveLength(2);
});

test('an offset finds its record although the store grants fewer records than requested', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(400), count, fc.integer({ min: 1, max: 100 }), async (offset, first, most) => {
      const list = createFakeList({ length: 300, cursors: false, reports: 'grant', grant: cap(most) });
      const ids = idsOf(await ask(list, { first, offset }));
      expect(ids).toEqual(upTo(300).slice(offset, offset + ids.length));
      expect(ids.length > 0).toBe(offset < 300);
    }),
  );
});

test('a store that leaves out its cursors on a later page is paged by number from there', async () => {
  const list = createFakeList({ length: 40, cursors: true });
  const read = list.read;
  const faulty: FakeList = {
    ...list,
    read: async (request) => ({ ...(await read(request)), ...(!('page' in request) && { cursors: null }) }),
  };
  expect(await walk({ list: faulty, count: 7, forward: true })).toEqual(upTo(40));
});

test('before a record beyond the end, a list that has become shorter ends with its last page', async () => {
  for (const reports of ['grant', 'nothing'] as const) {
    const list = createFakeList({ length: 900, cursors: false, reports });
    const before = (await ask(list, { first: 10, offset: 800 })).cursorAt(0);
    list.items = list.items.slice(0, 130);
    list.reads = [];
    const page = await ask(list, { last: 20, before });
    expect(idsOf(page)).toEqual(upTo(130).slice(110));
    expect(page.hasPreviousPage).toBe(true);
    expect(list.reads).toHaveLength(2);
  }
});

test('a cursor of a kind that the list does not have is rejected', async () => {
  const numbered = createFakeList({ length: 30, cursors: true });
  const after = (await ask(numbered, { first: 10 })).cursorAt(9);
  const list = { ...numbered, supportsCursors: false };
  await expect(ask(list, { first: 10, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});
