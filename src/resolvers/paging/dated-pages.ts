import { PAGE_SIZE } from '../../rest/limits.ts';
import type { DateCursor } from './cursors.ts';
import { countNumberedCalls, type NumberedRecords, readNumbered } from './numbered-pages.ts';
import type { DateOrder, PagedList, PageSlice, ReadPage } from './paged-list.ts';

// A list that is sorted by date, oldest first, continues from the date of the cursor's record. So a record that is deleted
// or changed before that date moves none of those after it across the boundary of two pages. The number of records since
// then places the cursor among equal dates, which can fill more than a page.

/** A list that the store sorts by date. */
export type DatedList<T> = PagedList<T> & { readonly dates: DateOrder<T> };

/** Consecutive records, and the place of the first one. */
interface Window<T> {
  readonly items: readonly T[];
  /** The date from which the records are counted, in Unix seconds. Null if from the start of the list. */
  readonly from: number | null;
  /** Number of records from there that are before the first one. */
  readonly start: number;
  /** Number of records in the whole list before the first one. */
  readonly index: number;
  /** Number of records on a page of the store. Null if it is the number that was requested. */
  readonly size: number | null;
}

/** The cursors of a part of a list that was read from its start. */
export function dateCursors<T>(dates: DateOrder<T>, { items, start, size }: NumberedRecords<T>) {
  return (at: number) => dateCursorAt(dates, { items, from: null, start, index: start, size }, at);
}

function dateCursorAt<T>(dates: DateOrder<T>, window: Window<T>, at: number): DateCursor {
  const { items, size } = window;
  const item = items[at] as T;
  const date = dates.dateOf(item)?.getTime() ?? null;
  const position = {
    kind: 'date' as const,
    index: Math.max(0, window.index + at),
    size,
    entityId: dates.idOf(item),
    date,
  };
  const from = boundaryOf(dates, date);
  const first =
    from === null ? 0 : items.findIndex((each) => (dates.dateOf(each)?.getTime() ?? 0) >= from * 1000);
  // Only if the window shows where that date begins is the number of records since then known.
  return first > 0
    ? { ...position, from, count: at - first + 1 }
    : { ...position, from: window.from, count: window.start + at + 1 };
}

/**
 * From which second on the list must be read to continue after a date. One second earlier than the date: the vendor's
 * documentation says both that a minimum is inclusive and that it is not.
 */
function boundaryOf<T>({ readFrom }: DateOrder<T>, date: number | null): number | null {
  return readFrom === null || date === null ? null : Math.floor(date / 1000) - 1;
}

/** Reads the records after a cursor of a list that is sorted by date. */
export async function readAfterDate<T>(
  list: DatedList<T>,
  cursor: DateCursor,
  count: number,
): Promise<PageSlice<T>> {
  const { dates } = list;
  const read = readerFrom(list, cursor);
  const range = rangeAfter(cursor, count);
  let records = await readNumbered(read, range);
  const [first] = records.items;
  if (cursor.from !== null && first && (dates.dateOf(first)?.getTime() ?? 0) < cursor.from * 1000) {
    // The store ignores the filter.
    return readAfterDate(list, { ...cursor, from: null, count: cursor.index + 1 }, count);
  }
  // If records before the cursor's are gone, the range begins too late.
  for (let steps = 0; steps < MAX_STEPS_BACK && beginsAfter(dates, cursor, records); steps += 1) {
    records = await withPageBefore(read, records);
  }
  if (beginsAfter(dates, cursor, records)) {
    const again = await readNumbered(read, { ...range, start: 0, count: PAGE_SIZE });
    return sliceAfter(list, cursor, count, again);
  }
  // The store may grant so few records a page that the cursor's is the last one.
  const end = records.start + records.items.length;
  const hasNew = records.items.some(newerThan(dates, cursor, records));
  const next = records.hasNext && !hasNew && end <= cursor.count ? { ...range, start: end } : null;
  return sliceAfter(list, cursor, count, next === null ? records : await readNumbered(read, next));
}

/** How many pages are read before the range of a cursor. After that the list is read again from the cursor's date on. */
const MAX_STEPS_BACK = 2;

/** Whether records between the cursor's and the first of these may be left out. */
function beginsAfter<T>(dates: DateOrder<T>, cursor: DateCursor, records: NumberedRecords<T>): boolean {
  const [first] = records.items;
  return records.start > 0 && (first === undefined || newerThan(dates, cursor, records)(first, 0));
}

async function withPageBefore<T>(
  read: ReadPage<T>,
  records: NumberedRecords<T>,
): Promise<NumberedRecords<T>> {
  const size = records.size ?? PAGE_SIZE;
  const start = Math.floor((records.start - 1) / size) * size;
  const before = await readNumbered(read, { start, count: records.start - start, size });
  // A page that the store cut does not reach the others.
  if (before.start + before.items.length < records.start) return { ...before, hasNext: true };
  return { ...records, start: before.start, items: [...before.items, ...records.items] };
}

function readerFrom<T>({ read, dates }: DatedList<T>, { from }: DateCursor): ReadPage<T> {
  const { readFrom } = dates;
  if (from === null || readFrom === null) return read;
  return (request) => readFrom(new Date(from * 1000), request);
}

/** The records to read for the page after a cursor: those since its date, or from its own record on if they are many. */
function rangeAfter({ count: passed, size }: DateCursor, count: number) {
  return passed * 2 <= Math.min(PAGE_SIZE, size ?? PAGE_SIZE)
    ? { start: 0, count: Math.min(PAGE_SIZE, passed + count), size }
    : { start: passed - 1, count: Math.min(PAGE_SIZE, count + 1), size };
}

/** Number of calls that read the page after a cursor. */
export function countDateCalls(cursor: DateCursor, count: number): number {
  const range = rangeAfter(cursor, count);
  return countNumberedCalls(range) + (range.start > 0 ? MAX_STEPS_BACK + 1 : 0);
}

/** Returns a function that tells whether a record comes after the cursor's. */
function newerThan<T>(
  { dateOf, idOf }: DateOrder<T>,
  cursor: DateCursor,
  { items, start }: NumberedRecords<T>,
): (item: T, at: number) => boolean {
  const found = items.findIndex(
    (item) => idOf(item) === cursor.entityId && dateOf(item)?.getTime() === cursor.date,
  );
  return (item, at) => {
    if (found >= 0) return at > found;
    const date = dateOf(item)?.getTime() ?? null;
    if (date === null || cursor.date === null) return start + at >= cursor.count;
    return date > cursor.date || (date === cursor.date && idOf(item) > cursor.entityId);
  };
}

function sliceAfter<T>(
  { dates }: DatedList<T>,
  cursor: DateCursor,
  count: number,
  records: NumberedRecords<T>,
): PageSlice<T> {
  const first = firstAfter(dates, cursor, records);
  const items = records.items.slice(first, first + count);
  const window = { ...records, from: cursor.from, index: cursor.index + 1 - first };
  return {
    items,
    cursorAt: (at) => dateCursorAt(dates, window, first + at),
    hasNext: records.hasNext || records.items.length > first + items.length,
    hasPrevious: true,
    total: cursor.from === null ? records.total : null,
  };
}

/** Index of the first record after the cursor's. If none is later, records may have moved: then by their number. */
function firstAfter<T>(dates: DateOrder<T>, cursor: DateCursor, records: NumberedRecords<T>): number {
  const { items, start, hasNext } = records;
  const later = items.findIndex(newerThan(dates, cursor, records));
  if (later >= 0) return later;
  if (!hasNext) return items.length;
  return start < cursor.count && start + items.length > cursor.count ? cursor.count - start : 0;
}
