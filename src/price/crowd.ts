import type { Caller } from '../access/caller.ts';
import type { Tab } from './tab.ts';

/** Records that a level of an operation stands for. */
export interface Crowd {
  /** The same crowd, however often it is met, has the same name. */
  readonly name: string;
  readonly size: number;
  /** Who they are, where that is known: each of them may be met in other crowds too. */
  readonly members?: readonly string[];
  /** Whether they are customers, or belong to customers, who are being read anyway. */
  readonly ofCustomers: boolean;
  /** The read that has to come before their customers are asked for: what comes by one read can go on together. */
  readonly after: string;
  /** Whether each of them comes by a call of its own, so that what it goes on to may find nobody to share with. */
  readonly oneByOne: boolean;
  /** Those of each type, where a level mixes types. */
  readonly byType?: Readonly<Record<string, Crowd>>;
}

/** Where an operation begins. */
export const START: Crowd = { name: '', size: 1, ofCustomers: false, after: '', oneByOne: false };

/** Customers who are asked for at once. */
export const CUSTOMERS: Crowd = { ...START, ofCustomers: true };

export interface RuleInput {
  readonly args: Readonly<Record<string, unknown>>;
  /** Whose field it is. */
  readonly crowd: Crowd;
  readonly tab: Tab;
  /** Where the field stands in the operation: `customers.nodes.consent`. */
  readonly path: string;
  /** Whether the field's own selection has this subfield. */
  readonly wants: (field: string) => boolean;
  /** Whether the attribute definitions are at hand. */
  readonly knowsDefinitions: boolean;
  readonly caller: Caller;
}

/** Orders what a field needs, and says what its subfields are fields of. */
export type Rule = (input: RuleInput) => Crowd;

/** A name for each: the same record must not be counted twice, and different ones must. */
export function namesOf({ name, size, members }: Crowd): readonly string[] {
  return members ?? Array.from({ length: size }, (_, i) => `${name} ${i}`);
}

/** The fields of an argument that is an object; none of anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
