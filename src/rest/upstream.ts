import { badInput, GatewayError } from '../errors.ts';
import type { Flights } from '../governor/flights.ts';
import type { Governor, Pass, Ticket } from '../governor/governor.ts';
import { type Asker, BULK_PAGE } from '../governor/lanes.ts';
import type { Attempt, Call, Http } from './http.ts';
import type { Journal } from './journal.ts';
import { URL_LENGTH } from './limits.ts';
import { type Parameter, queryString } from './query.ts';
import type { OnIrregular } from './wire.ts';
import type { WriteRule } from './write-rules.ts';

/** One GraphQL request's line to the store. */
export interface Upstream {
  /** Reads a path. Filters that do not fit one URL are the caller's mistake and are not sent. */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Makes one attempt at a write in its turn. Once it is sent it is finished, even where the caller leaves. */
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
  /** Decides when each call goes, over all requests. */
  readonly governor: Governor;
  /** For whom the calls are made. */
  readonly asker: Asker;
  /** The reads in flight of all requests. */
  readonly flights: Flights;
  readonly onIrregular: OnIrregular;
}

/** Binds the pool to one request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { http, signal, leaving, journal, governor, asker, flights, onIrregular } = options;

  function lengthOf(path: string, query: string): number {
    return http.urlOverhead + path.length + 1 + query.length;
  }

  /** A call that is let through, as the pool takes it, entered in the journal. */
  function entered(call: Omit<Call, 'query'>, parameters: readonly Parameter[], pass: Pass): Call {
    const entry = journal.begin(call, parameters);
    return {
      ...call,
      query: queryString(parameters),
      onEnd(report) {
        entry.status = report.status;
        entry.durationMs = report.durationMs;
        pass.end(report);
      },
    };
  }

  function ticketFor(operation: string, parameters: readonly Parameter[], nobodyWaits?: AbortSignal): Ticket {
    const isDeep = parameters.some(([name, value]) => name === 'page' && Number(value) >= BULK_PAGE);
    return { operation, asker: isDeep ? { ...asker, lane: 'bulk' } : asker, signal: nobodyWaits };
  }

  /** What settles a write is read however late it is: the alternative is not to know. */
  function ticketOfSettling(operation: string): Ticket {
    return { operation, asker: { ...asker, deadlineAt: Number.POSITIVE_INFINITY } };
  }

  return {
    async get(operation, path, parameters = []) {
      const query = queryString(parameters);
      const length = lengthOf(path, query);
      if (length > URL_LENGTH && parameters.length > 1) {
        throw badInput('filter', `takes ${length} characters in a URL of the store, ${URL_LENGTH} fit.`);
      }
      const call = { operation, method: 'GET', path };
      if (signal === undefined) {
        return governor.read(ticketOfSettling(operation), (pass) =>
          http.send(entered(call, parameters, pass)),
        );
      }
      // An estimate cannot know how many addresses a customer has, nor trust a store to end its lists.
      if (journal.entries.length >= journal.maxReads) throw tooManyReads(journal.maxReads);
      const { value, shared } = await flights.join(`${path}?${query}`, signal, (abandoned) =>
        governor.read(ticketFor(operation, parameters, abandoned), (pass) =>
          http.send({ ...entered(call, parameters, pass), signal: abandoned, timeoutMs: pass.timeoutMs }),
        ),
      );
      if (shared) journal.noteShared(1);
      return value;
    },
    write({ operation, method, repeat }, path, body, parameters = []) {
      return governor.write(ticketFor(operation, parameters, leaving), { repeat }, async (pass) => {
        if (leaving?.aborted) return NOT_BEGUN;
        const call = { operation, method, path, ...(body !== undefined && { body }) };
        const attempt = await http.attempt(entered(call, parameters, pass));
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
