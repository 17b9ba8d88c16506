import { GatewayError } from '../../errors.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import type { PageRequest, StorePage } from '../../rest/wire/page.ts';
import { type Connection, memoryConnection, type Paging } from './connection.ts';
import { type Cursor, encodeCursor, type OffsetCursor, type StoreCursor } from './cursors.ts';

/** A list of the store that is read page by page. */
export interface PagedList<T> {
  read(request: PageRequest): Promise<StorePage<T>>;
  /** Reads the total without a page. Null if the store does not report it. */
  count(): Promise<number | null>;
  /** Identifies a record. */
  keyOf(item: T): string | number;
  /** False if the store's cursors do not follow the order of the list. */
  readonly supportsCursors: boolean;
  /** Whether records can appear between others, so the number read does not show how many are left. @default false */
  readonly allowsInsertions?: boolean;
}

export interface PageOptions {
  /** Whether the total is requested. It costs one more call if the page does not report it. */
  readonly wantsTotal: boolean;
  /** Wall clock, in Unix milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Part of a list with the positions of its records. */
interface PageSlice<T> {
  readonly items: readonly T[];
  readonly cursorAt: (index: number) => Cursor;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly total: number | null;
}

/**
 * Seconds for which the total of the first page is trusted. Pages by cursor report no total. With the first one the
 * last page is recognised; without it every full page implies another.
 */
const TOTAL_TTL_S = 600;

/** Reads one page of a list of the store: by the store's cursors if it supports them, else by page numbers. */
export async function storeConnection<T>(
  list: PagedList<T>,
  paging: Paging,
  { wantsTotal, now = Date.now }: PageOptions,
): Promise<Connection<T>> {
  const { direction, count, cursor, offset } = paging;
  if (count === 0) return emptyConnection(wantsTotal ? await list.count() : null);
  const usesCursors = cursor?.kind === 'store';
  const counted = wantsTotal && usesCursors ? list.count() : null;
  const nowS = Math.floor(now() / 1000);
  const [slice, countedTotal] = await Promise.all([readSlice(), counted]);

  function readSlice(): Promise<PageSlice<T>> {
    if (cursor?.kind === 'store') {
      return direction === 'forward'
        ? readAfterCursor(list, cursor, count, nowS)
        : readBeforeCursor(list, cursor, count);
    }
    if (cursor?.kind === 'offset') {
      return direction === 'forward'
        ? readByOffset(list, cursor.index + 1, count)
        : readByOffset(list, Math.max(0, cursor.index - count), Math.min(count, cursor.index));
    }
    if (offset > 0) return readByOffset(list, offset, count);
    return direction === 'forward' ? readFirstPage(list, count, nowS) : readLastPage(list, count, nowS);
  }

  return {
    nodes: slice.items,
    cursorAt: (index) => encodeCursor(paging.list, slice.cursorAt(index)),
    hasNextPage: slice.hasNext,
    hasPreviousPage: slice.hasPrevious,
    totalCount: usesCursors ? countedTotal : slice.total,
  };
}

/** One page of a list that is read completely, because its filter does not fit one URL. */
export async function completeConnection<T extends { readonly entityId: number }>(
  readAll: () => Promise<readonly T[]>,
  paging: Paging,
  wantsTotal: boolean,
): Promise<Connection<T>> {
  if (paging.count === 0 && !wantsTotal) return emptyConnection(null);
  return memoryConnection(await readAll(), paging);
}

/** A page without records. Used if none were requested or none can match. */
export function emptyConnection<T>(totalCount: number | null): Connection<T> {
  return {
    nodes: [],
    cursorAt: () => {
      throw new Error('an empty page has no cursors');
    },
    hasNextPage: false,
    hasPreviousPage: false,
    totalCount,
  };
}

async function readFirstPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<PageSlice<T>> {
  const page = await list.read({ page: 1, limit: count });
  const items = page.items.slice(0, count);
  const position = list.allowsInsertions ? { index: null, total: null } : { index: 0, total: page.total };
  const origin = { ...position, totalReadAt: nowS };
  return {
    items,
    cursorAt:
      list.supportsCursors && page.cursors !== null
        ? (index) => createStoreCursor(list, [page], index, origin)
        : (index) => createOffsetCursor(list, items, 0, index),
    hasNext: page.total === null ? page.items.length >= count : page.total > items.length,
    hasPrevious: false,
    total: page.total,
  };
}

// The store can page backwards from a cursor, but not from the end of a list. The first page reports the total, from
// which the number of the last page follows.
async function readLastPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<PageSlice<T>> {
  const first = await readFirstPage(list, count, nowS);
  if (first.total === null) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store does not report the length of this list, so last needs before. Use first instead.',
    );
  }
  if (first.total <= count) return first;
  return readByOffset(list, first.total - count, count);
}

async function readAfterCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
  nowS: number,
): Promise<PageSlice<T>> {
  const endsPage = cursor.toEnd === 0;
  const anchor = endsPage ? cursor.end : cursor.start;
  const between = endsPage ? 0 : cursor.fromStart;
  const page = await readPagesAfter(list, anchor, between + count);
  const found = page.items.findIndex((item) => list.keyOf(item) === cursor.key);
  // If the record is gone, the records up to its old position came before it.
  const from = found >= 0 ? found + 1 : Math.max(0, endsPage ? 0 : between - 1);
  const items = page.items.slice(from, from + count);
  const index = cursor.index === null ? null : cursor.index + 1;
  const seen = index === null ? null : index + items.length;
  return {
    items,
    cursorAt: (at) =>
      createStoreCursor(list, page.pages, from + at, {
        ...cursor,
        index: index === null ? null : index - from,
      }),
    hasNext: page.items.length > from + items.length || (!page.isLast && hasMore(cursor, seen, nowS)),
    hasPrevious: true,
    total: null,
  };
}

