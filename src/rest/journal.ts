import type { CallName } from './failure.ts';
import type { Parameter } from './query.ts';

/** One REST call of an operation, as its explanation shows it. */
export interface JournalEntry extends CallName {
  readonly parameters: readonly Parameter[];
  /** The field that needed it first. Null where nobody keeps track. */
  readonly field: string | null;
  /** Null while it is in flight, and where no answer came. */
  readonly status: number | null;
  readonly durationMs: number | null;
  /** To be told how the call ended; the status is null where no answer came. */
  end(status: number | null, durationMs: number): void;
}

/** Told of each call when it begins; what it answers is told the status when the call has ended. */
export type OnBegin = (call: CallName, waitedMs: number) => (status: number | null) => void;

/** The REST calls of one operation, in the order in which they were sent, and those that it did not need. */
export interface Journal {
  /** UUID of the operation, under which the store finds calls that belong together. Null where it has none. */
  readonly requestId: string | null;
  readonly entries: readonly JournalEntry[];
  /** Calls that may be made for reads at the most. What settles a write is not counted. */
  readonly maxReads: number;
  /** Answers that were kept from before, so that no call was made. */
  readonly cached: number;
  /** Look-ups that another look-up's call answered too. */
  readonly coalesced: number;
  /** Enters a call that has waited so many milliseconds for its turn. */
  begin(call: CallName, parameters: readonly Parameter[], waitedMs: number): JournalEntry;
  noteCached(): void;
  noteShared(lookups: number): void;
}

export interface JournalOptions {
  /** @default none */
  readonly requestId?: string | null;
  /** @default no limit */
  readonly maxReads?: number;
  /** Tells which field is being resolved. @default nobody keeps track */
  readonly currentField?: () => string | null;
  /** @default nobody is told */
  readonly onBegin?: OnBegin;
}

export function createJournal({
  requestId = null,
  maxReads = Number.POSITIVE_INFINITY,
  currentField = () => null,
  onBegin = () => () => {},
}: JournalOptions = {}): Journal {
  const entries: JournalEntry[] = [];
  let cached = 0;
  let coalesced = 0;
  return {
    requestId,
    entries,
    maxReads,
    get cached() {
      return cached;
    },
    get coalesced() {
      return coalesced;
    },
    begin(call, parameters, waitedMs) {
      const { operation, method, path } = call;
      const onEnd = onBegin(call, waitedMs);
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
    noteCached() {
      cached += 1;
    },
    noteShared(lookups) {
      coalesced += lookups;
    },
  };
}

/** Parameters whose values name no person: numbers, enumerations, dates. */
const HARMLESS =
  /^(page|limit|include|sort|direction|field_type|date_\w+|(customer_|attribute_|address_)?id|customer_group_id)(:\w+)?$/;

/** The query of a call, to be shown: values that may be personal are left out. */
export function queryOf({ parameters }: JournalEntry): string {
  return parameters.map(([name, value]) => `${name}=${HARMLESS.test(name) ? value : '…'}`).join('&');
}
