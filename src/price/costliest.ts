import type { PlannedRead } from './tab.ts';

/** What one field of an operation costs. */
export interface FieldPrice {
  readonly field: string;
  /** REST calls of all reads and writes that it needs. */
  readonly price: number;
  /** Items that it writes; 0 for what is no write of a list. */
  readonly items: number;
}

/** The field of a plan that costs the most; null where nothing is planned. */
export function costliestOf(plan: readonly PlannedRead[]): FieldPrice | null {
  const fields = [...Map.groupBy(plan, ({ field }) => field)].map(([field, orders]) => ({
    field,
    price: orders.reduce((sum, { calls }) => sum + calls, 0),
    items: orders.find(({ items }) => items !== undefined)?.items ?? 0,
  }));
  return fields.toSorted((one, other) => other.price - one.price)[0] ?? null;
}
