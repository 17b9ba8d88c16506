import { badInput } from '../errors.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { type Cursor, readCursor, writeCursor } from './cursors.ts';

/** The four arguments of every connection. */
export interface PagingArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which part of a list is wanted. */
export interface Paging {
  /** What the list is, with its filter and order: cursors of another one are refused. */
  readonly list: string;
  readonly direction: 'forward' | 'backward';
  readonly count: number;
  readonly cursor: Cursor | null;
}

/** A part of a list, with the way on from it. */
export interface Connection<T> {
  readonly nodes: readonly T[];
  readonly cursorAt: (index: number) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null where the store does not tell it. */
  readonly totalCount: number | null | Promise<number | null>;
}

const DEFAULT_COUNT = 50;

/** Checks the arguments of a connection, before anything is sent. */
export function parsePaging(list: string, { first, after, last, before }: PagingArguments): Paging {
  if (isGiven(first) && isGiven(last)) throw badInput('last', 'cannot be given together with first.');
  if (isGiven(after) && isGiven(before)) throw badInput('before', 'cannot be given together with after.');
  if (isGiven(after) && isGiven(last)) throw badInput('after', 'goes with first; before goes with last.');
  if (isGiven(before) && isGiven(first)) throw badInput('before', 'goes with last; after goes with first.');
  const backward = isGiven(last) || isGiven(before);
  const [count, countName] = backward ? [last, 'last'] : [first, 'first'];
  const [cursor, cursorName] = backward ? [before, 'before'] : [after, 'after'];
  return {
    list,
    direction: backward ? 'backward' : 'forward',
    count: isGiven(count) ? parseCount(count, countName) : DEFAULT_COUNT,
    cursor: isGiven(cursor) ? readCursor(list, cursor, cursorName) : null,
  };
}

function parseCount(count: number, argument: string): number {
  if (count < 0 || count > PAGE_SIZE)
    throw badInput(argument, `is ${count}; 0 to ${PAGE_SIZE} can be asked for.`);
  return count;
}

function isGiven<T>(argument: T | null | undefined): argument is T {
  return argument !== null && argument !== undefined;
}

/** Pages a list that is there whole. Its cursors hold the record's id, so they stand still while others come and go. */
export function memoryConnection<T extends { readonly entityId: number }>(
  items: readonly T[],
  { list, direction, count, cursor }: Paging,
): Connection<T> {
  const [from, to] = direction === 'forward' ? forward() : backward();

  function forward(): [number, number] {
    const start = cursor === null ? 0 : placeOf(items, cursor).after;
    return [start, Math.min(start + count, items.length)];
  }

  function backward(): [number, number] {
    const end = cursor === null ? items.length : placeOf(items, cursor).at;
    return [Math.max(0, end - count), end];
  }

  const nodes = items.slice(from, to);
  return {
    nodes,
    cursorAt: (index) =>
      writeCursor(list, { kind: 'place', index: from + index, key: nodes[index]?.entityId ?? 0 }),
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    totalCount: items.length,
  };
}

/** Where the cursor's record stands and where the records after it begin; where it is gone, where it would stand. */
function placeOf(
  items: readonly { readonly entityId: number }[],
  { key, index }: Cursor,
): { at: number; after: number } {
  const found = items.findIndex(({ entityId }) => entityId === key);
  if (found >= 0) return { at: found, after: found + 1 };
  const place = Math.min(index ?? 0, items.length);
  return { at: place, after: place };
}
