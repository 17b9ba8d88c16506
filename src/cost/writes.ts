import { MAX_BISECT_CALLS } from '../resolvers/writes/send.ts';
import { chunkKeys } from '../rest/batching/chunks.ts';
import { OPERATIONS, type OperationId } from '../rest/operations.ts';
import { roomForIds } from '../rest/writes/reply.ts';
import { keySpace, lookupCalls } from './lookups.ts';
import type { CallCounts, CostPlan } from './plan.ts';
import { asObject, type FieldCost, type Population, ROOT, type RuleInput } from './population.ts';

/** An item of a mutation: an id, or the fields of an input. */
export type Item = Readonly<Record<string, unknown>>;

export interface WriteCostOptions {
  readonly operation: OperationId;
  /** Name of the list in the input. */
  readonly list: string;
  /** What the items are, for the description. @default the name of the list */
  readonly noun?: string;
  /** Operations that the write uses in addition to its own. */
  readonly others?: readonly OperationId[];
  /** Continues the summary. */
  readonly more?: string;
  /** Plans the reads before the write. */
  readonly planReads?: (input: RuleInput, items: readonly Item[]) => void;
}

export const FAILURE_SUMMARY = 'More if a response is lost or an item is rejected';
export const FAILURE_NOTE = 'more if a response is lost or an item is rejected';

/** The cost of a write of a list of items. */
export function writeCost(options: WriteCostOptions): FieldCost {
  const { operation, list, noun = list, others = [], more = '', planReads } = options;
  const { maxItems } = OPERATIONS[operation];
  return {
    operations: [operation, ...others],
    summary: `one REST call per ${maxItems === 1 ? noun : `${maxItems} ${noun}`}. ${FAILURE_SUMMARY}${more}`,
    rule(input) {
      const items = inputItems(input, list);
      planReads?.(input, items);
      return planWrite(input, operation, items.length, Math.ceil(items.length / maxItems));
    },
  };
}

/** The cost of a write of one record. */
export function singleWriteCost(operation: OperationId, summary: string): FieldCost {
  return { operations: [operation], summary, rule: (input) => planWrite(input, operation, 1, 1) };
}

export interface DeleteCostOptions {
  readonly operation: OperationId;
  /** @default 'entityIds' */
  readonly list?: string;
  /** The operation that finds out which of the records exist. */
  readonly lookup: OperationId;
  /** The number of its calls, in words. */
  readonly lookupSummary: string;
  /** The number of its calls for the items of one delete call. */
  readonly countLookups: (input: RuleInput, items: readonly Item[]) => CallCounts;
}

/** The cost of a delete, which first looks up which of the records exist. */
export function deleteCost(options: DeleteCostOptions): FieldCost {
  const { operation, list = 'entityIds', lookup, lookupSummary, countLookups } = options;
  return {
    operations: [operation, lookup],
    summary: `one REST call per 250 ids, plus ${lookupSummary}, to find out which of them exist. ${FAILURE_SUMMARY}`,
    rule(input) {
      const items = inputItems(input, list);
      const byId = Map.groupBy(items, ({ entityId }) => String(entityId));
      // The ids of a delete are part of its URL.
      const room = roomForIds(OPERATIONS[operation], input.plan.urlPrefixLength);
      const batches = chunkKeys([...byId.keys()], room).map((ids) => ids.flatMap((id) => byId.get(id) ?? []));
      const lookups = batches.map((batch) => countLookups(input, batch));
      const call = { operation: lookup, field: input.path, isOfWrite: true };
      input.plan.once(`lookup at ${input.path}`, call, sumOf(lookups));
      return planWrite(input, operation, items.length, batches.length);
    },
  };
}

/** The calls that look up the items of one delete call by their ids. */
export function idLookupCalls(plan: CostPlan, items: readonly Item[]): CallCounts {
  const ids = new Set(items.map(({ entityId }) => String(entityId)));
  return lookupCalls([...ids], keySpace(plan));
}

function planWrite(
  { plan, path }: RuleInput,
  operation: OperationId,
  items: number,
  batches: number,
): Population {
  const call = { operation, field: path, note: FAILURE_NOTE, items };
  plan.once(`${operation} at ${path}`, call, {
    calls: batches,
    atMost: batches * maxCallsPerBatch(items / batches),
  });
  const key = `written at ${path}`;
  return { ...ROOT, key, size: items, after: key, isWritten: true };
}

/** Reads after a rejected call: of the items, and of the records that explain why an item was left out. */
const MAX_READS_PER_REJECTION = 2;

/**
 * The calls for a batch if the store rejects items: it is bisected until the invalid items are alone, or sent again
 * without those that the store named, and read back after each rejection.
 */
export function maxCallsPerBatch(items: number): number {
  const size = Math.ceil(items);
  const bisected = Math.min(2 * size - 1, 1 + MAX_BISECT_CALLS);
  const repeated = Math.min(size, MAX_BISECT_CALLS);
  return (bisected + repeated) * (1 + MAX_READS_PER_REJECTION);
}

function sumOf(counts: readonly CallCounts[]): CallCounts {
  return {
    calls: counts.reduce((sum, { calls }) => sum + calls, 0),
    atMost: counts.reduce((sum, { calls, atMost = calls }) => sum + atMost, 0),
  };
}

/** The items of a mutation. An item that is an id becomes an object. */
export function inputItems({ args }: RuleInput, list: string): readonly Item[] {
  const items = asObject(args.input)[list];
  if (!Array.isArray(items)) return [];
  return items.map((item: unknown) => (typeof item === 'number' ? { entityId: item } : asObject(item)));
}
