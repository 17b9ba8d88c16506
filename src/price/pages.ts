import { peekCursor } from '../resolvers/cursors.ts';
import { pagesAround } from '../resolvers/store-paging.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { type Crowd, type RuleInput, START } from './crowd.ts';
import type { Read, Tab } from './tab.ts';

/** Plans a page of a list of records other than customers. */
export function page({ args, tab, wants }: RuleInput, of: Read): Crowd {
  orderPage(tab, of, { args, wantsTotal: wants('totalCount') });
  const name = `${of.path} ${JSON.stringify(args)}`;
  return { ...START, name, size: countOf(args), after: name };
}

/** Plans the calls that read a page of a list and, if selected, its total count. */
export function orderPage(
  tab: Tab,
  of: Read,
  { args, wantsTotal }: { readonly args: RuleInput['args']; readonly wantsTotal: boolean },
): void {
  const count = countOf(args);
  const key = `${of.path} ${JSON.stringify(args)}`;
  const forward = typeof args.after === 'string';
  const cursor = peekCursor(forward ? args.after : args.before);
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
      ? pagesAround(index + 1, count)
      : pagesAround(Math.max(0, index - count), Math.min(count, index));
    tab.once(key, of, requests.length);
    return;
  }
  const fromEnd = typeof args.last === 'number';
  tab.once(key, fromEnd ? { ...of, note: 'fewer if the list is short' } : of, fromEnd ? 3 : 1);
}

const DEFAULT_COUNT = 50;

/** Maximum number of records of a page. */
export function countOf({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_COUNT;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_COUNT;
}
