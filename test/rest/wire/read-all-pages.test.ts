import { describe, expect, test } from 'vitest';
import type { PageRequest, StorePage } from '../../../src/rest/wire/page.ts';
import { readAllPages } from '../../../src/rest/wire/read-all-pages.ts';
import { storePage } from '../../support/store-page.ts';

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
      return storePage(items, { total });
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
    for (const total of [null, 1_000_000]) {
      let calls = 0;
      const read = async () => {
        calls += 1;
        return storePage(idsUpTo(250), { total });
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

  describe('of a store that grants fewer records a page than requested', () => {
    /** A list of 730 records. `grants` are the page sizes of one call after the other; the last one lasts. */
    function cappedList(
      grants: readonly number[],
      reports: Partial<StorePage<unknown>> | 'its size' = 'its size',
    ) {
      let calls = 0;
      return async (request: PageRequest): Promise<StorePage<{ entityId: number }>> => {
        if (!('page' in request)) throw new Error('expected a page number');
        const size = grants[Math.min(calls, grants.length - 1)] ?? 250;
        calls += 1;
        const items = idsUpTo(730).slice((request.page - 1) * size, request.page * size);
        if (reports !== 'its size')
          return storePage(items, reports as Partial<StorePage<{ entityId: number }>>);
        return storePage(items, { total: 730, pageSize: size, number: request.page });
      };
    }

    test.each([
      [[100]],
      [[50]],
      [[10]],
      [[7]],
      [[100, 50]],
      [[50, 100]],
      [[250, 60]],
      [[60, 250]],
      [[10, 250, 20, 100]],
    ])('returns every record once, with page sizes %o', async (grants) => {
      expect(await readAllPages(cappedList(grants))).toEqual(idsUpTo(730));
    });

    test.each<[string, Partial<StorePage<unknown>>]>([
      ['the total', { total: 730 }],
      ['the total, and the size that was requested', { total: 730, pageSize: 250 }],
      ['its page size', { pageSize: 100 }],
    ])('returns every record once if it reports only %s', async (_name, reports) => {
      expect(await readAllPages(cappedList([100], reports))).toEqual(idsUpTo(730));
    });

    test('returns every record once if it reports only whether a page follows', async () => {
      const read = cappedList([100], {});
      const linked = async (request: PageRequest) => {
        const page = await read(request);
        return { ...page, reportsNext: 'page' in request && request.page < 8 };
      };
      expect(await readAllPages(linked)).toEqual(idsUpTo(730));
    });
  });

  test('returns every record once if the store returns more records a page than requested', async () => {
    for (const pageSize of [null, 300]) {
      const read = async (request: PageRequest) => {
        const page = 'page' in request ? request.page : 1;
        return storePage(idsUpTo(730).slice((page - 1) * 300, page * 300), { total: 730, pageSize });
      };
      expect(await readAllPages(read)).toEqual(idsUpTo(730));
    }
  });

  test('returns the others if the store leaves a record out of its first page', async () => {
    const read = async (request: PageRequest) => {
      const page = 'page' in request ? request.page : 1;
      const items = idsUpTo(600).slice((page - 1) * 250, page * 250);
      return storePage(page === 1 ? items.slice(1) : items, { total: 600, pageSize: 250 });
    };
    expect(await readAllPages(read)).toEqual(idsUpTo(600).slice(1));
  });
});
