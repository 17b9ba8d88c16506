import { decodeUnverifiedCursor } from '../resolvers/paging/cursors.ts';
import { pagesCovering } from '../resolvers/paging/store-connection.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { OperationId } from '../rest/operations.ts';
import { type FieldCost, type Population, ROOT, type RuleInput } from './population.ts';

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

/** Plans the calls that read a page of a list and, if selected, its total count. */
export function planPage(input: RuleInput, operation: OperationId): Population {
  const { args, plan, path, selection } = input;
  const call = { operation, field: path };
  const key = `${operation} ${JSON.stringify(args)}`;
  const list = `${operation} ${JSON.stringify([args.filter, args.sort, args.direction])}`;
  const { calls, isTotalSeparate, note } = pageCalls(args);
  plan.once(key, note === undefined ? call : { ...call, note }, { calls });
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
  const forward = typeof args.after === 'string';
  const cursor = decodeUnverifiedCursor(forward ? args.after : args.before);
  if (cursor?.kind === 'store') {
    const { fromStart, toEnd } = cursor;
    // A cursor at the edge of a store page continues with the next page. From inside a page, the records up to the edge
    // have to be read too.
    const between = forward ? toEnd && fromStart : fromStart && toEnd;
    return { calls: between + count > PAGE_SIZE ? 2 : 1, isTotalSeparate: true };
  }
  if (cursor?.kind === 'offset') {
    const { index } = cursor;
    const { requests } = forward
      ? pagesCovering(index + 1, count)
      : pagesCovering(Math.max(0, index - count), Math.min(count, index));
    return { calls: requests.length, isTotalSeparate: false };
  }
  if (typeof args.offset === 'number' && args.offset > 0) {
    const { requests } = pagesCovering(args.offset, count);
    return { calls: requests.length, isTotalSeparate: false };
  }
  if (typeof args.last !== 'number') return { calls: 1, isTotalSeparate: false };
  return { calls: 3, isTotalSeparate: false, note: 'fewer if the list is short' };
}

const DEFAULT_PAGE_SIZE = 50;

/** Maximum number of records of a page. */
export function pageSize({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_PAGE_SIZE;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}
