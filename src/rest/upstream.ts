import { badInput, GatewayError } from '../errors.ts';
import type { Flights } from '../governor/flights.ts';
import type { Attempt, Call, Http } from './http.ts';
import type { Journal } from './journal.ts';
import { URL_LENGTH } from './limits.ts';
import { type Parameter, queryString } from './query.ts';
import type { Turns } from './turns.ts';
import type { OnIrregular } from './wire.ts';
import type { WriteRule } from './write-rules.ts';

/** One GraphQL request's line to the store. */
export interface Upstream {
  /** Reads a path. Filters that do not fit one URL are the caller's mistake and are not sent. */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Makes one attempt at a write, in its turn. It is finished even where the caller leaves. */
  write(rule: WriteRule, path: string, body: unknown, parameters?: readonly Parameter[]): Promise<Attempt>;
  /** Characters that are left in the URL for the values of one more list. */
  roomFor(path: string, parameters: readonly Parameter[], listName: string): number;
  readonly onIrregular: OnIrregular;
}

export interface UpstreamOptions {
  readonly http: Http;
  /**
   * Aborted when the caller leaves, and with it every read of the request. Without one reads are finished whoever
   * leaves, and are shared with nobody: they settle writes.
   */
  readonly signal?: AbortSignal;
  /** Aborted when no write may be begun any more: those that wait for their turn are not sent. */
  readonly leaving?: AbortSignal;
  readonly journal: Journal;
  /** Keeps the number of writes in flight below what the store takes, over all requests. */
  readonly turns: Turns;
  /** The reads in flight of all requests. */
  readonly flights: Flights;
  readonly onIrregular: OnIrregular;
}

/** Binds the pool to one request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { http, signal, leaving, journal, turns, flights, onIrregular } = options;

  function lengthOf(path: string, query: string): number {
    return http.urlOverhead + path.length + 1 + query.length;
  }

  /** A call as the pool takes it, entered in the journal. */
  function entered(call: Omit<Call, 'query'>, parameters: readonly Parameter[]): Call {
    const entry = journal.begin(call, parameters);
    const { requestId } = journal;
    return {
      ...call,
      query: queryString(parameters),
      onEnd: entry.end,
      ...(requestId !== null && { correlationId: requestId }),
    };
  }

  return {
    async get(operation, path, parameters = []) {
      const query = queryString(parameters);
      const length = lengthOf(path, query);
      if (length > URL_LENGTH && parameters.length > 1) {
        throw badInput('filter', `takes ${length} characters in a URL of the store, ${URL_LENGTH} fit.`);
      }
      const call = { operation, method: 'GET', path };
      if (signal === undefined) return http.send(entered(call, parameters));
      // An estimate cannot know how many addresses a customer has, nor trust a store to end its lists.
      if (journal.entries.length >= journal.maxReads) throw tooManyReads(journal.maxReads);
      const { value, shared } = await flights.join(`${path}?${query}`, signal, (abandoned) =>
        http.send({ ...entered(call, parameters), signal: abandoned }),
      );
      if (shared) journal.noteShared(1);
      return value;
    },
    write({ operation, method }, path, body, parameters = []) {
      return turns.take(operation, async () => {
        if (leaving?.aborted) return NOT_BEGUN;
        const call = { operation, method, path, ...(body !== undefined && { body }) };
        const attempt = await http.attempt(entered(call, parameters));
        // What was read before this may be over.
        flights.close();
        return attempt;
      });
    },
    roomFor: (path, parameters, listName) =>
      URL_LENGTH - lengthOf(path, queryString(parameters)) - listName.length - '&='.length,
    onIrregular,
  };
}

const NOT_BEGUN: Attempt = {
  ended: 'not-sent',
  error: new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller left before it was sent.'),
};

function tooManyReads(limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation has made the ${limit} REST calls that it may; what is missing would take more.`,
    { limit },
  );
}
