import { type Chance, createChance } from '../../src/sandbox/chance.ts';
import type { LedgerEntry } from '../../src/sandbox/index.ts';

export type Outcome =
  | 'CREATED'
  | 'UPDATED'
  | 'UNCHANGED'
  | 'DELETED'
  | 'FAILED'
  | 'UNKNOWN'
  | 'NOT_ATTEMPTED';

/** A record of the store that one caller writes to, with what is known of it in the store's own words. */
export interface Owned {
  readonly id: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One caller: chance of its own, and records that no other caller writes to. */
export interface Caller {
  readonly chance: Chance;
  readonly customers: Owned[];
  readonly addresses: Owned[];
}

/** What a later read asks, and what it means that its answer holds the item. */
export interface Probe {
  readonly query: string;
  readonly variables: object;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the answer follows from the query
  readonly isDone: (data: any) => boolean;
}

/** One item of a write: what is sent, and how ledger and store show whether it was done. */
export interface Item {
  readonly input: unknown;
  /** How the ledger names what this item does, and nothing else does. */
  readonly trace: string;
  /** What the record in the result must show. */
  readonly shows: Readonly<Record<string, unknown>>;
  /** `refused` cannot be done, whatever happens; `twin` asks for what stands there already. */
  readonly nature: 'possible' | 'refused' | 'twin';
  readonly probe: Probe;
  /** Takes note that it was done. */
  readonly done: (entityId: number) => void;
  /** Takes note that it was not. */
  readonly undone?: () => void;
  /** Takes note that its caller cannot know: what it is about is left alone from now on. */
  readonly doubted: () => void;
}

/** One kind of write. */
export interface Kind {
  readonly mutation: string;
  /** The name of the list in the input. */
  readonly list: string;
  /** What is selected of each result beside its index, outcome and errors. */
  readonly selection: string;
  /** What the result calls the record; null where the result itself holds the id. */
  readonly record: string | null;
  /** The outcome of an item that was done. */
  readonly outcome: Outcome;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Makes an item; null where the caller has nothing that could be written to. */
  readonly make: (world: World, caller: Caller) => Item | null;
}

/** What must stand in the store at the end. */
export interface Expectation {
  /** The collection that lists it: `/customers`. */
  readonly path: string;
  readonly id: number;
  /** Null: it must not be there. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** What all callers know together. */
export interface World {
  readonly callers: readonly Caller[];
  /** E-mail addresses of customers whom nobody touches. */
  readonly taken: readonly string[];
  /** A word that stands nowhere else. */
  readonly word: () => string;
  readonly expect: (expectation: Expectation) => void;
  /** Nothing certain can be said of it any more. */
  readonly forget: (path: string, id: number) => void;
  readonly expectations: () => readonly Expectation[];
}

export interface WorldOptions {
  readonly seed: number;
  readonly callers: number;
  /** Customers that the store has at the start. */
  readonly customers: readonly { readonly id: number; readonly email: string }[];
}

/** The first customers are left alone, so that their e-mail addresses stay taken. */
const UNTOUCHED = 20;

export function createWorld({ seed, callers, customers }: WorldOptions): World {
  const expected = new Map<string, Expectation>();
  const touched = customers.slice(UNTOUCHED);
  let words = 0;
  return {
    callers: Array.from({ length: callers }, (_, place) => ({
      chance: createChance(seed, place),
      customers: touched
        .filter(({ id }) => id % callers === place)
        .map(({ id, email }) => ({ id, fields: { email } })),
      addresses: [],
    })),
    taken: customers.slice(0, UNTOUCHED).map(({ email }) => email),
    word() {
      words += 1;
      return `w${seed}x${words}`;
    },
    expect: (expectation) => void expected.set(`${expectation.path} ${expectation.id}`, expectation),
    forget: (path, id) => void expected.delete(`${path} ${id}`),
    expectations: () => [...expected.values()],
  };
}

/** Takes a record out of those that may be written to, so that no other item of a write is about it. */
export function takeOne(chance: Chance, records: Owned[]): Owned | null {
  if (records.length === 0) return null;
  const [record] = records.splice(chance.between(0, records.length - 1), 1);
  return record ?? null;
}

/** How an entry of the ledger is traced back to the item behind it. */
export function traceOf({ operationId, kind, id, key, change }: LedgerEntry): string {
  return change === 'deleted' ? deletionOf(operationId, kind, id) : `${kind} ${key} ${change}`;
}

/** The operation is named, since with a customer goes all that the customer has. */
export function deletionOf(operationId: string, kind: LedgerEntry['kind'], id: number): string {
  return `${operationId} ${kind} #${id}`;
}

/** Takes out the record with this id, if it is there. */
export function leaveAlone(records: Owned[], id: number): void {
  const place = records.findIndex((record) => record.id === id);
  if (place >= 0) records.splice(place, 1);
}
