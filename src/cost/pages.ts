import { countCursorCalls } from '../resolvers/paging/cursor-pages.ts';
import { type Cursor, decodeUnverifiedCursor } from '../resolvers/paging/cursors.ts';
import { countDateCalls } from '../resolvers/paging/dated-pages.ts';
import { countNumberedCalls } from '../resolvers/paging/numbered-pages.ts';
import { countCallsFrom, isTotalSeparate } from '../resolvers/paging/store-connection.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { OperationId } from '../rest/operations.ts';
import { type FieldCost, includesOf, type Population, ROOT, type RuleInput } from './population.ts';

const PAGE_SUMMARY =
  'one REST call per page. An `offset` that is not a multiple of the page size costs up to two. A cursor from `edges` that points inside a page costs up to two, `last` without `before` up to three. `first: 0` costs none, or one if `totalCount` is selected';

/** The cost of a list that the gateway reads from the store page by page. @param more continues the summary */
export function pageCost(operation: OperationId, more = ''): FieldCost {
  return {
    operations: [operation],
    summary: `${PAGE_SUMMARY}${more}`,
    rule: (input) => planPage(input, operation),
  };
}

const TAKE_INCLUDES: ReadonlySet<OperationId> = new Set(['getCustomers', 'getCustomersAddresses']);

/** Plans the calls that read a page of a list and, if selected, its total count. */
export function planPage(input: RuleInput, operation: OperationId): Population {
  const { args, plan, path, selection } = input;
  const call = { operation, field: path };
  const includes = TAKE_INCLUDES.has(operation) ? includesOf(input) : new Set<string>();
  const key = `${operation} ${JSON.stringify(args)}`;
  const list = `${operation} ${JSON.stringify([args.filter, args.sort, args.direction])}`;
  const { calls, isTotalSeparate, note } = pageCalls(args);
  plan.once(key, { ...call, includes, ...(note !== undefined && { note }) }, { calls });
  if (isTotalSeparate && selection.has('totalCount')) plan.once(`total of ${list}`, call, { calls: 1 });
  return { ...ROOT, key, size: pageSize(args), after: key };
}

interface PageCalls {
  readonly calls: number;
  /** Whether the total takes a call of its own. */
  readonly isTotalSeparate: boolean;
  readonly note?: string;
}

function pageCalls(args: RuleInput['args']): PageCalls {
  const count = pageSize(args);
  if (count === 0) return { calls: 0, isTotalSeparate: true };
  const direction = typeof args.after === 'string' ? 'forward' : 'backward';
  const cursor = decodeUnverifiedCursor(direction === 'forward' ? args.after : args.before);
  if (cursor !== null) {
    return {
      calls: callsFrom(cursor, direction, count),
      isTotalSeparate: isTotalSeparate(cursor, direction),
    };
  }
  if (typeof args.offset === 'number' && args.offset > 0) {
    const calls = countNumberedCalls({ start: args.offset, count, size: null });
    return { calls, isTotalSeparate: false };
  }
  if (typeof args.last !== 'number') return { calls: 1, isTotalSeparate: false };
  return { calls: 3, isTotalSeparate: false, note: 'fewer if the list is short' };
}

/** The calls for a page that begins at a cursor. */
export function callsFrom(cursor: Cursor, direction: 'forward' | 'backward', count: number): number {
  if (cursor.kind === 'store') return countCursorCalls(cursor, direction, count);
  if (cursor.kind === 'memory') return 1;
  if (cursor.kind === 'date' && direction === 'forward') return countDateCalls(cursor, count);
  return countCallsFrom(cursor, direction, count);
}

const DEFAULT_PAGE_SIZE = 50;

/** Maximum number of records of a page. */
export function pageSize({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_PAGE_SIZE;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}
