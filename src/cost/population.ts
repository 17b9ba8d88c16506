import type { Caller } from '../access/caller.ts';
import type { OperationId } from '../rest/operations.ts';
import type { CostPlan } from './plan.ts';

/** The set of records that one level of an operation selects, as far as it is known before execution. */
export interface Population {
  /** Identifies the set: equal sets have equal keys. */
  readonly key: string;
  readonly size: number;
  /** A key for each record, if the records are known. The same record may be a member of several sets. */
  readonly members?: readonly string[];
  /** Whether the records are customers, or belong to customers that are read anyway. */
  readonly ofCustomers: boolean;
  /** The read that precedes a read of their customers: records that arrive by one read can be batched further. */
  readonly after: string;
  /** Whether each record arrives by a call of its own. Calls that depend on them may then not be batched. */
  readonly unbatched: boolean;
  /** Whether the records come from the response to a write, which lacks their optional parts. */
  readonly isWritten: boolean;
  /** Number of parts of a written record on average, if each has a result of its own. */
  readonly partsEach?: number;
  /** The records of each type, if a level mixes types. */
  readonly byType?: Readonly<Record<string, Population>>;
}

/** The root of an operation. */
export const ROOT: Population = {
  key: '',
  size: 1,
  ofCustomers: false,
  after: '',
  unbatched: false,
  isWritten: false,
};

/** Customers that are read from the root. */
export const CUSTOMERS: Population = { ...ROOT, ofCustomers: true };

export interface RuleInput {
  readonly args: Readonly<Record<string, unknown>>;
  /** The records that the field is selected on. */
  readonly population: Population;
  readonly plan: CostPlan;
  /** Response path of the field: `customers.nodes.consent`. */
  readonly path: string;
  /** The selection set of the field. */
  readonly selection: {
    /** Whether it contains this field directly. */
    has(field: string): boolean;
    /** The optional parts of records of these types that are selected at any depth. */
    includes<P extends string>(...types: readonly string[]): ReadonlySet<P>;
  };
  readonly caller: Caller;
}

/** Adds the calls of a field to the plan, and returns the records that its subfields are selected on. */
export type CostRule = (input: RuleInput) => Population;

/** What a field costs. Its description states the summary, and estimates use the rule. */
export interface FieldCost {
  /** The REST operations behind the field. */
  readonly operations: readonly OperationId[];
  /** Cost in REST calls, in words, without a final full stop. */
  readonly summary: string;
  readonly rule: CostRule;
}

/** The optional parts of customers and addresses that a field selects, at any depth. */
export function includesOf({ selection }: RuleInput): ReadonlySet<string> {
  return selection.includes('Customer', 'CustomerAddress');
}

/** A key for each record, so a record that is selected twice is counted once. */
export function keysOf({ key, size, members }: Population): readonly string[] {
  return members ?? Array.from({ length: size }, (_, i) => `${key} ${i}`);
}

/** The fields of an argument that is an object. Empty for any other value. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
