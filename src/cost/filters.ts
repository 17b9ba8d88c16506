import { countParts } from '../rest/batching/split-lists.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { OperationId } from '../rest/operations.ts';
import { keySpace } from './lookups.ts';
import { pageCost, pageSize } from './pages.ts';
import type { CostPlan } from './plan.ts';
import { asObject, type FieldCost, type RuleInput } from './population.ts';

export const LONG_FILTER_SUMMARY =
  'A filter that needs several URLs costs one per URL, and one per 250 records that match the values of a URL';

/** The lists of a filter that are split if they need several URLs, each with the records that match a value. */
export type SplitLists = Readonly<Record<string, number>>;

/** Records that share a name or a company on average, as far as estimates go. The store has no limit. */
export const ASSUMED_NAMESAKES = 50;

/** The cost of a list whose filter may need several URLs. */
export function filteredPageCost(operation: OperationId, lists: SplitLists): FieldCost {
  const page = pageCost(operation, `. ${LONG_FILTER_SUMMARY}`);
  return {
    ...page,
    rule(input) {
      planFurtherUrls(input, operation, lists);
      return page.rule(input);
    },
  };
}

/**
 * Plans the calls beyond the first of a list that is read completely, because its filter needs several URLs. The first
 * one is planned as a page.
 */
export function planFurtherUrls(input: RuleInput, operation: OperationId, lists: SplitLists): void {
  const { args, plan, path, selection } = input;
  const urls = countUrls(input, Object.keys(lists));
  if (urls === 1 || (pageSize(args) === 0 && !selection.has('totalCount'))) return;
  const records = Math.min(
    ...Object.entries(asObject(args.filter)).map(([name, values]) =>
      Array.isArray(values) && name in lists ? values.length * (lists[name] ?? 1) : Number.POSITIVE_INFINITY,
    ),
  );
  const pages = Number.isFinite(records) ? Math.floor(records / PAGE_SIZE) : 0;
  const note = `assumes at most ${records} matching records`;
  const key = `further URLs of ${operation} ${JSON.stringify(args.filter)}`;
  plan.once(
    key,
    { operation, field: path, note },
    { calls: urls - 1 + pages, atMost: Number.POSITIVE_INFINITY },
  );
}

/** Number of URLs that a filter needs. @param share the part of a URL that the split lists can take */
export function countUrls({ args, plan }: RuleInput, lists: readonly string[], share = 1): number {
  const conditions = Object.entries(asObject(args.filter));
  const split = conditions.filter(([name]) => lists.includes(name));
  const others = Object.fromEntries(conditions.filter(([name]) => !lists.includes(name)));
  const values = split.map(([name, list]) => [name, Array.isArray(list) ? distinct(list) : undefined]);
  return countParts(Object.fromEntries(values), filterSpace(plan, others) * share);
}

/** Characters of a URL that are left beside these conditions. They are shorter there than here. */
export function filterSpace(plan: CostPlan, others: object): number {
  return keySpace(plan, encodeURIComponent(JSON.stringify(others)).length);
}

// A lone surrogate cannot be URL-encoded. The field that gets one reports the error itself.
function distinct(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.map((value) => String(value).toWellFormed()))];
}
