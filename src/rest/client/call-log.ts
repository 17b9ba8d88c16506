import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallName } from '../errors.ts';
import type { Parameter } from '../wire/query.ts';

/** One REST call of an operation, as `explain` reports it. */
export interface CallLogEntry extends CallName {
  readonly parameters: readonly Parameter[];
  /** The GraphQL field that needed the call first. Null if fields are not tracked. */
  readonly field: string | null;
  /** HTTP status. Null while the call is in flight, and if no response came. */
  readonly status: number | null;
  readonly durationMs: number | null;
  /** Records the end of the call. The status is null if no response came. */
  end(status: number | null, durationMs: number): void;
}

/** What a cache has answered of one read. */
export interface CachedRead extends CallName {
  readonly parameters: readonly Parameter[];
  /** When the oldest part was read from the store, in Unix milliseconds. */
  readonly readAt: number;
  /** Until when it may be given as an answer, in Unix milliseconds. */
  readonly staleUntil: number;
  /** Whether the read needed no call. */
  readonly isComplete: boolean;
  /** Whether it was used, although too old, because the store is down. */
  readonly isStale: boolean;
}

/** Called when a call starts. The function that it returns is called with the status when the call has ended. */
export type OnCallStart = (call: CallName, waitedMs: number) => (status: number | null) => void;

/** Runs a function for the GraphQL field that was resolved when this one was made. */
export type RunForField = <T>(work: () => T) => T;

/** The REST calls of one operation in the order sent, and counts of the calls that it saved. */
export interface CallLog {
  /** UUID of the operation, sent to the store as the correlation id of its calls. Null if it has none. */
  readonly requestId: string | null;
  readonly entries: readonly CallLogEntry[];
  /** Maximum number of reads. Reads that settle a write are not counted. */
  readonly maxReads: number;
  /** Number of reads that the operation may still make. */
  remainingReads(): number;
  countRead(): void;
  /** Undoes `countRead` for a read that another operation has caused. */
  refundRead(): void;
  /** Answers that came from a cache and needed no call. */
  readonly cached: number;
  /** What came from the cache of the store's answers. */
  readonly cachedReads: readonly (CachedRead & { readonly field: string | null })[];
  /** Lookups that were answered by another lookup's call. */
  readonly coalesced: number;
  /** Keeps the field that is being resolved, so calls that are made later are attributed to it. */
  keepField(): RunForField;
  /** Adds a call. @param waitedMs milliseconds that it has waited in the queue */
  start(call: CallName, parameters: readonly Parameter[], waitedMs: number): CallLogEntry;
  /** Removes a call that another operation has caused. */
  remove(entry: CallLogEntry): void;
  /** Adds a call that this operation has caused, although another one made it. */
  adopt(entry: CallLogEntry, parameters: readonly Parameter[]): void;
  countCached(): void;
  addCached(read: CachedRead): void;
  countCoalesced(lookups: number): void;
}

export interface CallLogOptions {
  /** @default none */
  readonly requestId?: string | null;
  /** @default no limit */
  readonly maxReads?: number;
  /** Returns the path of the field that is being resolved. @default fields are not tracked */
  readonly currentField?: () => string | null;
  /** @default no callback */
  readonly onStart?: OnCallStart;
}

const runNow: RunForField = (work) => work();
const isUntracked = () => null;

export function createCallLog({
  requestId = null,
  maxReads = Number.POSITIVE_INFINITY,
  currentField = isUntracked,
  onStart = () => () => {},
}: CallLogOptions = {}): CallLog {
  const entries: CallLogEntry[] = [];
  const cachedReads: (CachedRead & { readonly field: string | null })[] = [];
  let reads = 0;
  // No getters: V8 makes a class of its own for each object that has some, and reads it slowly.
  const log = {
    requestId,
    entries,
    maxReads,
    remainingReads: () => maxReads - reads,
    countRead() {
      reads += 1;
    },
    refundRead() {
      reads -= 1;
    },
    cached: 0,
    cachedReads,
    coalesced: 0,
    // A snapshot of the context costs more than the rest of a load, and is needed only if fields are tracked.
    keepField: currentField === isUntracked ? () => runNow : () => AsyncLocalStorage.snapshot(),
    start(call: CallName, parameters: readonly Parameter[], waitedMs: number) {
      const { operation, method, path } = call;
      const onEnd = onStart(call, waitedMs);
      const entry = {
        operation,
        method,
        path,
        parameters,
        field: currentField(),
        status: null as number | null,
        durationMs: null as number | null,
        end(status: number | null, durationMs: number) {
          entry.status = status;
          entry.durationMs = durationMs;
          onEnd(status);
        },
      };
      entries.push(entry);
      return entry;
    },
    remove(entry: CallLogEntry) {
      const index = entries.indexOf(entry);
      if (index >= 0) entries.splice(index, 1);
    },
    adopt(entry: CallLogEntry, parameters: readonly Parameter[]) {
      entries.push({ ...entry, parameters, field: currentField() });
    },
    countCached() {
      log.cached += 1;
    },
    addCached(read: CachedRead) {
      if (read.isComplete) log.cached += 1;
      cachedReads.push({ ...read, field: currentField() });
    },
    countCoalesced(lookups: number) {
      log.coalesced += lookups;
    },
  };
  return log;
}

/** Parameters whose values are not personal data: numbers, enumerations, dates. */
const NOT_PERSONAL =
  /^(page|limit|include|sort|direction|field_type|date_\w+|(customer_|attribute_|address_)?id|customer_group_id)(:\w+)?$/;

/** The query string of a call for display. Values that may be personal data are replaced by `…`. */
export function redactedQuery({ parameters }: Pick<CallLogEntry, 'parameters'>): string {
  return parameters.map(([name, value]) => `${name}=${NOT_PERSONAL.test(name) ? value : '…'}`).join('&');
}