function hasMore({ total, totalReadAt }: StoreCursor, seen: number | null, nowS: number): boolean {
  const isKnown = total !== null && seen !== null && nowS - totalReadAt <= TOTAL_TTL_S;
  return !isKnown || seen !== total;
}

async function readBeforeCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
): Promise<PageSlice<T>> {
  const startsPage = cursor.fromStart === 0;
  const anchor = startsPage ? cursor.start : cursor.end;
  const between = startsPage ? 0 : cursor.toEnd;
  const page = await readPagesBefore(list, anchor, between + count);
  const found = page.items.findIndex((item) => list.keyOf(item) === cursor.key);
  const to = found >= 0 ? found : Math.max(0, page.items.length - Math.max(0, between - 1));
  const from = Math.max(0, to - count);
  const items = page.items.slice(from, to);
  const index = cursor.index === null ? null : cursor.index - to;
  return {
    items,
    cursorAt: (at) => createStoreCursor(list, page.pages, from + at, { ...cursor, index }),
    hasNext: true,
    hasPrevious: from > 0 || (!page.isLast && (index === null || index > 0)),
    total: null,
  };
}

/** Consecutive pages that were read by cursor. */
interface CursorRead<T> {
  readonly items: readonly T[];
  readonly pages: readonly StorePage<T>[];
  /** Whether the list ends here, in the direction of reading. */
  readonly isLast: boolean;
}

async function readPagesAfter<T>(list: PagedList<T>, after: string, limit: number): Promise<CursorRead<T>> {
  const page = await list.read({ after, limit: Math.min(limit, PAGE_SIZE) });
  const isLast = page.items.length < Math.min(limit, PAGE_SIZE);
  const left = limit - PAGE_SIZE;
  if (left <= 0 || isLast || page.cursors === null) return { items: page.items, pages: [page], isLast };
  const next = await readPagesAfter(list, page.cursors.end, left);
  return { items: [...page.items, ...next.items], pages: [page, ...next.pages], isLast: next.isLast };
}

async function readPagesBefore<T>(list: PagedList<T>, before: string, limit: number): Promise<CursorRead<T>> {
  const page = await list.read({ before, limit: Math.min(limit, PAGE_SIZE) });
  const isLast = page.items.length < Math.min(limit, PAGE_SIZE);
  const left = limit - PAGE_SIZE;
  if (left <= 0 || isLast || page.cursors === null) return { items: page.items, pages: [page], isLast };
  const earlier = await readPagesBefore(list, page.cursors.start, left);
  return {
    items: [...earlier.items, ...page.items],
    pages: [...earlier.pages, page],
    isLast: earlier.isLast,
  };
}

async function readByOffset<T>(list: PagedList<T>, start: number, count: number): Promise<PageSlice<T>> {
  const { requests, skipped } = pagesCovering(start, count);
  const pages = await Promise.all(requests.map((request) => list.read(request)));
  const items = pages.flatMap((page) => page.items).slice(skipped, skipped + count);
  const total = pages.at(-1)?.total ?? null;
  return {
    items,
    cursorAt: (index) => createOffsetCursor(list, items, start, index),
    hasNext: total === null ? items.length === count : total > start + items.length,
    hasPrevious: start > 0 && total !== 0,
    total,
  };
}

/**
 * The requests by page number that cover `count` records from index `start`: one page of the smallest size that
 * contains them all, else two. `skipped` is the number of records before `start` on the first page.
 */
export function pagesCovering(start: number, count: number): { requests: PageRequest[]; skipped: number } {
  if (count === 0) return { requests: [], skipped: 0 };
  for (let limit = count; limit <= PAGE_SIZE; limit += 1) {
    const page = Math.floor(start / limit);
    if (Math.floor((start + count - 1) / limit) === page) {
      return { requests: [{ page: page + 1, limit }], skipped: start - page * limit };
    }
  }
  const page = Math.floor(start / count) + 1;
  return {
    requests: [page, page + 1].map((number) => ({ page: number, limit: count })),
    skipped: start % count,
  };
}

function createOffsetCursor<T>(
  list: PagedList<T>,
  items: readonly T[],
  start: number,
  index: number,
): OffsetCursor {
  return { kind: 'offset', index: start + index, key: list.keyOf(items[index] as T) };
}

// The cursor refers to the single page that contains the record. If it spanned several pages, its distance from both
// ends would grow with every step, and so would the cost of the next one.
function createStoreCursor<T>(
  list: PagedList<T>,
  pages: readonly StorePage<T>[],
  at: number,
  origin: Pick<StoreCursor, 'index' | 'total' | 'totalReadAt'>,
): StoreCursor {
  const { page, offset } = pageContaining(pages, at);
  if (page.cursors === null) {
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store returned a page without cursors.');
  }
  return {
    kind: 'store',
    start: page.cursors.start,
    fromStart: offset,
    end: page.cursors.end,
    toEnd: page.items.length - 1 - offset,
    key: list.keyOf(page.items[offset] as T),
    // Records that were deleted meanwhile can make the count wrong. Then it is unknown.
    index: origin.index === null || origin.index + at < 0 ? null : origin.index + at,
    total: origin.total,
    totalReadAt: origin.totalReadAt,
  };
}

function pageContaining<T>(
  pages: readonly StorePage<T>[],
  at: number,
): { page: StorePage<T>; offset: number } {
  let offset = at;
  for (const page of pages) {
    if (offset < page.items.length) return { page, offset };
    offset -= page.items.length;
  }
  throw new Error('the requested cursor is beyond the end of its page');
}
