import { badInput, GatewayError } from '../errors.ts';
import type { Flights } from '../governor/flights.ts';
import type { Gatherings } from '../governor/gatherings.ts';
import type { Governor, Pass, Ticket } from '../governor/governor.ts';
import { type Asker, BULK_PAGE } from '../governor/lanes.ts';
import type { Ask, Key } from '../governor/readings.ts';
import type { Attempt, Call, Http } from './http.ts';
import type { Journal } from './journal.ts';
import { URL_LENGTH } from './limits.ts';
import type { Portion } from './portions.ts';
import { type Parameter, queryString } from './query.ts';
import type { OnIrregular } from './wire.ts';
import type { WriteRule } from './write-rules.ts';

/** Sends the REST calls of one GraphQL request. */
export interface Upstream {
  /** Reads a path. @throws GatewayError BAD_USER_INPUT, before anything is sent, if the filters do not fit one URL */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Makes one attempt at a write when the governor admits it. A sent write is completed, even if the caller aborts. */
  write(rule: WriteRule, path: string, body: unknown, parameters?: readonly Parameter[]): Promise<Attempt>;
  /** Characters left in the URL after these parameters. */
  roomFor(path: string, parameters: readonly Parameter[]): number;
  /** How this request shares lookups with other requests. Null if it shares no reads. */
  readonly company: Company | null;
  readonly onIrregular: OnIrregular;
}

/** One request's part in lookups that are batched across requests. */
export interface Company {
  readonly signal: AbortSignal;
  /** Read calls that the request may still make. */
  readsLeft(): number;
  join<K extends Key, P extends string>(ask: Ask<K, P>): Promise<readonly Portion<K, unknown>[]>;
  /** Makes a call for all requests of the batch. This request's log shows only its own parameters. */
  get(call: SharedCall): Promise<unknown>;
}

export interface SharedCall {
  readonly operation: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The parameters without the keys and parts of other requests. */
  readonly own: readonly Parameter[];
  /** Aborted when no request waits for the call any more. */
  readonly signal: AbortSignal;
}

export interface UpstreamOptions {
  readonly http: Http;
  /**
   * Aborted when the caller disconnects; aborts every read of the request. Without a signal, reads always complete and
   * are not shared: they settle writes.
   */
  readonly signal?: AbortSignal;
  /** Aborted when no further write may start. Queued writes are then not sent. */
  readonly leaving?: AbortSignal;
  readonly journal: Journal;
  /** Schedules the calls of all requests. */
  readonly governor: Governor;
  /** Caller, lane and deadline of the calls. */
  readonly asker: Asker;
  /** In-flight reads of all requests. */
  readonly flights: Flights;
  /** Lookups by key of all requests. */
  readonly gatherings: Gatherings;
  readonly onIrregular: OnIrregular;
}

/** Creates the client of one GraphQL request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { http, signal, leaving, journal, governor, asker, flights, gatherings, onIrregular } = options;

  function lengthOf(path: string, query: string): number {
    return http.urlOverhead + path.length + 1 + query.length;
  }

  /** Logs an admitted call and returns it in the form that the HTTP client takes. @param shown the parameters to log */
  function logged(
    call: Omit<Call, 'query'>,
    permit: Pass,
    parameters: readonly Parameter[],
    shown: readonly Parameter[] = parameters,
  ): Call {
    const entry = journal.begin(call, shown, permit.waitedMs);
    const { requestId } = journal;
    return {
      ...call,
      query: queryString(parameters),
      onEnd(report) {
        entry.end(report.status, report.durationMs);
        permit.end(report);
      },
      ...(requestId !== null && { correlationId: requestId }),
    };
  }

  function requestFor(operation: string, parameters: readonly Parameter[], abandoned?: AbortSignal): Ticket {
    const isDeep = parameters.some(([name, value]) => name === 'page' && Number(value) >= BULK_PAGE);
    return { operation, asker: isDeep ? { ...asker, lane: 'bulk' } : asker, signal: abandoned };
  }

  /** Reads that settle a write have no deadline: without them the outcome stays unknown. */
  function settlingRequest(operation: string): Ticket {
    return { operation, asker: { ...asker, deadlineAt: Number.POSITIVE_INFINITY } };
  }

  /** Makes a read when the governor admits it, until `call.signal` is aborted. */
  function read(
    call: Omit<Call, 'query'>,
    parameters: readonly Parameter[],
    shown?: readonly Parameter[],
  ): Promise<unknown> {
    return governor.read(requestFor(call.operation, parameters, call.signal), (permit) =>
      http.send({ ...logged(call, permit, parameters, shown), timeoutMs: permit.timeoutMs }),
    );
  }

  function checkLength(path: string, query: string, parameters: readonly Parameter[]): void {
    const length = lengthOf(path, query);
    if (length <= URL_LENGTH || parameters.length < 2) return;
    throw badInput('filter', `makes the request URL ${length} characters long; the limit is ${URL_LENGTH}.`);
  }

  const readsLeft = () => journal.maxReads - journal.entries.length;

  // The cost estimate does not know how many addresses a customer has, and a faulty store may never end a list.
  function checkReads(): void {
    if (readsLeft() <= 0) throw tooManyReads(journal.maxReads);
  }

  const shareReads = (caller: AbortSignal): Company => ({
    signal: caller,
    readsLeft,
    async join(ask) {
      checkReads();
      const { portions, shared } = await gatherings.join(ask);
      if (shared > 0) journal.noteShared(shared);
      return portions;
    },
    async get({ operation, path, parameters, own, signal: abandoned }) {
      checkLength(path, queryString(parameters), parameters);
      checkReads();
      return read({ operation, method: 'GET', path, signal: abandoned }, parameters, own);
    },
  });

  return {
    async get(operation, path, parameters = []) {
      const query = queryString(parameters);
      checkLength(path, query, parameters);
      const call = { operation, method: 'GET', path };
      if (signal === undefined) {
        return governor.read(settlingRequest(operation), (permit) =>
          http.send(logged(call, permit, parameters)),
        );
      }
      checkReads();
      const { value, shared } = await flights.join(`${path}?${query}`, signal, (abandoned) =>
        read({ ...call, signal: abandoned }, parameters),
      );
      if (shared) journal.noteShared(1);
      return value;
    },
    write({ operation, method, repeat }, path, body, parameters = []) {
      return governor.write(requestFor(operation, parameters, leaving), { repeat }, async (permit) => {
        if (leaving?.aborted) return NOT_BEGUN;
        const call = { operation, method, path, ...(body !== undefined && { body }) };
        const attempt = await http.attempt(logged(call, permit, parameters));
        // In-flight reads may return data from before this write.
        flights.close();
        gatherings.close();
        return attempt;
      });
    },
    roomFor: (path, parameters) => URL_LENGTH - lengthOf(path, queryString(parameters)),
    company: signal === undefined ? null : shareReads(signal),
    onIrregular,
  };
}

const NOT_BEGUN: Attempt = {
  ended: 'not-sent',
  error: new GatewayError('UPSTREAM_UNAVAILABLE', 'The request was aborted before the call was sent.'),
};

function tooManyReads(limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation hit its limit of ${limit} REST calls before it was complete.`,
    { limit },
  );
}
