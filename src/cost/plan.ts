import { maxCallsWithIncludes } from '../rest/batching/separate-includes.ts';
import { OPERATIONS, type OperationId } from '../rest/operations.ts';
import type { IdState } from '../rest/writes/recent-writes.ts';

/** The calls of one kind that an operation may make. */
export interface PlannedCall {
  readonly operation: string;
  readonly path: string;
  /** Maximum number of REST calls if the store accepts every call. */
  readonly calls: number;
  /** Maximum number of REST calls if the store rejects calls or items too. */
  readonly atMost: number;
  /** Response path of the first field that needs the calls. */
  readonly field: string;
  /** The assumption behind the number, or the condition under which the calls are made. */
  readonly note: string | null;
  /** Number of items that the mutation writes. */
  readonly items?: number;
}

/** A planned call whose number of calls is not yet known. */
export interface CallTemplate {
  readonly operation: OperationId;
  readonly field: string;
  readonly note?: string;
  readonly items?: number;
  /** Whether most stores need no such call. The calls then do not make an operation a large one. @default false */
  readonly isRare?: boolean;
  /** Whether the read belongs to a write. The limit on the reads of an operation does not apply to it. @default false */
  readonly isOfWrite?: boolean;
  /** The optional parts of records that the calls ask for. The store may reject them. @default none */
  readonly includes?: ReadonlySet<string>;
}

/** Numbers of calls: without and with rejections by the store. */
export interface CallCounts {
  readonly calls: number;
  /** @default the same as `calls` */
  readonly atMost?: number;
}

/** Facts on which the number of calls depends, besides the operation itself. */
export interface CostFacts {
  /** Number of attribute definitions of the store. Null if it was not read recently. */
  readonly definitionCount: number | null;
  /** Whether the attribute definitions are cached. Their number can be known for longer. */
  readonly knowsDefinitions: boolean;
  /** Whether the form field definitions are cached. */
  readonly knowsFormFields: boolean;
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  /** Maximum number of reads of an operation. It makes no more. */
  readonly maxReads: number;
  /** What is known of the ids of addresses, which tell a create of addresses what is new. */
  readonly addressIds: IdState;
}

/** The calls that an operation has planned so far. Calls that are planned twice under one key count once. */
export interface CostPlan {
  readonly urlPrefixLength: number;
  readonly addressIds: IdState;
  readonly knowsFormFields: boolean;
  /** Number of attribute definitions of the store. Null if it is not known. */
  readonly definitionCount: number | null;
  /** Whether the attribute definitions are cached, so that no call reads them. */
  readonly knowsDefinitions: boolean;
  /** Plans calls that all fields with this key share. */
  once(key: string, call: CallTemplate, counts: CallCounts): void;
  /** Plans one call for each record key. */
  perKey(key: string, call: CallTemplate, keys: readonly string[]): void;
  /** Plans batched calls for these record keys. `countCalls` gets the keys of all fields. */
  batched(key: string, call: CallTemplate, keys: readonly string[], countCalls: CountCalls): void;
  /** From here on nothing that was planned before is shared: a write clears what was read before. */
  startPhase(): void;
  /** From here on the attribute definitions have to be read again. */
  forgetDefinitions(): void;
  /** Totals all planned calls; batch sizes are known only then. */
  total(): CostTotal;
}

export interface CostTotal {
  readonly calls: number;
  readonly atMost: number;
  /** `calls` without those that most stores do not need. */
  readonly usual: number;
  readonly plan: readonly PlannedCall[];
}

type CountCalls = (keys: readonly string[]) => CallCounts;

interface PlanEntry {
  readonly template: CallTemplate;
  readonly keys: Set<string>;
  readonly includes: Set<string>;
  readonly countCalls: CountCalls;
}

export function createCostPlan({
  definitionCount,
  knowsDefinitions,
  maxReads,
  ...facts
}: CostFacts): CostPlan {
  const entries = new Map<string, PlanEntry>();
  let phase = 0;

  function batched(
    name: string,
    template: CallTemplate,
    keys: readonly string[],
    countCalls: CountCalls,
  ): void {
    const key = `${phase}\n${name}`;
    const entry = entries.get(key) ?? { template, keys: new Set(), includes: new Set(), countCalls };
    entries.set(key, entry);
    for (const recordKey of keys) entry.keys.add(recordKey);
    for (const include of template.includes ?? []) entry.includes.add(include);
  }

  const plan = {
    ...facts,
    definitionCount,
    knowsDefinitions,
    once: (key: string, call: CallTemplate, counts: CallCounts) => batched(key, call, [], () => counts),
    perKey: (key: string, call: CallTemplate, keys: readonly string[]) =>
      batched(key, call, keys, ({ length }) => ({ calls: length })),
    batched,
    startPhase() {
      phase += 1;
    },
    forgetDefinitions() {
      plan.definitionCount = null;
      plan.knowsDefinitions = false;
    },
    total() {
      const needed = [...entries.values()].flatMap(
        ({ template, keys, includes, countCalls }): PlannedEntry[] => {
          const { calls, atMost: reads = calls } = countCalls([...keys]);
          const atMost = reads * maxCallsWithIncludes(includes.size);
          // A list without a limit, such as the addresses of a customer, is taken to have at most as many pages as an operation reads.
          const isCapped = isLimited(template) || atMost === Number.POSITIVE_INFINITY;
          return atMost === 0
            ? []
            : [{ template, calls, atMost: isCapped ? Math.min(atMost, maxReads) : atMost }];
        },
      );
      const limited = needed.filter(({ template }) => isLimited(template));
      const unlimited = needed.filter(({ template }) => !isLimited(template));
      return {
        calls: sumOf(needed.map(({ calls }) => calls)),
        atMost:
          sumOf(unlimited.map(({ atMost }) => atMost)) +
          Math.min(sumOf(limited.map(({ atMost }) => atMost)), maxReads),
        usual: sumOf(needed.map(({ calls, template }) => (template.isRare ? 0 : calls))),
        plan: needed.map(({ template, calls, atMost }) => toPlannedCall(template, calls, atMost)),
      };
    },
  };
  return plan;
}

interface PlannedEntry {
  readonly template: CallTemplate;
  readonly calls: number;
  readonly atMost: number;
}

function isLimited({ operation, isOfWrite = false }: CallTemplate): boolean {
  return OPERATIONS[operation].method === 'GET' && !isOfWrite;
}

function toPlannedCall(
  { operation, field, note, items }: CallTemplate,
  calls: number,
  atMost: number,
): PlannedCall {
  const { path } = OPERATIONS[operation];
  return { operation, path, calls, atMost, field, note: note ?? null, ...(items !== undefined && { items }) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
