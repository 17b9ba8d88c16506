import { GatewayError } from '../errors.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { PageRequest, StorePage } from '../rest/page.ts';
import { type Cursor, type PlaceCursor, type StoreCursor, writeCursor } from './cursors.ts';
import type { Connection, Paging } from './paging.ts';

/** A list in the store, to be read page by page. */
export interface PagedList<T> {
  read(request: PageRequest): Promise<StorePage<T>>;
  /** All matches, asked for on their own. */
  count(): Promise<number | null>;
  /** What a record is recognised by. */
  keyOf(item: T): string | number;
  /** False for a list whose order the store's own cursors do not follow. */
  readonly mayUseCursors: boolean;
  /** Whether records may come in between others, so that counting them tells nothing of what is left. @default false */
  readonly growsInside?: boolean;
}

export interface WalkOptions {
  /** Whether the total is asked for: beside the page where the page does not tell it. */
  readonly wantsTotal: boolean;
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Records of a walk with their places, before they are dressed as a connection. */
interface Stretch<T> {
  readonly items: readonly T[];
  readonly cursorAt: (index: number) => Cursor;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly total: number | null;
}

/**
 * How long a total that was told at the beginning of a walk is believed, in seconds. With it the last page is known for
 * the last although the store's answers by cursor tell no total; without it a full page always promises another.
 */
const TOTAL_BELIEVED_S = 600;

/** Pages a list in the store: by the store's cursors where it gives them, else by page numbers. */
export async function storeConnection<T>(
  list: PagedList<T>,
  paging: Paging,
  { wantsTotal, now = Date.now }: WalkOptions,
): Promise<Connection<T>> {
  const { direction, count, cursor } = paging;
  if (count === 0) return emptyConnection(wantsTotal ? await list.count() : null);
  const walksByCursor = cursor?.kind === 'store';
  const counted = wantsTotal && walksByCursor ? list.count() : null;
  const nowS = Math.floor(now() / 1000);
  const [stretch, countedTotal] = await Promise.all([walk(), counted]);

  function walk(): Promise<Stretch<T>> {
    if (cursor?.kind === 'store') {
      return direction === 'forward'
        ? afterStoreCursor(list, cursor, count, nowS)
        : beforeStoreCursor(list, cursor, count);
    }
    if (cursor?.kind === 'place') {
      return direction === 'forward'
        ? byPlace(list, cursor.index + 1, count)
        : byPlace(list, Math.max(0, cursor.index - count), Math.min(count, cursor.index));
    }
    return direction === 'forward' ? firstPage(list, count, nowS) : lastPage(list, count, nowS);
  }

  return {
    nodes: stretch.items,
    cursorAt: (index) => writeCursor(paging.list, stretch.cursorAt(index)),
    hasNextPage: stretch.hasNext,
    hasPreviousPage: stretch.hasPrevious,
    totalCount: walksByCursor ? countedTotal : stretch.total,
  };
}

/** A page without records: nothing was asked of the store, or nothing can match. */
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

async function firstPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<Stretch<T>> {
  const page = await list.read({ page: 1, limit: count });
  const items = page.items.slice(0, count);
  const known = list.growsInside ? { index: null, total: null } : { index: 0, total: page.total };
  const walk = { ...known, toldAt: nowS };
  return {
    items,
    cursorAt:
      list.mayUseCursors && page.cursors !== null
        ? (index) => storeCursor(list, [page], index, walk)
        : (index) => placeCursor(list, items, 0, index),
    hasNext: page.total === null ? page.items.length >= count : page.total > items.length,
    hasPrevious: false,
    total: page.total,
  };
}

// The store can be asked for what comes before a cursor, but not for the end of a list: its first page tells how
// long the list is, and page numbers lead to its end.
async function lastPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<Stretch<T>> {
  const first = await firstPage(list, count, nowS);
  if (first.total === null) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store does not tell how long this list is: page it with first.',
    );
  }
  if (first.total <= count) return first;
  return byPlace(list, first.total - count, count);
}

async function afterStoreCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
  nowS: number,
): Promise<Stretch<T>> {
  const endsPage = cursor.toEnd === 0;
  const anchor = endsPage ? cursor.end : cursor.start;
  const between = endsPage ? 0 : cursor.fromStart;
  const page = await readAfter(list, anchor, between + count);
  const found = page.items.findIndex((item) => list.keyOf(item) === cursor.key);
  // Where the record is gone, those up to its old place were before it.
  const from = found >= 0 ? found + 1 : Math.max(0, endsPage ? 0 : between - 1);
  const items = page.items.slice(from, from + count);
  const index = cursor.index === null ? null : cursor.index + 1;
  const seen = index === null ? null : index + items.length;
  return {
    items,
    cursorAt: (at) =>
      storeCursor(list, page.pages, from + at, { ...cursor, index: index === null ? null : index - from }),
    hasNext: page.items.length > from + items.length || (!page.isLast && promisesMore(cursor, seen, nowS)),
    hasPrevious: true,
    total: null,
  };
}

