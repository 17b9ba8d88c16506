import { GatewayError } from '../../errors.ts';
import { readTogether } from '../../rest/batching/read-together.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import { type Connection, memoryConnection, type Paging } from './connection.ts';
import { createStoreCursor, readAfterCursor, readBeforeCursor } from './cursor-pages.ts';
import { type Cursor, encodeCursor, foreignCursor, type NumberCursor } from './cursors.ts';
import { type DatedList, dateCursors, readAfterDate } from './dated-pages.ts';
import {
  countNumberedCalls,
  type NumberedRecords,
  type NumberRange,
  readNumbered,
} from './numbered-pages.ts';
import type { PagedList, PageSlice } from './paged-list.ts';

export interface PageOptions {
  /** Whether the total is requested. It costs one more call if the page does not report it. */
  readonly wantsTotal: boolean;
  /** Wall clock, in Unix milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Reads one page of a list of the store: by the store's cursors if it supports them, by date if it is sorted by one, oldest
 * first, else by page numbers. A page can be shorter than requested if the store grants fewer records a page.
 *
 * @throws GatewayError BAD_USER_INPUT for a cursor that is not one of this list
 */
export async function storeConnection<T>(
  list: PagedList<T>,
  paging: Paging,
  { wantsTotal, now = Date.now }: PageOptions,
): Promise<Connection<T>> {
  const { count, cursor } = paging;
  if (cursor !== null && !isCursorOf(list, cursor)) throw foreignCursor(paging.argument);
  if (count === 0) return emptyConnection(wantsTotal ? await list.count() : null);
  const counted = wantsTotal && isTotalSeparate(cursor, paging.direction) ? list.count() : null;
  const [slice, countedTotal] = await readTogether([
    readSlice(list, paging, Math.floor(now() / 1000)),
    counted,
  ]);
  return {
    nodes: slice.items,
    cursorAt: (index) => encodeCursor(paging.list, slice.cursorAt(index)),
    hasNextPage: slice.hasNext,
    hasPreviousPage: slice.hasPrevious,
    totalCount: counted === null ? slice.total : countedTotal,
  };
}

function isCursorOf<T>({ supportsCursors, dates }: PagedList<T>, { kind }: Cursor): boolean {
  if (kind === 'store') return supportsCursors;
  return kind === 'date' ? Boolean(dates) : kind === 'number';
}

/** Whether the page after, or before, a cursor does not report the total of the list. */
export function isTotalSeparate(cursor: Cursor | null, direction: Paging['direction']): boolean {
  if (cursor?.kind === 'date') return direction === 'forward' && cursor.from !== null;
  return cursor?.kind === 'store';
}

function readSlice<T>(
  list: PagedList<T>,
  { direction, count, cursor, offset }: Paging,
  nowS: number,
): Promise<PageSlice<T>> {
  if (cursor?.kind === 'store') {
    return direction === 'forward'
      ? readAfterCursor(list, cursor, count, nowS)
      : readBeforeCursor(list, cursor, count);
  }
  if (cursor?.kind === 'date' && direction === 'forward' && isDated(list)) {
    return readAfterDate(list, cursor, count);
  }
  if (cursor?.kind === 'number' || cursor?.kind === 'date') {
    const range = rangeFrom(cursor, direction, count);
    return direction === 'forward' ? readRange(list, range) : readRangeBefore(list, range, count);
  }
  if (offset > 0) return readRange(list, { start: offset, count, size: null });
  return direction === 'forward' ? readFirstPage(list, count, nowS) : readLastPage(list, count, nowS);
}

function isDated<T>(list: PagedList<T>): list is DatedList<T> {
  return Boolean(list.dates);
}

/** The range after, or before, a record with a known number. */
function rangeFrom(
  { index, size }: Pick<NumberCursor, 'index' | 'size'>,
  direction: Paging['direction'],
  count: number,
): NumberRange {
  if (direction === 'forward') return { start: index + 1, count, size };
  const start = Math.max(0, index - count);
  return { start, count: index - start, size, anchor: 'end' };
}

async function readRange<T>(list: PagedList<T>, range: NumberRange): Promise<PageSlice<T>> {
  return sliceOf(list, await readNumbered(list.read, range));
}

// If the list has become so short that the range is beyond its end, its last page comes before the cursor.
async function readRangeBefore<T>(
  list: PagedList<T>,
  range: NumberRange,
  count: number,
): Promise<PageSlice<T>> {
  const slice = await readRange(list, range);
  const { items, total } = slice;
  if (items.length > 0 || total === null || total === 0 || range.count === 0) return slice;
  const start = Math.max(0, total - count);
  return readRange(list, { start, count: total - start, size: range.size ?? PAGE_SIZE, anchor: 'end' });
}

/** Number of calls that read the page after, or before, a record with a known number. */
export function countCallsFrom(
  cursor: Pick<NumberCursor, 'index' | 'size'>,
  direction: Paging['direction'],
  count: number,
): number {
  const calls = countNumberedCalls(rangeFrom(cursor, direction, count));
  return direction === 'backward' && calls > 0 ? calls + 1 : calls;
}

function sliceOf<T>(list: PagedList<T>, records: NumberedRecords<T>): PageSlice<T> {
  const { items, start, size, hasNext, total } = records;
  const numbered = (at: number) => ({ kind: 'number' as const, index: start + at, size });
  return {
    items,
    cursorAt: list.dates ? dateCursors(list.dates, records) : numbered,
    hasNext,
    hasPrevious: start > 0 && total !== 0,
    total,
  };
}

async function readFirstPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<PageSlice<T>> {
  return firstSlice(list, await readNumbered(list.read, { start: 0, count, size: null }), nowS);
}

function firstSlice<T>(list: PagedList<T>, records: NumberedRecords<T>, nowS: number): PageSlice<T> {
  const slice = sliceOf(list, records);
  const { page, total } = records;
  if (!list.supportsCursors || !page?.cursors) return slice;
  const position = list.allowsInsertions ? { index: null, total: null } : { index: 0, total };
  const origin = { ...position, totalReadAt: nowS };
  return { ...slice, cursorAt: (at) => createStoreCursor(list, [page], at, origin) };
}

// The store can page backwards from a cursor, but not from the end of a list. The first page reports the total, from
// which the number of the last page follows.
async function readLastPage<T>(list: PagedList<T>, count: number, nowS: number): Promise<PageSlice<T>> {
  const first = await readNumbered(list.read, { start: 0, count, size: null });
  const { items, total, size } = first;
  if (total === null) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store does not report the length of this list, so last needs before. Use first instead.',
    );
  }
  if (total <= items.length) return firstSlice(list, first, nowS);
  const start = Math.max(0, total - count);
  return readRange(list, { start, count: total - start, size, anchor: 'end' });
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
