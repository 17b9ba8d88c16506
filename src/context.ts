import { createLoaders, type Loaders } from './loaders/index.ts';
import type { Http } from './rest/http.ts';
import { createRest, type Rest } from './rest/index.ts';
import type { OnIrregular } from './rest/wire.ts';

/** What one GraphQL request may use. */
export interface Context {
  readonly rest: Rest;
  readonly loaders: Loaders;
}

export interface ContextOptions {
  readonly http: Http;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  readonly onIrregular: OnIrregular;
}

export function createContext({ http, signal, onIrregular }: ContextOptions): Context {
  const rest = createRest(http, signal, onIrregular);
  return { rest, loaders: createLoaders(rest) };
}