function promisesMore({ total, toldAt }: StoreCursor, seen: number | null, nowS: number): boolean {
  const isKnown = total !== null && seen !== null && nowS - toldAt <= TOTAL_BELIEVED_S;
  return !isKnown || seen !== total;
}

async function beforeStoreCursor<T>(
  list: PagedList<T>,
  cursor: StoreCursor,
  count: number,
): Promise<Stretch<T>> {
  const startsPage = cursor.fromStart === 0;
  const anchor = startsPage ? cursor.start : cursor.end;
  const between = startsPage ? 0 : cursor.toEnd;
  const page = await readBefore(list, anchor, between + count);
  const found = page.items.findIndex((item) => list.keyOf(item) === cursor.key);
  const to = found >= 0 ? found : Math.max(0, page.items.length - Math.max(0, between - 1));
  const from = Math.max(0, to - count);
  const items = page.items.slice(from, to);
  const index = cursor.index === null ? null : cursor.index - to;
  return {
    items,
    cursorAt: (at) => storeCursor(list, page.pages, from + at, { ...cursor, index }),
    hasNext: true,
    hasPrevious: from > 0 || (!page.isLast && (index === null || index > 0)),
    total: null,
  };
}

/** Pages that were read by cursor, one after the other. */
interface CursorRead<T> {
  readonly items: readonly T[];
  readonly pages: readonly StorePage<T>[];
  /** Whether the list ends with it, in the direction of reading. */
  readonly isLast: boolean;
}

async function readAfter<T>(list: PagedList<T>, after: string, limit: number): Promise<CursorRead<T>> {
  const page = await list.read({ after, limit: Math.min(limit, PAGE_SIZE) });
  const isLast = page.items.length < Math.min(limit, PAGE_SIZE);
  const left = limit - PAGE_SIZE;
  if (left <= 0 || isLast || page.cursors === null) return { items: page.items, pages: [page], isLast };
  const next = await readAfter(list, page.cursors.end, left);
  return { items: [...page.items, ...next.items], pages: [page, ...next.pages], isLast: next.isLast };
}

async function readBefore<T>(list: PagedList<T>, before: string, limit: number): Promise<CursorRead<T>> {
  const page = await list.read({ before, limit: Math.min(limit, PAGE_SIZE) });
  const isLast = page.items.length < Math.min(limit, PAGE_SIZE);
  const left = limit - PAGE_SIZE;
  if (left <= 0 || isLast || page.cursors === null) return { items: page.items, pages: [page], isLast };
  const earlier = await readBefore(list, page.cursors.start, left);
  return {
    items: [...earlier.items, ...page.items],
    pages: [...earlier.pages, page],
    isLast: earlier.isLast,
  };
}

async function byPlace<T>(list: PagedList<T>, start: number, count: number): Promise<Stretch<T>> {
  const { requests, skipped } = pagesAround(start, count);
  const pages = await Promise.all(requests.map((request) => list.read(request)));
  const items = pages.flatMap((page) => page.items).slice(skipped, skipped + count);
  const total = pages.at(-1)?.total ?? null;
  return {
    items,
    cursorAt: (index) => placeCursor(list, items, start, index),
    hasNext: total === null ? items.length === count : total > start + items.length,
    hasPrevious: start > 0,
    total,
  };
}

/** The page that holds a whole stretch of a list, of the smallest size that does; else the two it lies on. */
export function pagesAround(start: number, count: number): { requests: PageRequest[]; skipped: number } {
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

function placeCursor<T>(list: PagedList<T>, items: readonly T[], start: number, index: number): PlaceCursor {
  return { kind: 'place', index: start + index, key: list.keyOf(items[index] as T) };
}

// The cursor keeps to the one page that the record is on: between the ends of all of them it would stand further and
// further from either, and every step from it would cost more than the one before.
function storeCursor<T>(
  list: PagedList<T>,
  pages: readonly StorePage<T>[],
  at: number,
  walk: Pick<StoreCursor, 'index' | 'total' | 'toldAt'>,
): StoreCursor {
  const { page, place } = pageWith(pages, at);
  if (page.cursors === null) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store answered a page by cursor without its cursors.',
    );
  }
  return {
    kind: 'store',
    start: page.cursors.start,
    fromStart: place,
    end: page.cursors.end,
    toEnd: page.items.length - 1 - place,
    key: list.keyOf(page.items[place] as T),
    index: walk.index === null ? null : walk.index + at,
    total: walk.total,
    toldAt: walk.toldAt,
  };
}

function pageWith<T>(pages: readonly StorePage<T>[], at: number): { page: StorePage<T>; place: number } {
  let place = at;
  for (const page of pages) {
    if (place < page.items.length) return { page, place };
    place -= page.items.length;
  }
  throw new Error('a cursor was asked for beyond the end of its page');
}
