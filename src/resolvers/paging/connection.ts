import { badInput } from '../../errors.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursors.ts';

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
  /** Identifies the list with its filter and sort. Cursors of any other list are rejected. */
  readonly list: string;
  readonly direction: 'forward' | 'backward';
  readonly count: number;
  readonly cursor: Cursor | null;
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
 * @throws GatewayError BAD_USER_INPUT
 */
export function parsePaging(list: string, { first, after, last, before, offset }: PagingArguments): Paging {
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
  const [cursor, cursorName] = backward ? [before, 'before'] : [after, 'after'];
  return {
    list,
    direction: backward ? 'backward' : 'forward',
    count: isDefined(count) ? parseCount(count, countName) : DEFAULT_PAGE_SIZE,
    cursor: isDefined(cursor) ? decodeCursor(list, cursor, cursorName) : null,
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

/**
 * Pages a list that is in memory. Its cursors contain the record's id, so they stay valid while other records change.
 */
export function memoryConnection<T extends { readonly entityId: number }>(
  items: readonly T[],
  { list, direction, count, cursor, offset }: Paging,
): Connection<T> {
  const [from, to] = direction === 'forward' ? forward() : backward();

  function forward(): [number, number] {
    const start = cursor === null ? Math.min(offset, items.length) : positionOf(items, cursor).after;
    return [start, Math.min(start + count, items.length)];
  }

  function backward(): [number, number] {
    const end = cursor === null ? items.length : positionOf(items, cursor).at;
    return [Math.max(0, end - count), end];
  }

  const nodes = items.slice(from, to);
  return {
    nodes,
    cursorAt: (index) =>
      encodeCursor(list, { kind: 'offset', index: from + index, key: nodes[index]?.entityId ?? 0 }),
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    totalCount: items.length,
  };
}

/** Index of the cursor's record, and of the first record after it. If the record is gone, both are its old index. */
function positionOf(
  items: readonly { readonly entityId: number }[],
  { key, index }: Cursor,
): { at: number; after: number } {
  const found = items.findIndex(({ entityId }) => entityId === key);
  if (found >= 0) return { at: found, after: found + 1 };
  const position = Math.min(index ?? 0, items.length);
  return { at: position, after: position };
}
