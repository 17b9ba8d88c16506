import type { LedgerEntry } from '../../../src/sandbox/index.ts';
import { createRandom, type Random } from '../../../src/sandbox/random.ts';
import type { Mutation } from '../../support/mutations.ts';
import { type Spelling, spellingOf } from './spelling.ts';

export type Outcome =
  | 'CREATED'
  | 'UPDATED'
  | 'UNCHANGED'
  | 'DELETED'
  | 'FAILED'
  | 'UNKNOWN'
  | 'NOT_ATTEMPTED';

/** Fields of a record in the REST format. */
export type RecordFields = Readonly<Record<string, unknown>>;

/** A record that only one caller writes to, with its known fields. */
export interface OwnedRecord {
  readonly id: number;
  /** The customer that owns the record: deleting the customer deletes it. Null if there is none. */
  readonly customerId: number | null;
  readonly fields: RecordFields;
}

/** One caller, with its own random numbers and records that no other caller writes to. */
export interface SimulatedCaller {
  readonly index: number;
  readonly chance: Random;
  /** Its records in a collection of the store: `/customers`. */
  readonly owned: (path: string) => OwnedRecord[];
}

/** A later read that shows whether an item was done. */
export interface Probe {
  readonly query: string;
  readonly variables: object;
  // biome-ignore lint/suspicious/noExplicitAny: the type of the data depends on the query
  readonly isDone: (data: any) => boolean;
}

/** Called with the result of an item. */
export interface ItemCallbacks {
  /** Called if the item was done. */
  readonly onDone: (entityId: number) => void;
  /** Called if the item was not done. */
  readonly onNotDone?: () => void;
  /** Called if the result is unknown. No later item uses the records concerned. */
  readonly onUnknown: () => void;
}

/** One item of a write, and how the ledger and the store show whether it was done. */
export interface WriteItem extends ItemCallbacks {
  readonly input: unknown;
  /** The ledger entry that only this item can cause. Null if the ledger has no unique entry. */
  readonly ledgerTrace: string | null;
  /** The outcome if the item was done. @default that of the kind */
  readonly outcome?: Outcome;
  /** Required fields of the record in the result. */
  readonly expectedFields: Readonly<Record<string, unknown>>;
  /**
   * `refused`: the store always rejects it. `twin`: an equal record exists already, which the store does not store twice.
   * `same`: the record has these values already.
   */
  readonly expectation: 'possible' | 'refused' | 'twin' | 'same';
  /** Null if no read can show whether the item was done. */
  readonly probe: Probe | null;
  /** What belongs to the item and has results of its own, in the order of its `parts`. @default nothing */
  readonly parts?: readonly WriteItem[];
}

/** One kind of write. */
export interface MutationGenerator extends Mutation {
  /** Selection on each result, in addition to outcome and errors. */
  readonly selection: string;
  /** Fields of the input beside the list. @default none */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Relative frequency. */
  readonly weight: number;
  /** Makes an item. Null if the caller has no suitable record. */
  readonly generate: (world: SimulationState, caller: SimulatedCaller) => WriteItem | null;
}

/** A kind of write of shoppers, on the records of one customer. */
export interface ShopperMutationGenerator extends Omit<MutationGenerator, 'generate'> {
  /** The id of the customer whose shopper sends the next mutation. Null if the caller has no suitable one. */
  readonly pickShopper: (caller: SimulatedCaller) => number | null;
  readonly generate: (
    world: SimulationState,
    caller: SimulatedCaller,
    customerId: number,
  ) => WriteItem | null;
}

export type AnyMutationGenerator = MutationGenerator | ShopperMutationGenerator;

/** The expected state of a record at the end of the run. */
export interface ExpectedRecord {
  /** The mutation that was done last. */
  readonly mutation: string;
  /** Path of its collection: `/customers`. */
  readonly path: string;
  readonly id: number;
  readonly customerId: number | null;
  /** Null if the record must not exist. */
  readonly fields: RecordFields | null;
}

/** The state that all callers share. */
export interface SimulationState {
  readonly callers: readonly SimulatedCaller[];
  /** How the store spells what it is sent. */
  readonly spell: Spelling;
  /** Whether that is another spelling. */
  readonly respells: boolean;
  /** E-mail addresses that are taken on every channel, of customers that no caller changes. */
  readonly takenEmails: readonly string[];
  /** Addresses that no caller changes. */
  readonly unchangedAddresses: readonly OwnedRecord[];
  /** Attributes that no caller changes. */
  readonly attributes: readonly number[];
  /** Names the mutation whose results are entered next. */
  readonly noteMutation: (mutation: string) => void;
  /** A unique word. */
  readonly uniqueWord: () => string;
  /** Whether this is the first call with this key. Used for changes that the ledger cannot distinguish. */
  readonly isFirst: (what: string) => boolean;
  /** Sets the expected state of a record, and makes it available to its caller. */
  readonly expectRecord: (caller: SimulatedCaller, path: string, record: OwnedRecord) => void;
  /** Expects a record, and the records that it owns, to be deleted. */
  readonly expectDeleted: (path: string, record: Pick<OwnedRecord, 'id' | 'customerId'>) => void;
  /** Removes a record from the expectations, and prevents deletion of the customer that owns it. */
  readonly forget: (
    caller: SimulatedCaller,
    path: string,
    record: Pick<OwnedRecord, 'id' | 'customerId'>,
  ) => void;
  readonly expectations: () => readonly ExpectedRecord[];
}

