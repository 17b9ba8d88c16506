import { GatewayError } from '../../errors.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import type { StorePage } from '../../rest/wire/page.ts';
import { MAX_RECORDS_ON_PAGE, type NumberCursor, type StoreCursor } from './cursors.ts';
import { type PagedList, type PageSlice, unusablePages } from './paged-list.ts';

/**
 * Seconds for which the total of the first page is trusted. Pages by cursor report no total. With the first one the
 * last page is recognised; without it every full page implies another.
 */
const TOTAL_TTL_S = 600;

/** What the cursors of a page have in common: where it is in its list. */
export type CursorOrigin = Pick<StoreCursor, 'index' | 'total' | 'totalReadAt'>;

/** Reads the records after a cursor of the store. @param nowS Unix seconds */
export async function readAfterCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
  nowS: number,
): Promise<PageSlice<T>> {
  const between = recordsBetween(cursor, 'forward');
  const anchor = cursor.toEnd === 0 ? cursor.end : cursor.start;
  const left = isTotalKnown(cursor, nowS) ? cursor.total - cursor.index - 1 : 0;
  const read = await readPages(list, { direction: 'forward', anchor, between, count, left });
  const found = read.items.findIndex((item) => list.keyOf(item) === cursor.key);
  // If the record is gone, the records up to its old position came before it.
  const from = found >= 0 ? found + 1 : Math.max(0, between - 1);
  const items = read.items.slice(from, from + count);
  const index = cursor.index === null ? null : cursor.index + 1;
  const isEnd = isTotalKnown(cursor, nowS) && cursor.index + 1 + items.length === cursor.total;
  const hasNext = read.items.length > from + items.length || (!read.isLast && !isEnd);
  if (items.length === 0 && hasNext) throw unusablePages();
  return {
    items,
    cursorAt: (at) =>
      createStoreCursor(list, read.pages, from + at, {
        ...cursor,
        index: index === null ? null : index - from,
      }),
    hasNext,
    hasPrevious: true,
    total: null,
  };
}

function isTotalKnown(
  cursor: StoreCursor,
  nowS: number,
): cursor is StoreCursor & { readonly index: number; readonly total: number } {
  return cursor.total !== null && cursor.index !== null && nowS - cursor.totalReadAt <= TOTAL_TTL_S;
}

/** Reads the records before a cursor of the store. */
export async function readBeforeCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
): Promise<PageSlice<T>> {
  const between = recordsBetween(cursor, 'backward');
  const anchor = cursor.fromStart === 0 ? cursor.start : cursor.end;
  const left = cursor.index ?? 0;
  const read = await readPages(list, { direction: 'backward', anchor, between, count, left });
  const found = read.items.findIndex((item) => list.keyOf(item) === cursor.key);
  const to = found >= 0 ? found : Math.max(0, read.items.length - Math.max(0, between - 1));
  const from = Math.max(0, to - count);
  const items = read.items.slice(from, to);
  const index = cursor.index === null ? null : cursor.index - to;
  const hasPrevious = from > 0 || (!read.isLast && (index === null || index > 0));
  if (items.length === 0 && hasPrevious) throw unusablePages();
  return {
    items,
    cursorAt: (at) => createStoreCursor(list, read.pages, from + at, { ...cursor, index }),
    hasNext: true,
    hasPrevious,
    total: null,
  };
}

/**
 * Number of records that are read again between a cursor of the store and this one. A cursor at the edge of a page of the
 * store needs none.
 */
function recordsBetween({ fromStart, toEnd }: StoreCursor, direction: 'forward' | 'backward'): number {
  return direction === 'forward' ? toEnd && fromStart : fromStart && toEnd;
}

/** Number of calls that read the page after, or before, a cursor of the store. */
export function countCursorCalls(
  cursor: StoreCursor,
  direction: 'forward' | 'backward',
  count: number,
): number {
  return Math.ceil((recordsBetween(cursor, direction) + count) / PAGE_SIZE);
}

/** Consecutive pages that were read by cursor. */
interface CursorRead<T> {
  readonly items: readonly T[];
  readonly pages: readonly StorePage<T>[];
  /** Whether the list ends here, in the direction of reading. */
  readonly isLast: boolean;
}

interface CursorRange {
  readonly direction: 'forward' | 'backward';
  /** The store's cursor from which is read. */
  readonly anchor: string;
  /** Number of records that are skipped. */
  readonly between: number;
  /** Maximum number of records after them. */
  readonly count: number;
  /** Number of records known to follow in this direction. 0 if it is unknown. */
  readonly left: number;
}

// A store that grants fewer records a page than requested makes the answer short. More calls are made only if it would
// be empty.
async function readPages<T>(list: PagedList<T>, range: CursorRange): Promise<CursorRead<T>> {
  const { direction, between, left } = range;
  const needed = between + range.count;
  const pages: StorePage<T>[] = [];
  let { anchor } = range;
  let found = 0;
  for (;;) {
    const limit = Math.min(Math.max(needed - found, 1), PAGE_SIZE);
    const page = await list.read(
      direction === 'forward' ? { after: anchor, limit } : { before: anchor, limit },
    );
    pages.push(page);
    found += page.items.length;
    const isLast = isLastPage(page, limit, found - between < left);
    const isEnough = found >= needed || (found > between && pages.length >= Math.ceil(needed / PAGE_SIZE));
    if (isLast || isEnough || page.cursors === null) {
      const ordered = direction === 'forward' ? pages : pages.toReversed();
      return { items: ordered.flatMap(({ items }) => items), pages: ordered, isLast };
    }
    anchor = direction === 'forward' ? page.cursors.end : page.cursors.start;
  }
}

/** @param isMoreKnown whether records are known to follow. It counts if the store does not report its page size */
function isLastPage<T>(
  { items, pageSize, reportsNext }: StorePage<T>,
  limit: number,
  isMoreKnown: boolean,
): boolean {
  if (items.length === 0) return true;
  if (reportsNext === true || items.length >= Math.min(limit, pageSize ?? limit)) return false;
  return pageSize !== null || !isMoreKnown;
}

/**
 * The cursor of a record, by its place on the pages that were read. It is a number if the store leaves out its cursors.
 * @throws GatewayError UPSTREAM_BAD_RESPONSE if that number is unknown
 */
// It refers to the single page that contains the record. If it spanned several pages, its distance from both ends would
// grow with every step, and so would the cost of the next one.
export function createStoreCursor<T>(
  list: PagedList<T>,
  pages: readonly StorePage<T>[],
  at: number,
  origin: CursorOrigin,
): StoreCursor | NumberCursor {
  const { page, offset } = pageContaining(pages, at);
  // Records that were deleted meanwhile can make the count wrong. Then it is unknown.
  const index = origin.index === null || origin.index + at < 0 ? null : origin.index + at;
  if (page.cursors === null) {
    if (index !== null) return { kind: 'number', index, size: null };
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store returned a page without cursors.');
  }
  if (page.items.length > MAX_RECORDS_ON_PAGE) {
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store returned a page of too many records.');
  }
  return {
    kind: 'store',
    start: page.cursors.start,
    fromStart: offset,
    end: page.cursors.end,
    toEnd: page.items.length - 1 - offset,
    key: list.keyOf(page.items[offset] as T),
    index,
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
