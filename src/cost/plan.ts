import { OPERATIONS, type OperationId } from '../rest/operations.ts';

/** The calls of one kind that an operation may make. */
export interface PlannedCall {
  readonly operation: string;
  readonly path: string;
  /** Maximum number of REST calls, if the condition in the note holds. */
  readonly calls: number;
  /** Response path of the first field that needs the calls. */
  readonly field: string;
  /** The assumption behind the number, or the condition under which the calls are made. */
  readonly note: string | null;
  /** Number of items that the mutation writes. */
  readonly items?: number;
}

/** A planned call whose number of calls is not yet known. */
export type CallTemplate = Omit<PlannedCall, 'calls' | 'note'> & { readonly note?: string };

/** A call of a REST operation, and the response path of the field that needs it. */
export function callTemplate(operation: OperationId, field: string, note?: string): CallTemplate {
  return { operation, path: OPERATIONS[operation].path, field, ...(note !== undefined && { note }) };
}

/** The calls that an operation has planned so far. Calls that are planned twice under one key count once. */
export interface CostPlan {
  /** Plans calls that all fields with this key share. */
  once(key: string, read: CallTemplate, calls: number): void;
  /** Plans one call for each record key. */
  perKey(key: string, read: CallTemplate, keys: readonly string[]): void;
  /** Plans batched calls for these record keys. `callsFor` gets the keys of all fields and returns the number of calls. */
  batched(key: string, read: CallTemplate, keys: readonly string[], callsFor: CountCalls): void;
  /** Totals all planned calls; batch sizes are known only then. */
  total(): { readonly calls: number; readonly plan: readonly PlannedCall[] };
}

type CountCalls = (keys: readonly string[]) => number;

interface PlanEntry {
  readonly template: CallTemplate;
  readonly keys: Set<string>;
  readonly callsFor: CountCalls;
}

export function createCostPlan(): CostPlan {
  const entries = new Map<string, PlanEntry>();

  function batched(key: string, template: CallTemplate, keys: readonly string[], callsFor: CountCalls): void {
    const entry = entries.get(key) ?? { template, keys: new Set(), callsFor };
    entries.set(key, entry);
    for (const recordKey of keys) entry.keys.add(recordKey);
  }

  return {
    once: (key, read, calls) => batched(key, read, [], () => calls),
    perKey: (key, read, keys) => batched(key, read, keys, ({ length }) => length),
    batched,
    total() {
      const plan = [...entries.values()].map(({ template, keys, callsFor }) => ({
        ...template,
        calls: callsFor([...keys]),
        note: template.note ?? null,
      }));
      const needed = plan.filter(({ calls }) => calls > 0);
      return { calls: needed.reduce((sum, { calls }) => sum + calls, 0), plan: needed };
    },
  };
}
