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

/** How writes are run: what they may take, and whose leaving ends them. */
export interface WriteRun {
  /** Aborted when the caller leaves or the gateway stops: what was not sent by then is not sent. */
  readonly signal: AbortSignal;
  /** Items of one mutation at the most. */
  readonly maxItems: number;
  /** Milliseconds for which a write whose answer was lost may still land. Reading back settles nothing before. */
  readonly settleMs: number;
  /** Unix milliseconds by the store's clock, which dates its records. */
  readonly storeNow: () => number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps the gateway from closing while a write is not settled. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
}

/** What one GraphQL request may use. */
export interface Context {
  /** Who asks, and what they may. */
  readonly caller: Caller;
  /** For whom the governor lets this request's calls through. */
  readonly asker: Asker;
  /** Reads for the caller, which end when it leaves. */
  readonly loaders: Loaders;
  /** Writes and what settles them, which are finished whoever leaves. */
  readonly rest: Rest;
  readonly writes: WriteRun;
  /** The attribute definitions that all requests share. */
  readonly definitions: DefinitionsCache;
  /** Counts the wrong passwords of all requests. */
  readonly passwords: PasswordGuard;
  readonly journal: Journal;
  /** Names or ids of the attributes that shoppers see of themselves. */
  readonly shopperAttributes: readonly string[];
}

export interface ContextOptions {
  readonly caller: Caller;
  readonly passwords: PasswordGuard;
  readonly http: Http;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  /** The attribute definitions that all requests share. */
  readonly definitions: DefinitionsCache;
  /** Decides when each call goes, over all requests. */
  readonly governor: Governor;
  /** When the operation has to be answered, by the governor's clock. */
  readonly deadlineAt: number;
  /** The reads in flight of all requests. */
  readonly flights: Flights;
  /** The look-ups by key of all requests. */
  readonly gatherings: Gatherings;
  readonly writes: Omit<WriteRun, 'signal'>;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
  readonly journal: Journal;
  readonly onIrregular: OnIrregular;
  /** Names or ids of the attributes that shoppers see of themselves. */
  readonly shopperAttributes: readonly string[];
}

export function createContext(options: ContextOptions): Context {
  const { caller, passwords, http, signal, definitions, governor, deadlineAt, flights, gatherings } = options;
  const { writes, stopping, journal, onIrregular } = options;
  const { noteCached: onCached, noteShared: onShared } = journal;
  const leaving = AbortSignal.any([signal, stopping]);
  const asker = { caller: caller.name, lane: caller.lane, deadlineAt };
  const shared = { http, leaving, journal, governor, asker, flights, gatherings, onIrregular };
  const loaders = createLoaders({ rest: createRest({ ...shared, signal }), definitions, onCached, onShared });
  // Nobody is told before a write is settled, however long that takes.
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
