import { peekCursor } from '../resolvers/cursors.ts';
import { pagesAround } from '../resolvers/store-paging.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import { type Crowd, type RuleInput, START } from './crowd.ts';
import type { Read, Tab } from './tab.ts';

/** Orders a page of a list, whose records are no customers. */
export function page({ args, tab, wants }: RuleInput, of: Read): Crowd {
  orderPage(tab, of, { args, wantsTotal: wants('totalCount') });
  const name = `${of.path} ${JSON.stringify(args)}`;
  return { ...START, name, size: countOf(args), after: name };
}

/** Orders what it takes to read a page of a list, and to count the list. */
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
    // From the edge of its page a walk goes on right away; from within it comes by what stands between.
    const between = forward ? toEnd && fromStart : fromStart && toEnd;
    tab.once(key, of, between + count > PAGE_SIZE ? 2 : 1);
    if (wantsTotal) tab.once(`total of ${list}`, of, 1);
    return;
  }
  if (cursor?.kind === 'place') {
    const { index } = cursor;
    const { requests } = forward
      ? pagesAround(index + 1, count)
      : pagesAround(Math.max(0, index - count), Math.min(count, index));
    tab.once(key, of, requests.length);
    return;
  }
  const fromTheEnd = typeof args.last === 'number';
  tab.once(key, fromTheEnd ? { ...of, note: 'fewer where the list is short' } : of, fromTheEnd ? 3 : 1);
}

const DEFAULT_COUNT = 50;

/** How many records a page holds at the most. */
export function countOf({ first, last }: RuleInput['args']): number {
  const count = first ?? last ?? DEFAULT_COUNT;
  return typeof count === 'number' ? Math.min(Math.max(count, 0), PAGE_SIZE) : DEFAULT_COUNT;
}
