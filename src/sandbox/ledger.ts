export type EntityKind =
  | 'customer'
  | 'address'
  | 'attribute'
  | 'attribute-value'
  | 'form-field-value'
  | 'consent'
  | 'metafield'
  | 'settings';

/** One thing that a write did to one record. */
export interface Change {
  readonly kind: EntityKind;
  readonly id: number;
  /** What tells the record apart without its id: an e-mail address, a pair of ids, a namespace and a key. */
  readonly key: string;
  /** `unchanged`: the write was accepted and did nothing, as for a duplicate address. */
  readonly change: 'created' | 'updated' | 'deleted' | 'unchanged';
}

/** A change that was committed, whatever the caller was told about it. */
export interface LedgerEntry extends Change {
  /** Counts committed changes from 1, without gaps. */
  readonly seq: number;
  readonly operationId: string;
  /** Milliseconds of the sandbox's clock. */
  readonly at: number;
}

export interface Ledger {
  /** Every committed change, oldest first. */
  list(): readonly LedgerEntry[];
  clear(): void;
}

/** What a webhook would tell about a change. */
export interface StoreEvent {
  readonly scope: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The changes of one write, held back until it is committed. */
export interface Changes {
  record(change: Change): void;
  announce(event: StoreEvent): void;
  /** Runs the work; forgets what it recorded when it throws. */
  nested<T>(work: () => T): T;
  readonly recorded: readonly Change[];
  readonly announced: readonly StoreEvent[];
}

export interface LedgerBook extends Ledger {
  append(operationId: string, at: number, changes: readonly Change[]): void;
}

export function createLedger(): LedgerBook {
  let entries: LedgerEntry[] = [];
  return Object.freeze({
    list: () => [...entries],
    clear() {
      entries = [];
    },
    append(operationId: string, at: number, changes: readonly Change[]) {
      for (const change of changes) entries.push({ seq: entries.length + 1, operationId, ...change, at });
    },
  });
}

export function createChanges(): Changes {
  const recorded: Change[] = [];
  const announced: StoreEvent[] = [];
  return Object.freeze({
    recorded,
    announced,
    record: (change: Change) => void recorded.push(change),
    announce: (event: StoreEvent) => void announced.push(event),
    nested<T>(work: () => T): T {
      const before = [recorded.length, announced.length] as const;
      try {
        return work();
      } catch (reason) {
        recorded.length = before[0];
        announced.length = before[1];
        throw reason;
      }
    },
  });
}
