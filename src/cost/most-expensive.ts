import type { PlannedCall } from './plan.ts';

/** The estimated cost of one field of an operation. */
export interface FieldCost {
  readonly field: string;
  /** REST calls of all reads and writes of the field. */
  readonly cost: number;
  /** Items that the field writes; 0 if it is not a mutation of a list. */
  readonly items: number;
}

/** The field of a plan that costs the most calls. Null if the plan is empty. */
export function mostExpensive(plan: readonly PlannedCall[]): FieldCost | null {
  const fields = [...Map.groupBy(plan, ({ field }) => field)].map(
    ([field, planned]): FieldCost => ({
      field,
      cost: planned.reduce((sum, { calls }) => sum + calls, 0),
      items: planned.find(({ items }) => items !== undefined)?.items ?? 0,
    }),
  );
  return fields.toSorted((one, other) => other.cost - one.cost)[0] ?? null;
}
