export type EntityKind =
  | 'customer'
  | 'address'
  | 'attribute'
  | 'attribute-value'
  | 'form-field-value'
  | 'consent'
  | 'metafield'
  | 'settings';

/** A change of one record by a write. */
export interface Change {
  readonly kind: EntityKind;
  readonly id: number;
  /** The natural key of the record: an email address, a pair of ids, a namespace and a key. */
  readonly key: string;
  /** `unchanged`: the write succeeded without effect, for example a duplicate address. */
  readonly change: 'created' | 'updated' | 'deleted' | 'unchanged';
}

/** A committed change, whatever the response said. */
export interface LedgerEntry extends Change {
  /** Counts committed changes from 1, without gaps. */
  readonly seq: number;
  readonly operationId: string;
  /** The sandbox's clock, in milliseconds. */
  readonly at: number;
}

export interface Ledger {
  /** Every committed change, oldest first. */
  list(): readonly LedgerEntry[];
  clear(): void;
}

/** The event that webhooks send for a change. */
export interface StoreEvent {
  readonly scope: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Buffers the changes and events of one write until its commit. */
export interface ChangeBuffer {
  record(change: Change): void;
  publish(event: StoreEvent): void;
  /** Runs the work. Discards what it recorded if it throws. */
  savepoint<T>(work: () => T): T;
  readonly recorded: readonly Change[];
  readonly published: readonly StoreEvent[];
}

export interface LedgerWriter extends Ledger {
  append(operationId: string, at: number, changes: readonly Change[]): void;
}

export function createLedger(): LedgerWriter {
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

export function createChangeBuffer(): ChangeBuffer {
  const recorded: Change[] = [];
  const published: StoreEvent[] = [];
  return Object.freeze({
    recorded,
    published,
    record: (change: Change) => void recorded.push(change),
    publish: (event: StoreEvent) => void published.push(event),
    savepoint<T>(work: () => T): T {
      const before = [recorded.length, published.length] as const;
      try {
        return work();
      } catch (reason) {
        recorded.length = before[0];
        published.length = before[1];
        throw reason;
      }
    },
  });
}
