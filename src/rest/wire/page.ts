import { GatewayError } from '../../errors.ts';
import { MAX_ID, PAGE_SIZE } from '../limits.ts';
import { isObject } from './decode.ts';
import { type Parameter, parameter } from './query.ts';

/** A page of a list, by its number (from 1) or by one of the store's opaque cursors. */
export type PageRequest =
  | { readonly limit: number; readonly page: number }
  | { readonly limit: number; readonly after: string }
  | { readonly limit: number; readonly before: string };

/** One page as the store returned it. */
export interface StorePage<T> {
  readonly items: readonly T[];
  /** Number of all matches. Null if the store does not report it, as on pages requested by cursor. */
  readonly total: number | null;
  /** The store's cursors of the first and the last item. Null if it returns none. */
  readonly cursors: { readonly start: string; readonly end: string } | null;
  /** Maximum number of items of a page, as the store reports it. It can differ from the limit of the request. */
  readonly pageSize: number | null;
  /** Number of the page, as the store reports it. */
  readonly number: number | null;
  /** Whether the store reports a later page. Null if it does not say. */
  readonly reportsNext: boolean | null;
}

export function pageParameters(request: PageRequest): Parameter[] {
  const limit = parameter('limit', request.limit);
  if ('after' in request) return [parameter('after', request.after), limit];
  if ('before' in request) return [parameter('before', request.before), limit];
  return request.page === 1 ? [limit] : [parameter('page', request.page), limit];
}

/** The longest page parameters of `everyPage`. Their length is reserved in the URL of a list. */
export const LONGEST_PAGE_PARAMETERS: readonly Parameter[] = [
  parameter('page', 999),
  parameter('limit', PAGE_SIZE),
];

/**
 * Decodes `{ data: [...], meta: { pagination?, cursor_pagination? } }`. The real store omits `links`, so their absence says
 * nothing.
 */
export function readPage<T>(body: unknown, readItem: (item: unknown) => T): StorePage<T> {
  if (!isObject(body) || !Array.isArray(body.data)) {
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered a list without a `data` array.');
  }
  const meta = isObject(body.meta) ? body.meta : {};
  const numbered = isObject(meta.pagination) ? meta.pagination : {};
  const byCursor = isObject(meta.cursor_pagination) ? meta.cursor_pagination : {};
  const number = readCount(numbered.current_page);
  const pageCount = readCount(numbered.total_pages);
  const hasLink = hasNextLink(numbered) || hasNextLink(byCursor);
  return {
    items: body.data.map(readItem),
    total: readCount(numbered.total),
    cursors: readCursors(byCursor),
    pageSize: readCount(numbered.per_page) || readCount(byCursor.per_page) || null,
    number: number || null,
    reportsNext: hasLink || (number === null || pageCount === null ? null : number < pageCount),
  };
}

/** The largest GraphQL `Int`. No store has more records than ids. */
const MAX_COUNT = MAX_ID;

/** A number of records or pages. Null if it is missing or none. */
function readCount(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const isCount = Number.isSafeInteger(count) && Number(count) >= 0 && Number(count) <= MAX_COUNT;
  return isCount ? Number(count) : null;
}

function hasNextLink({ links }: Readonly<Record<string, unknown>>): boolean {
  return isObject(links) && typeof links.next === 'string' && links.next !== '';
}

function readCursors({ start_cursor: start, end_cursor: end }: Readonly<Record<string, unknown>>) {
  return typeof start === 'string' && typeof end === 'string' && start !== '' && end !== ''
    ? { start, end }
    : null;
}

/** Sorts by id, ascending, and removes duplicates: pages can shift during the reads. Of duplicates the last one is kept. */
export function sortById<T extends { readonly entityId: number }>(items: readonly T[]): readonly T[] {
  // Nearly all lists of the store are in this order.
  if (isAscending(items)) return items;
  const byId = new Map(items.map((item) => [item.entityId, item]));
  return [...byId.values()].sort((one, other) => one.entityId - other.entityId);
}

function isAscending(items: readonly { readonly entityId: number }[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { entityId } of items) {
    if (entityId <= last) return false;
    last = entityId;
  }
  return true;
}
