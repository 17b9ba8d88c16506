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
  /** The customer with whom it goes; null for what is no customer's. */
  readonly customerId: number | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One caller: chance of its own, and records that no other caller writes to. */
export interface Caller {
  readonly place: number;
  readonly chance: Chance;
  /** Its records in a collection of the store: `/customers`. */
  readonly owned: (path: string) => Owned[];
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
  /** How the ledger names what this item does, and nothing else does; null where it does not tell. */
  readonly trace: string | null;
  /** The outcome where it was done, if it is not that of the kind. */
  readonly outcome?: Outcome;
  /** What the record in the result must show. */
  readonly shows: Readonly<Record<string, unknown>>;
  /** `refused` cannot be done, whatever happens; `twin` asks for what stands there already. */
  readonly nature: 'possible' | 'refused' | 'twin';
  /** Null where no read can tell. */
  readonly probe: Probe | null;
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
  /** The name of the list in the input; null where there is one item, which is the input. */
  readonly list: string | null;
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
  readonly customerId: number | null;
  /** Null: it must not be there. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** What all callers know together. */
export interface World {
  readonly callers: readonly Caller[];
  /** E-mail addresses of customers whom nobody touches. */
  readonly taken: readonly string[];
  /** Attributes that nobody changes. */
  readonly attributes: readonly number[];
  /** A word that stands nowhere else. */
  readonly word: () => string;
  /** Whether this is said for the first time: what the ledger does not tell apart is done once. */
  readonly isFirst: (what: string) => boolean;
  /** Takes note of what stands in the store, whose record it is, and that it may be written to again. */
  readonly keep: (caller: Caller, path: string, record: Owned) => void;
  /** Takes note that it does not stand there any more, nor what went with it. */
  readonly drop: (path: string, record: Pick<Owned, 'id' | 'customerId'>) => void;
  /** Nothing certain can be said of it any more, and nobody shall delete the customer with whom it would go. */
  readonly doubt: (caller: Caller, path: string, record: Pick<Owned, 'id' | 'customerId'>) => void;
  readonly expectations: () => readonly Expectation[];
}

export interface WorldOptions {
  readonly seed: number;
  readonly callers: number;
  /** Customers that the store has at the start. */
  readonly customers: readonly { readonly id: number; readonly email: string }[];
  readonly attributes: readonly number[];
}

export const CUSTOMERS = '/customers';
/** The first customers are left alone, so that their e-mail addresses stay taken. */
const UNTOUCHED = 20;

export function createWorld({ seed, callers: count, customers, attributes }: WorldOptions): World {
  const expected = new Map<string, Expectation>();
  const callers = Array.from({ length: count }, (_, place) => createCaller(seed, place));
  for (const { id, email } of customers.slice(UNTOUCHED))
    callers[id % count]?.owned(CUSTOMERS).push({ id, customerId: null, fields: { email } });
  const said = new Set<string>();
  let words = 0;

  const expect = (expectation: Expectation) =>
    void expected.set(`${expectation.path} ${expectation.id}`, expectation);
  const belonging = (path: string, id: number) =>
    path === CUSTOMERS ? [...expected.values()].filter(({ customerId }) => customerId === id) : [];

  return {
    callers,
    taken: customers.slice(0, UNTOUCHED).map(({ email }) => email),
    attributes,
    word() {
      words += 1;
      return `w${seed}x${words}`;
    },
    isFirst(what) {
      const isNew = !said.has(what);
      said.add(what);
      return isNew;
    },
    keep(caller, path, record) {
      caller.owned(path).push(record);
      expect({ path, ...record });
    },
    drop(path, { id, customerId }) {
      for (const each of [{ path, id, customerId }, ...belonging(path, id)])
        expect({ ...each, fields: null });
    },
    doubt(caller, path, { id, customerId }) {
      expected.delete(`${path} ${id}`);
      for (const each of belonging(path, id)) expected.delete(`${each.path} ${each.id}`);
      if (customerId !== null) leaveAlone(caller.owned(CUSTOMERS), customerId);
    },
    expectations: () => [...expected.values()],
  };
}

function createCaller(seed: number, place: number): Caller {
  const records = new Map<string, Owned[]>();
  return {
    place,
    chance: createChance(seed, place),
    owned(path) {
      const known = records.get(path) ?? [];
      records.set(path, known);
      return known;
    },
  };
}

/** One of the caller's records; null where it has none. */
export function pickOne({ chance, owned }: Caller, path: string): Owned | null {
  const records = owned(path);
  return records.length === 0 ? null : (records[chance.between(0, records.length - 1)] ?? null);
}

/** Takes a record out of those that may be written to, so that no other item of a write is about it. */
export function takeOne({ chance, owned }: Caller, path: string): Owned | null {
  const records = owned(path);
  if (records.length === 0) return null;
  const [record] = records.splice(chance.between(0, records.length - 1), 1);
  return record ?? null;
}

/** What the operations delete that delete more than one kind of record. */
const MEANT: Readonly<Record<string, LedgerEntry['kind']>> = {
  deleteCustomers: 'customer',
  deleteCustomersAddresses: 'address',
  deleteCustomersAttributes: 'attribute',
};

/** How an entry of the ledger is traced back to the item behind it. */
export function traceOf({ operationId, kind, id, key, change }: LedgerEntry): string {
  if (change !== 'deleted') return `${kind} ${key} ${change}`;
  const isMeant = (MEANT[operationId] ?? kind) === kind;
  return isMeant ? deletionOf(kind, id) : `${kind} #${id} gone with its owner`;
}

export function deletionOf(kind: LedgerEntry['kind'], id: number): string {
  return `${kind} #${id} deleted`;
}

/** Takes out the record with this id, if it is there. */
export function leaveAlone(records: Owned[], id: number): void {
  const place = records.findIndex((record) => record.id === id);
  if (place >= 0) records.splice(place, 1);
}
