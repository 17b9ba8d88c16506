import type { DefinitionsCache } from './loaders/attributes.ts';
import { createLoaders, type Loaders } from './loaders/index.ts';
import type { Http } from './rest/http.ts';
import { createRest, type Rest } from './rest/index.ts';
import type { Journal } from './rest/journal.ts';
import type { OnIrregular } from './rest/wire.ts';

/** What one GraphQL request may use. */
export interface Context {
  readonly rest: Rest;
  readonly loaders: Loaders;
  readonly journal: Journal;
}

export interface ContextOptions {
  readonly http: Http;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  /** The attribute definitions that all requests share. */
  readonly definitions: DefinitionsCache;
  readonly journal: Journal;
  readonly onIrregular: OnIrregular;
}

export function createContext({ http, signal, definitions, journal, onIrregular }: ContextOptions): Context {
  const rest = createRest({ http, signal, journal, onIrregular });
  const loaders = createLoaders({
    rest,
    definitions,
    onCached: journal.noteCached,
    onShared: journal.noteShared,
  });
  return { rest, loaders, journal };
}
