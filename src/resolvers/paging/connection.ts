import type { Context } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import { type Cursor, decodeCursor, encodeCursor, foreignCursor, type MemoryCursor } from './cursors.ts';

/** The paging arguments of a connection. */
export interface PagingArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
  readonly offset?: number | null | undefined;
}

/** A requested page. */
export interface Paging {
  /** Identifies the list with its store, filter and sort. Cursors of any other list are rejected. */
  readonly list: string;
  readonly direction: 'forward' | 'backward';
  readonly count: number;
  readonly cursor: Cursor | null;
  /** The argument that the cursor is in. */
  readonly argument: 'after' | 'before';
  /** Number of records before the page. 0 if the page is not requested by offset. */
  readonly offset: number;
}

/** One page of a list, with the cursors of its records. */
export interface Connection<T> {
  readonly nodes: readonly T[];
  readonly cursorAt: (index: number) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null if the store does not report it. */
  readonly totalCount: number | null | Promise<number | null>;
}

const DEFAULT_PAGE_SIZE = 50;

/**
 * Validates the arguments of a connection. The default page size is 50, the maximum 250.
 *
 * @param name identifies the list in its store, with its filter and sort
 * @throws GatewayError BAD_USER_INPUT
 */
export function parsePaging(
  { storeHash }: Pick<Context, 'storeHash'>,
  name: string,
  { first, after, last, before, offset }: PagingArguments,
): Paging {
  if (isDefined(first) && isDefined(last)) throw badInput('last', 'cannot be combined with first.');
  if (isDefined(after) && isDefined(before)) throw badInput('before', 'cannot be combined with after.');
  if (isDefined(after) && isDefined(last))
    throw badInput('after', 'cannot be combined with last; use before.');
  if (isDefined(before) && isDefined(first))
    throw badInput('before', 'cannot be combined with first; use after.');
  if (isDefined(offset)) {
    if (isDefined(after) || isDefined(before)) throw badInput('offset', 'cannot be combined with a cursor.');
    if (isDefined(last)) throw badInput('offset', 'cannot be combined with last.');
    if (offset < 0) throw badInput('offset', 'must be at least 0.');
  }
  const backward = isDefined(last) || isDefined(before);
  const [count, countName] = backward ? [last, 'last'] : [first, 'first'];
  const cursor = backward ? before : after;
  const argument = backward ? 'before' : 'after';
  const list = `${storeHash} ${name}`;
  return {
    list,
    direction: backward ? 'backward' : 'forward',
    count: isDefined(count) ? parseCount(count, countName) : DEFAULT_PAGE_SIZE,
    cursor: isDefined(cursor) ? decodeCursor(list, cursor, argument) : null,
    argument,
    offset: offset ?? 0,
  };
}

function parseCount(count: number, argument: string): number {
  if (count < 0 || count > PAGE_SIZE) throw badInput(argument, `must be between 0 and ${PAGE_SIZE}.`);
  return count;
}

function isDefined<T>(argument: T | null | undefined): argument is T {
  return argument !== null && argument !== undefined;
}

/** The order of a list in memory: by a value, and by id if the values are equal. */
export interface MemoryOrder<T> {
  /** @default 1 for all, so the order is by id */
  readonly sortValue?: (item: T) => number;
  /** 1 for ascending, -1 for descending. */
  readonly sign: 1 | -1;
}

const BY_ID: MemoryOrder<unknown> = { sign: 1 };

/**
 * Pages a list that is in memory. A page continues with the first record after the cursor's place in the order, so it
 * misses none, even if the cursor's record was deleted.
 *
 * @param order null if no number states the place of a record: then a page continues after the cursor's record. If that
 * is gone, it continues with the first record that may not have been returned
 * @throws GatewayError BAD_USER_INPUT for a cursor that is not one of this list
 */
export function memoryConnection<T extends { readonly entityId: number }>(
  items: readonly T[],
  { list, direction, count, cursor, argument, offset }: Paging,
  order: MemoryOrder<T> | null = BY_ID,
): Connection<T> {
  const place = cursor === null ? null : placeOf(items, memoryCursor(cursor, argument), order);
  const [from, to] = direction === 'forward' ? forward() : backward();

  function forward(): [number, number] {
    const start = place === null ? Math.min(offset, items.length) : place.after;
    return [start, Math.min(start + count, items.length)];
  }

  function backward(): [number, number] {
    const end = place === null ? items.length : place.at;
    return [Math.max(0, end - count), end];
  }

  function cursorAt(index: number): string {
    const item = nodes[index] as T;
    const before = from + index;
    return encodeCursor(list, {
      kind: 'memory',
      entityId: item.entityId,
      value: order?.sortValue?.(item) ?? null,
      around: order === null ? [before, items.length - before - 1] : null,
    });
  }

  const nodes = items.slice(from, to);
  return {
    nodes,
    cursorAt,
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    totalCount: items.length,
  };
}

function memoryCursor(cursor: Cursor, argument: Paging['argument']): MemoryCursor {
  if (cursor.kind !== 'memory') throw foreignCursor(argument);
  return cursor;
}

/** Index of the first record at or after the cursor's place, and of the first one after it. */
function placeOf<T extends { readonly entityId: number }>(
  items: readonly T[],
  { entityId, value, around }: MemoryCursor,
  order: MemoryOrder<T> | null,
): { at: number; after: number } {
  if (order === null) {
    const found = items.findIndex((item) => item.entityId === entityId);
    if (found >= 0) return { at: found, after: found + 1 };
    const [before, after] = around ?? [0, items.length];
    // If only records after the cursor's are gone, some come again. None is missed.
    return { at: Math.min(before, items.length), after: Math.min(before, Math.max(0, items.length - after)) };
  }
  const compare = (item: T) =>
    order.sign * ((order.sortValue?.(item) ?? 0) - (value ?? 0) || item.entityId - entityId);
  const firstIndex = (isMatch: (item: T) => boolean) => {
    const found = items.findIndex(isMatch);
    return found < 0 ? items.length : found;
  };
  return { at: firstIndex((item) => compare(item) >= 0), after: firstIndex((item) => compare(item) > 0) };
}