export interface SimulationOptions {
  readonly seed: number;
  readonly callers: number;
  /** @default false */
  readonly respells?: boolean;
  /** Initial customers of the store. */
  readonly customers: readonly {
    readonly id: number;
    readonly email: string;
    readonly isOnEveryChannel: boolean;
  }[];
  /** Initial addresses of the store, in the REST format. */
  readonly addresses: readonly RecordFields[];
  readonly attributes: readonly number[];
}

export const CUSTOMERS = '/customers';
export const ADDRESSES = '/customers/addresses';
/** Higher than the id of any record. */
export const UNKNOWN_ID = 2_000_000_000;
/** Number of customers that are never changed, so their e-mail addresses stay taken. */
const UNCHANGED_CUSTOMERS = 20;

export function createSimulation({
  seed,
  callers: count,
  respells = false,
  customers,
  addresses,
  attributes,
}: SimulationOptions): SimulationState {
  const expected = new Map<string, ExpectedRecord>();
  const callers = Array.from({ length: count }, (_, place) => createCaller(seed, place));
  for (const { id, email } of customers.slice(UNCHANGED_CUSTOMERS))
    callers[id % count]?.owned(CUSTOMERS).push({ id, customerId: null, fields: { email } });
  const seen = new Set<string>();
  let words = 0;
  let mutation = '';
  const unchanged = customers.slice(0, UNCHANGED_CUSTOMERS);
  const unchangedIds = new Set(unchanged.map(({ id }) => id));

  const expect = (expectation: Omit<ExpectedRecord, 'mutation'>) =>
    void expected.set(`${expectation.path} ${expectation.id}`, { mutation, ...expectation });
  const belonging = (path: string, id: number) =>
    path === CUSTOMERS ? [...expected.values()].filter(({ customerId }) => customerId === id) : [];

  return {
    callers,
    spell: spellingOf(respells),
    respells,
    // On a store with an e-mail address per channel, that of a customer on some channels is free on the others.
    takenEmails: unchanged.flatMap(({ email, isOnEveryChannel }) => (isOnEveryChannel ? [email] : [])),
    unchangedAddresses: addresses.flatMap((fields) =>
      unchangedIds.has(Number(fields.customer_id))
        ? [{ id: Number(fields.id), customerId: Number(fields.customer_id), fields }]
        : [],
    ),
    attributes,
    noteMutation(name) {
      mutation = name;
    },
    uniqueWord() {
      words += 1;
      return `w${seed}x${words}`;
    },
    isFirst(what) {
      const isNew = !seen.has(what);
      seen.add(what);
      return isNew;
    },
    expectRecord(caller, path, record) {
      caller.owned(path).push(record);
      expect({ path, ...record });
    },
    expectDeleted(path, { id, customerId }) {
      for (const each of [{ path, id, customerId }, ...belonging(path, id)])
        expect({ path: each.path, id: each.id, customerId: each.customerId, fields: null });
    },
    forget(caller, path, { id, customerId }) {
      expected.delete(`${path} ${id}`);
      for (const each of belonging(path, id)) expected.delete(`${each.path} ${each.id}`);
      if (customerId !== null) removeById(caller.owned(CUSTOMERS), customerId);
    },
    expectations: () => [...expected.values()],
  };
}

function createCaller(seed: number, index: number): SimulatedCaller {
  const records = new Map<string, OwnedRecord[]>();
  return {
    index,
    chance: createRandom(seed, index),
    owned(path) {
      const known = records.get(path) ?? [];
      records.set(path, known);
      return known;
    },
  };
}

/** One of the caller's records. Null if there is none. */
export function pickOne({ chance, owned }: SimulatedCaller, path: string): OwnedRecord | null {
  const records = owned(path);
  return records.length === 0 ? null : (records[chance.integer(0, records.length - 1)] ?? null);
}

/** Removes a random record from the caller's records, so no other item uses it. Null if there is none. */
export function takeOne({ chance, owned }: SimulatedCaller, path: string): OwnedRecord | null {
  const records = owned(path);
  if (records.length === 0) return null;
  const [record] = records.splice(chance.integer(0, records.length - 1), 1);
  return record ?? null;
}

/** The kind that an operation targets, for operations that also delete records of other kinds. */
const TARGET_KINDS: Readonly<Record<string, LedgerEntry['kind']>> = {
  deleteCustomers: 'customer',
  deleteCustomersAddresses: 'address',
  deleteCustomersAttributes: 'attribute',
};

/** The trace of a ledger entry, to be compared with the traces of items. */
export function traceOf({ operationId, kind, id, key, change }: LedgerEntry): string {
  if (change !== 'deleted') return `${kind} ${key} ${change}`;
  const isMeant = (TARGET_KINDS[operationId] ?? kind) === kind;
  return isMeant ? deletionTrace(kind, id) : `${kind} #${id} gone with its owner`;
}

export function deletionTrace(kind: LedgerEntry['kind'], id: number): string {
  return `${kind} #${id} deleted`;
}

/** The deletion of a record that never existed. @param input how the mutation names it */
export function refusedDeletion(kind: LedgerEntry['kind'], id: number, input: unknown = id): WriteItem {
  return {
    input,
    ledgerTrace: deletionTrace(kind, id),
    expectedFields: {},
    expectation: 'refused',
    probe: null,
    onDone: () => {},
    onUnknown: () => {},
  };
}

/** Removes the record with this id, if there is one. */
export function removeById(records: OwnedRecord[], id: number): void {
  const place = records.findIndex((record) => record.id === id);
  if (place >= 0) records.splice(place, 1);
}
