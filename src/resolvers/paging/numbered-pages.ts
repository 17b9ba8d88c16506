import { readTogether } from '../../rest/batching/read-together.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import type { StorePage } from '../../rest/wire/page.ts';
import { gridOf, isFollowed, type NumberedRequest, startOf } from '../../rest/wire/page-grid.ts';
import { type ReadPage, unusablePages } from './paged-list.ts';

/** Records of a list by their numbers. */
export interface NumberRange {
  /** Number of records before the range. */
  readonly start: number;
  /** Maximum number of records. */
  readonly count: number;
  /** Number of records on a page of the store. Null if it is the number that is requested. */
  readonly size: number | null;
  /** The end of the range that matters if one page of the store does not hold it all. @default 'start' */
  readonly anchor?: 'start' | 'end';
}

/** The part of a range that was read. */
export interface NumberedRecords<T> {
  readonly items: readonly T[];
  /** Number of records before it. */
  readonly start: number;
  /** Number of records on a page of the store. Null if it is the number that was requested. */
  readonly size: number | null;
  readonly hasNext: boolean;
  readonly total: number | null;
  /** The page that was requested first. */
  readonly page: StorePage<T> | undefined;
}

/** How often a page is requested because the store answered with another one. */
const MAX_ATTEMPTS = 3;

/**
 * Reads a range of a list by page numbers. The range is cut if the store grants fewer records a page than requested.
 *
 * @throws GatewayError UPSTREAM_BAD_RESPONSE if the store reports records that it does not return
 */
export async function readNumbered<T>(read: ReadPage<T>, range: NumberRange): Promise<NumberedRecords<T>> {
  if (range.count === 0) return { ...NOTHING, start: range.start, size: range.size };
  if (range.size !== null) return readSized(read, range, range.size);
  const { requests, skipped } = pagesCovering(range.start, range.count);
  const pages = await readTogether(requests.map(read));
  const answers = pages.map((page, index) => readGrid(page, requests[index] as NumberedRequest));
  const other = answers.find(({ size, request }) => size !== request.limit);
  if (other) return cutSized(range, other) ?? readSized(read, range, other.size);
  const last = answers.at(-1);
  const all = pages.flatMap((page) => page.items);
  const items = all.slice(skipped, skipped + range.count);
  const end = range.start + items.length;
  const hasNext =
    all.length > skipped + range.count || (last !== undefined && isFollowed(last.page, end, last.size));
  return { items, start: range.start, size: null, hasNext, total: last?.page.total ?? null, page: pages[0] };
}

const NOTHING = { items: [], hasNext: true, total: null, page: undefined };

/** A page with the place that it has in the list. */
interface PlacedPage<T> {
  readonly page: StorePage<T>;
  readonly request: NumberedRequest;
  readonly size: number;
  readonly start: number;
}

function readGrid<T>(page: StorePage<T>, request: NumberedRequest, size?: number): PlacedPage<T> {
  const grid = gridOf(page, request, size === undefined ? null : { size, isInferred: false });
  return { page, request, size: grid.size, start: startOf(page, request, grid) };
}

/** Reads the page of the store that contains the start, or the end, of the range. */
async function readSized<T>(
  read: ReadPage<T>,
  range: NumberRange,
  size: number,
  attemptsLeft = MAX_ATTEMPTS,
): Promise<NumberedRecords<T>> {
  const request = { page: Math.floor(targetOf(range) / size) + 1, limit: Math.min(size, PAGE_SIZE) };
  const placed = readGrid(await read(request), request, size);
  const found = cutSized(range, placed);
  const isCut = found !== null && found.items.length === 0 && found.hasNext;
  if (found !== null && !isCut) return found;
  if (attemptsLeft <= 1) throw unusablePages();
  // The page has fewer records than its size, so the next record is on the next page.
  const start = isCut ? placed.start + placed.size : range.start;
  return readSized(read, { ...range, start }, placed.size, attemptsLeft - 1);
}

/** The number of the record that a page must contain. */
function targetOf({ start, count, anchor }: NumberRange): number {
  return anchor === 'end' ? Math.max(start, start + count - 1) : start;
}

/** The records of the range on one page. Null if the page is another one than that of the start, or the end, of the range. */
function cutSized<T>(range: NumberRange, { page, size, start }: PlacedPage<T>): NumberedRecords<T> | null {
  const target = targetOf(range);
  if (page.items.length === 0 && (page.total ?? 0) <= target) {
    return { items: [], start: range.start, size, hasNext: false, total: page.total, page };
  }
  if (target < start || target >= start + size) return null;
  const from = Math.max(range.start, start);
  const to = Math.min(range.start + range.count, start + page.items.length);
  const items = page.items.slice(from - start, Math.max(to - start, 0));
  const hasNext = to < start + page.items.length || isFollowed(page, to, size);
  return { items, start: from, size, hasNext, total: page.total, page };
}

/**
 * The requests by page number that cover `count` records from index `start`: one page of the smallest size that
 * contains them all, else two. `skipped` is the number of records before `start` on the first page.
 */
export function pagesCovering(
  start: number,
  count: number,
): { requests: NumberedRequest[]; skipped: number } {
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

/** Number of calls that read a range, if the store pages as it did when the size of its pages was found. */
export function countNumberedCalls({ start, count, size }: NumberRange): number {
  if (count === 0) return 0;
  // A page of more records than the limit allows is known only to some stores. The others are asked again.
  if (size !== null) return size > PAGE_SIZE ? 2 : 1;
  return pagesCovering(start, count).requests.length;
}
