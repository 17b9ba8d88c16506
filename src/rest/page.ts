import { GatewayError } from '../errors.ts';
import { PAGE_SIZE } from './limits.ts';
import { type Parameter, scalar } from './query.ts';
import { isObject } from './wire.ts';

/** Which page of a list: by its number, or by one of the store's own cursors, which are opaque. */
export type PageRequest =
  | { readonly limit: number; readonly page: number }
  | { readonly limit: number; readonly after: string }
  | { readonly limit: number; readonly before: string };

/** One page as the store answered it. */
export interface StorePage<T> {
  readonly items: readonly T[];
  /** All matches. Null where the store does not say, as on pages that were asked for by cursor. */
  readonly total: number | null;
  /** The store's cursors of the first and the last item. Null where it gives none. */
  readonly cursors: { readonly start: string; readonly end: string } | null;
}

export function pageParameters(request: PageRequest): Parameter[] {
  const limit = scalar('limit', request.limit);
  if ('after' in request) return [scalar('after', request.after), limit];
  if ('before' in request) return [scalar('before', request.before), limit];
  return request.page === 1 ? [limit] : [scalar('page', request.page), limit];
}

/** The longest parameters that a page of a list read whole can have: what they take is not left for the list. */
export const WIDEST_PAGE: readonly Parameter[] = [scalar('page', 999), scalar('limit', PAGE_SIZE)];

/** Reads `{ data: [...], meta: { pagination?, cursor_pagination? } }`. `links` are not looked at: the real store omits them. */
export function readPage<T>(body: unknown, readItem: (item: unknown) => T): StorePage<T> {
  if (!isObject(body) || !Array.isArray(body.data)) {
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered a list without a list of data.');
  }
  const meta = isObject(body.meta) ? body.meta : {};
  return { items: body.data.map(readItem), total: totalOf(meta), cursors: cursorsOf(meta) };
}

function totalOf({ pagination }: Readonly<Record<string, unknown>>): number | null {
  const total = isObject(pagination) ? pagination.total : null;
  return Number.isSafeInteger(total) && (total as number) >= 0 ? (total as number) : null;
}

function cursorsOf({
  cursor_pagination: cursors,
}: Readonly<Record<string, unknown>>): StorePage<never>['cursors'] {
  if (!isObject(cursors)) return null;
  const { start_cursor: start, end_cursor: end } = cursors;
  return typeof start === 'string' && typeof end === 'string' && start !== '' && end !== ''
    ? { start, end }
    : null;
}

/** Pages that are asked for side by side, so that a total that lies cannot start a million calls. */
const PAGES_AT_ONCE = 16;

/** Reads a list whole, by page numbers: the first page tells how many there are, the others go side by side. */
export async function everyPage<T>(read: (request: PageRequest) => Promise<StorePage<T>>): Promise<T[]> {
  const first = await read({ page: 1, limit: PAGE_SIZE });
  const items = [...first.items];
  const pages = first.total === null ? Number.POSITIVE_INFINITY : Math.ceil(first.total / PAGE_SIZE);
  const atOnce = first.total === null ? 1 : PAGES_AT_ONCE;
  let last = first;
  for (let page = 2; page <= pages && last.items.length >= PAGE_SIZE; page += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, pages - page + 1) }, (_, i) => page + i);
    const wave = await Promise.all(numbers.map((number) => read({ page: number, limit: PAGE_SIZE })));
    for (const answer of wave) {
      if (isSamePage(first, answer)) {
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store answers the same page to every page number.',
        );
      }
      items.push(...answer.items);
    }
    last = wave.at(-1) ?? last;
  }
  return items;
}

// A store that takes no notice of the page number would be read for ever. Where records merely shift while the pages
// are read, the first record of the list is not at the head of a later page.
function isSamePage<T>(first: StorePage<T>, later: StorePage<T>): boolean {
  return later.items.length > 0 && JSON.stringify(later.items[0]) === JSON.stringify(first.items[0]);
}

/** By id, ascending, each once: a record may be answered twice when others shift the pages. */
export function inOrder<T extends { readonly entityId: number }>(items: readonly T[]): T[] {
  const byId = new Map(items.map((item) => [item.entityId, item]));
  return [...byId.values()].sort((one, other) => one.entityId - other.entityId);
}
