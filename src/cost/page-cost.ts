import { decodeUnverifiedCursor } from '../resolvers/paging/cursors.ts';
import { pagesCovering } from '../resolvers/paging/store-connection.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { CallTemplate, CostPlan } from './plan.ts';
import { type Population, ROOT, type RuleInput } from './population.ts';

/** Plans a page of a list of records other than customers. */
export function planRecordPage({ args, plan, selects }: RuleInput, of: CallTemplate): Population {
  planPage(plan, of, { args, wantsTotal: selects('totalCount') });
  const key = `${of.path} ${JSON.stringify(args)}`;
  return { ...ROOT, key, size: pageSize(args), after: key };
}

/** Plans the calls that read a page of a list and, if selected, its total count. */
export function planPage(
  tab: CostPlan,
  of: CallTemplate,
  { args, wantsTotal }: { readonly args: RuleInput['args']; readonly wantsTotal: boolean },
): void {
  const count = pageSize(args);
  const key = `${of.path} ${JSON.stringify(args)}`;
  const forward = typeof args.after === 'string';
  const cursor = decodeUnverifiedCursor(forward ? args.after : args.before);
  const list = `${of.path} ${JSON.stringify([args.filter, args.sort, args.direction])}`;
  if (count === 0) {
    if (wantsTotal) tab.once(`total of ${list}`, of, 1);
    return;
  }
  if (cursor?.kind === 'store') {
    const { fromStart, toEnd } = cursor;
    // A cursor at the edge of a store page continues with the next page. From inside a page, the records up to the edge
    // have to be read too.
    const between = forward ? toEnd && fromStart : fromStart && toEnd;
    tab.once(key, of, between + count > PAGE_SIZE ? 2 : 1);
    if (wantsTotal) tab.once(`total of ${list}`, of, 1);
    return;
  }
  if (cursor?.kind === 'offset') {
    const { index } = cursor;
    const { requests } = forward
      ? pagesCovering(index + 1, count)
      : pagesCovering(Math.max(0, index - count), Math.min(count, index));
    tab.once(key, of, requests.length);
    return;
  }
  if (typeof args.offset === 'number' && args.offset > 0) {
    tab.once(key, of, pagesCovering(args.offset, count).requests.length);
    return;
  }
  const fromEnd = typeof args.last === 'number';
  tab.once(key, fromEnd ? { ...of, note: 'fewer if the list is short' } : of, fromEnd ? 3 : 1);
}

const DEFAULT_PAGE_SIZE = 50;

/** Maximum number of records of a page. */
export function pageSize({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_PAGE_SIZE;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}
