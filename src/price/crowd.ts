import type { Caller } from '../access/caller.ts';
import type { Tab } from './tab.ts';

/** The set of records that one level of an operation selects, as far as it is known before execution. */
export interface Crowd {
  /** Identifies the set: equal sets have equal keys. */
  readonly name: string;
  readonly size: number;
  /** A key for each record, if the records are known. The same record may be a member of several sets. */
  readonly members?: readonly string[];
  /** Whether the records are customers, or belong to customers that are read anyway. */
  readonly ofCustomers: boolean;
  /** The read that precedes a read of their customers: records that arrive by one read can be batched further. */
  readonly after: string;
  /** Whether each record arrives by a call of its own. Calls that depend on them may then not be batched. */
  readonly oneByOne: boolean;
  /** The records of each type, if a level mixes types. */
  readonly byType?: Readonly<Record<string, Crowd>>;
}

/** The root of an operation. */
export const START: Crowd = { name: '', size: 1, ofCustomers: false, after: '', oneByOne: false };

/** Customers that are read from the root. */
export const CUSTOMERS: Crowd = { ...START, ofCustomers: true };

export interface RuleInput {
  readonly args: Readonly<Record<string, unknown>>;
  /** The records that the field is selected on. */
  readonly crowd: Crowd;
  readonly tab: Tab;
  /** Response path of the field: `customers.nodes.consent`. */
  readonly path: string;
  /** Whether the selection set of the field contains this subfield. */
  readonly wants: (field: string) => boolean;
  /** Whether the attribute definitions are cached. */
  readonly knowsDefinitions: boolean;
  readonly caller: Caller;
}

/** Adds the calls of a field to the plan, and returns the records that its subfields are selected on. */
export type Rule = (input: RuleInput) => Crowd;

/** A key for each record, so a record that is selected twice is counted once. */
export function namesOf({ name, size, members }: Crowd): readonly string[] {
  return members ?? Array.from({ length: size }, (_, i) => `${name} ${i}`);
}

/** The fields of an argument that is an object. Empty for any other value. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
