import type { CallName } from './failure.ts';
import type { Parameter } from './query.ts';

/** One REST call of an operation, as its explanation shows it. */
export interface JournalEntry extends CallName {
  readonly parameters: readonly Parameter[];
  /** The field that needed it first. Null where nobody keeps track. */
  readonly field: string | null;
  /** Null while it is in flight, and where no answer came. */
  status: number | null;
  durationMs: number | null;
}

/** The REST calls of one operation, in the order in which they were sent, and those that it did not need. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Calls that may be made for reads at the most. What settles a write is not counted. */
  readonly maxReads: number;
  /** Answers that were kept from before, so that no call was made. */
  readonly cached: number;
  /** Look-ups that another look-up's call answered too. */
  readonly coalesced: number;
  begin(call: CallName, parameters: readonly Parameter[]): JournalEntry;
  noteCached(): void;
  noteShared(lookups: number): void;
}

export interface JournalOptions {
  /** @default no limit */
  readonly maxReads?: number;
  /** Tells which field is being resolved. @default nobody keeps track */
  readonly currentField?: () => string | null;
}

export function createJournal({
  maxReads = Number.POSITIVE_INFINITY,
  currentField = () => null,
}: JournalOptions = {}): Journal {
  const entries: JournalEntry[] = [];
  let cached = 0;
  let coalesced = 0;
  return {
    entries,
    maxReads,
    get cached() {
      return cached;
    },
    get coalesced() {
      return coalesced;
    },
    begin({ operation, method, path }, parameters) {
      const entry = {
        operation,
        method,
        path,
        parameters,
        field: currentField(),
        status: null,
        durationMs: null,
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
