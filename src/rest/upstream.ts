import { badInput } from '../errors.ts';
import type { Http } from './http.ts';
import type { Journal } from './journal.ts';
import { URL_LENGTH } from './limits.ts';
import { type Parameter, queryString } from './query.ts';
import type { OnIrregular } from './wire.ts';

/** One GraphQL request's line to the store. */
export interface Upstream {
  /** Reads a path. Filters that do not fit one URL are the caller's mistake and are not sent. */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Characters that are left in the URL for the values of one more list. */
  roomFor(path: string, parameters: readonly Parameter[], listName: string): number;
  readonly onIrregular: OnIrregular;
}

export interface UpstreamOptions {
  readonly http: Http;
  /** Aborted when the caller leaves, and with it every call of the request. */
  readonly signal: AbortSignal;
  readonly journal: Journal;
  readonly onIrregular: OnIrregular;
}

/** Binds the pool to one request. */
export function createUpstream({ http, signal, journal, onIrregular }: UpstreamOptions): Upstream {
  function lengthOf(path: string, query: string): number {
    return http.urlOverhead + path.length + 1 + query.length;
  }

  return {
    async get(operation, path, parameters = []) {
      const query = queryString(parameters);
      const length = lengthOf(path, query);
      if (length > URL_LENGTH && parameters.length > 1) {
        throw badInput('filter', `takes ${length} characters in a URL of the store, ${URL_LENGTH} fit.`);
      }
      const call = { operation, method: 'GET', path };
      const entry = journal.begin(call, parameters);
      function onEnd(status: number | null, durationMs: number): void {
        entry.status = status;
        entry.durationMs = durationMs;
      }
      return http.send({ ...call, query, signal, onEnd });
    },
    roomFor: (path, parameters, listName) =>
      URL_LENGTH - lengthOf(path, queryString(parameters)) - listName.length - '&='.length,
    onIrregular,
  };
}
