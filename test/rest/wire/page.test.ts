import { describe, expect, test } from 'vitest';
import {
  type PageRequest,
  pageParameters,
  readAllPages,
  readPage,
  type StorePage,
  sortById,
} from '../../../src/rest/wire/page.ts';

const asIs = (item: unknown) => item;

describe('a page', () => {
  test('has items, the total and the cursors if the store returns them', () => {
    const body = {
      data: [1, 2],
      meta: {
        pagination: { total: 7, count: 2, per_page: 2, current_page: 1, total_pages: 4 },
        cursor_pagination: { count: 2, per_page: 2, start_cursor: 'one', end_cursor: 'two' },
      },
    };
    expect(readPage(body, asIs)).toEqual({ items: [1, 2], total: 7, cursors: { start: 'one', end: 'two' } });
  });

  test.each<[string, unknown]>([
    ['no meta', undefined],
    ['meta that is an array', []],
    ['empty meta', {}],
    ['a total that is a string', { pagination: { total: '7' } }],
    ['a negative total', { pagination: { total: -1 } }],
    ['a total that is a fraction', { pagination: { total: 1.5 } }],
    ['a total that is not a safe integer', { pagination: { total: 1e300 } }],
    ['a total beyond 32 bits', { pagination: { total: 3_000_000_000 } }],
    ['only one of the two cursors', { cursor_pagination: { start_cursor: 'one' } }],
    ['empty cursors', { cursor_pagination: { start_cursor: '', end_cursor: '' } }],
    ['cursors that are numbers', { cursor_pagination: { start_cursor: 1, end_cursor: 2 } }],
  ])('has neither total nor cursors with %s', (_name, meta) => {
    expect(readPage({ data: [], meta }, asIs)).toEqual({ items: [], total: null, cursors: null });
  });

  test.each([[null], ['text'], [[]], [{}], [{ data: null }], [{ data: {} }]])(
    'cannot be decoded from %o',
    (body) => {
      expect(() => readPage(body, asIs)).toThrow(expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }));
    },
  );

  test.each<[PageRequest, [string, string][]]>([
    [{ page: 1, limit: 50 }, [['limit', '50']]],
    [
      { page: 3, limit: 50 },
      [
        ['page', '3'],
        ['limit', '50'],
      ],
    ],
    [
      { after: 'eyJpZCI6Mn0=', limit: 5 },
      [
        ['after', 'eyJpZCI6Mn0%3D'],
        ['limit', '5'],
      ],
    ],
    [
      { before: 'a+b/c', limit: 5 },
      [
        ['before', 'a%2Bb%2Fc'],
        ['limit', '5'],
      ],
    ],
  ])('%o is encoded as query parameters', (request, parameters) => {
    expect(pageParameters(request)).toEqual(parameters);
  });
});

describe('reading all pages', () => {
  /** A list of the given length that records the requested pages and the highest concurrency. */
  function listOf(length: number, { total = length as number | null } = {}) {
    const pages: number[] = [];
    let inFlight = 0;
    let maxInFlight = 0;
    async function read(request: PageRequest): Promise<StorePage<{ entityId: number }>> {
      if (!('page' in request)) throw new Error('expected a page number');
      pages.push(request.page);
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      await Promise.resolve();
      inFlight -= 1;
      const start = (request.page - 1) * request.limit;
      const items = Array.from({ length: Math.max(0, Math.min(request.limit, length - start)) }, (_, i) => ({
        entityId: start + i + 1,
      }));
      return { items, total, cursors: null };
    }
    return { read, pages, maxInFlight: () => maxInFlight };
  }

  const idsUpTo = (length: number) => Array.from({ length }, (_, i) => ({ entityId: i + 1 }));

  test.each([
    [0, [1]],
    [1, [1]],
    [250, [1]],
    [251, [1, 2]],
    [600, [1, 2, 3]],
  ])('of %i records requests the pages %o', async (length, pages) => {
    const list = listOf(length);
    expect(await readAllPages(list.read)).toEqual(idsUpTo(length));
    expect(list.pages).toEqual(pages);
  });

  test('requests all pages after the first concurrently, at most sixteen at once', async () => {
    const short = listOf(600);
    await readAllPages(short.read);
    expect(short.maxInFlight()).toBe(2);
    const long = listOf(10_000);
    expect(await readAllPages(long.read)).toEqual(idsUpTo(10_000));
    expect(long.pages).toHaveLength(40);
    expect(long.maxInFlight()).toBe(16);
  });

  test('continues until a page is not full if the store returns no total', async () => {
    const list = listOf(600, { total: null });
    expect(await readAllPages(list.read)).toEqual(idsUpTo(600));
    expect(list.pages).toEqual([1, 2, 3]);
    const even = listOf(500, { total: null });
    expect(await readAllPages(even.read)).toEqual(idsUpTo(500));
    expect(even.pages).toEqual([1, 2, 3]);
  });

  test('requests at most sixteen useless pages if the total is wrong', async () => {
    const list = listOf(300, { total: 1_000_000 });
    expect(await readAllPages(list.read)).toEqual(idsUpTo(300));
    expect(list.pages).toHaveLength(17);
  });

  test('fails if the store returns the same page for every page number', async () => {
    const page = { items: idsUpTo(250), cursors: null };
    for (const total of [null, 1_000_000]) {
      let calls = 0;
      const read = async () => {
        calls += 1;
        return { ...page, total };
      };
      await expect(readAllPages(read)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
      expect(calls).toBeLessThanOrEqual(17);
    }
  });

  test('fails with the error of the page that fails', async () => {
    const list = listOf(600);
    const read = async (request: PageRequest) => {
      if ('page' in request && request.page === 3) throw new Error('page three');
      return list.read(request);
    };
    await expect(readAllPages(read)).rejects.toThrow('page three');
  });
});

test('records are sorted by id, and of duplicates only the last one is kept', () => {
  const old = { entityId: 2, name: 'old' };
  const fresh = { entityId: 2, name: 'fresh' };
  expect(sortById([{ entityId: 10, name: 'ten' }, old, { entityId: 9, name: 'nine' }, fresh])).toEqual([
    fresh,
    { entityId: 9, name: 'nine' },
    { entityId: 10, name: 'ten' },
  ]);
});
