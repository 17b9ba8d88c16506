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

/** Decodes `{ data: [...], meta: { pagination?, cursor_pagination? } }`. Ignores `links`, which the real store omits. */
export function readPage<T>(body: unknown, readItem: (item: unknown) => T): StorePage<T> {
  if (!isObject(body) || !Array.isArray(body.data)) {
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered a list without a `data` array.');
  }
  const meta = isObject(body.meta) ? body.meta : {};
  return { items: body.data.map(readItem), total: readTotal(meta), cursors: readCursors(meta) };
}

/** The largest GraphQL `Int`. No store has more records than ids. */
const MAX_TOTAL = MAX_ID;

function readTotal({ pagination }: Readonly<Record<string, unknown>>): number | null {
  const total = isObject(pagination) ? pagination.total : null;
  const isCount = Number.isSafeInteger(total) && (total as number) >= 0 && (total as number) <= MAX_TOTAL;
  return isCount ? (total as number) : null;
}

function readCursors({
  cursor_pagination: cursors,
}: Readonly<Record<string, unknown>>): StorePage<never>['cursors'] {
  if (!isObject(cursors)) return null;
  const { start_cursor: start, end_cursor: end } = cursors;
  return typeof start === 'string' && typeof end === 'string' && start !== '' && end !== ''
    ? { start, end }
    : null;
}

/** Pages that are read concurrently. Limited because a wrong total could otherwise start a million calls. */
const MAX_CONCURRENT_PAGES = 16;

/**
 * Reads all pages of a list by number. The first page reports the total, the others are read concurrently. Without a
 * total, pages are read one by one until one is not full.
 */
export async function readAllPages<T>(read: (request: PageRequest) => Promise<StorePage<T>>): Promise<T[]> {
  const first = await read({ page: 1, limit: PAGE_SIZE });
  const items = [...first.items];
  const pages = first.total === null ? Number.POSITIVE_INFINITY : Math.ceil(first.total / PAGE_SIZE);
  const concurrency = first.total === null ? 1 : MAX_CONCURRENT_PAGES;
  let last = first;
  for (let page = 2; page <= pages && last.items.length >= PAGE_SIZE; page += concurrency) {
    const numbers = Array.from({ length: Math.min(concurrency, pages - page + 1) }, (_, i) => page + i);
    const batch = await Promise.all(numbers.map((number) => read({ page: number, limit: PAGE_SIZE })));
    for (const answer of batch) {
      if (isSamePage(first, answer)) {
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store returns the same page for every page number.',
        );
      }
      items.push(...answer.items);
    }
    last = batch.at(-1) ?? last;
  }
  return items;
}

// If the store ignored the page number, reading would never end. If records only shift during the reads, the first
// record of the list is not first on a later page.
function isSamePage<T>(first: StorePage<T>, later: StorePage<T>): boolean {
  return later.items.length > 0 && JSON.stringify(later.items[0]) === JSON.stringify(first.items[0]);
}

/** Sorts by id, ascending, and removes duplicates: pages can shift during the reads. Of duplicates the last one is kept. */
export function sortById<T extends { readonly entityId: number }>(items: readonly T[]): T[] {
  const byId = new Map(items.map((item) => [item.entityId, item]));
  return [...byId.values()].sort((one, other) => one.entityId - other.entityId);
}
