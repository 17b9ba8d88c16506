import type { Caller } from './access/caller.ts';
import type { PasswordGuard } from './access/password-guard.ts';
import type { Flights } from './governor/flights.ts';
import type { Gatherings } from './governor/gatherings.ts';
import type { Governor } from './governor/governor.ts';
import type { Asker } from './governor/lanes.ts';
import type { DefinitionsCache } from './loaders/attributes.ts';
import { createLoaders, type Loaders } from './loaders/index.ts';
import type { Http } from './rest/http.ts';
import { createRest, type Rest } from './rest/index.ts';
import type { Journal } from './rest/journal.ts';
import type { OnIrregular } from './rest/wire.ts';

/** How mutations run: their limits, their clocks, and the signal that stops them. */
export interface WriteRun {
  /** Aborted when the caller disconnects or the gateway stops. Calls that are not sent by then are never sent. */
  readonly signal: AbortSignal;
  /** Maximum number of items in one mutation. */
  readonly maxItems: number;
  /** Milliseconds in which a write can still take effect after its response was lost. A read-back is conclusive only after that. */
  readonly settleMs: number;
  /** Unix milliseconds of the store's clock, which sets the timestamps of its records. */
  readonly storeNow: () => number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps the gateway from closing until the outcome of a write is known. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
}

/** The dependencies of the resolvers of one GraphQL request. */
export interface Context {
  /** Identity and scopes of the caller. */
  readonly caller: Caller;
  /** Caller, lane and deadline under which the governor admits the calls of this request. */
  readonly asker: Asker;
  /** Reads, which end when the caller disconnects. */
  readonly loaders: Loaders;
  /** Writes and their read-backs, which finish even if the caller disconnects. */
  readonly rest: Rest;
  readonly writes: WriteRun;
  /** Cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Counts wrong passwords over all requests. */
  readonly passwords: PasswordGuard;
  readonly journal: Journal;
  /** Names or ids of the attributes that shoppers can read on their own customer. */
  readonly shopperAttributes: readonly string[];
}

export interface ContextOptions {
  readonly caller: Caller;
  readonly passwords: PasswordGuard;
  readonly http: Http;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal;
  /** Cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Schedules the calls of all requests. */
  readonly governor: Governor;
  /** Deadline of the operation, by the governor's clock. */
  readonly deadlineAt: number;
  /** In-flight reads, shared by all requests. */
  readonly flights: Flights;
  /** Batches lookups by key over all requests. */
  readonly gatherings: Gatherings;
  readonly writes: Omit<WriteRun, 'signal'>;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
  readonly journal: Journal;
  readonly onIrregular: OnIrregular;
  /** Names or ids of the attributes that shoppers can read on their own customer. */
  readonly shopperAttributes: readonly string[];
}

export function createContext(options: ContextOptions): Context {
  const { caller, passwords, http, signal, definitions, governor, deadlineAt, flights, gatherings } = options;
  const { writes, stopping, journal, onIrregular } = options;
  const { noteCached: onCached, noteShared: onShared } = journal;
  const leaving = AbortSignal.any([signal, stopping]);
  const asker = { caller: caller.name, lane: caller.lane, deadlineAt };
  const shared: Parameters<typeof createRest>[0] = {
    http,
    leaving,
    journal,
    governor,
    asker,
    flights,
    gatherings,
    onIrregular,
  };
  const loaders = createLoaders({ rest: createRest({ ...shared, signal }), definitions, onCached, onShared });
  // No request signal here: the outcome of a write is settled before it is reported, even if the caller disconnects.
  const rest = createRest(shared);
  return {
    caller,
    passwords,
    asker,
    loaders,
    rest,
    definitions,
    journal,
    shopperAttributes: options.shopperAttributes,
    writes: { ...writes, signal: leaving },
  };
}
