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

/** One GraphQL request's line to the store. */
export interface Upstream {
  /** Reads a path. Filters that do not fit one URL are the caller's mistake and are not sent. */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Makes one attempt at a write in its turn. Once it is sent it is finished, even where the caller leaves. */
  write(rule: WriteRule, path: string, body: unknown, parameters?: readonly Parameter[]): Promise<Attempt>;
  /** Characters that are left in the URL beside these parameters. */
  roomFor(path: string, parameters: readonly Parameter[]): number;
  /** How this request takes part in look-ups with others. Null where it shares its reads with nobody. */
  readonly company: Company | null;
  readonly onIrregular: OnIrregular;
}

/** One request among those whose look-ups go out together. */
export interface Company {
  readonly signal: AbortSignal;
  /** Calls that the request may still make for reads. */
  readsLeft(): number;
  join<K extends Key, P extends string>(ask: Ask<K, P>): Promise<readonly Portion<K, unknown>[]>;
  /** Makes a call on behalf of all who take part. Of its parameters only what is the request's `own` is shown to it. */
  get(call: SharedCall): Promise<unknown>;
}

export interface SharedCall {
  readonly operation: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly own: readonly Parameter[];
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
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
  /** The look-ups by key of all requests. */
  readonly gatherings: Gatherings;
  readonly onIrregular: OnIrregular;
}

/** Binds the pool to one request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { http, signal, leaving, journal, governor, asker, flights, gatherings, onIrregular } = options;

  function lengthOf(path: string, query: string): number {
    return http.urlOverhead + path.length + 1 + query.length;
  }

  /** A call that is let through, as the pool takes it, entered in the journal with what of its parameters may be shown. */
  function entered(
    call: Omit<Call, 'query'>,
    pass: Pass,
    parameters: readonly Parameter[],
    shown: readonly Parameter[] = parameters,
  ): Call {
    const entry = journal.begin(call, shown, pass.waitedMs);
    const { requestId } = journal;
    return {
      ...call,
      query: queryString(parameters),
      onEnd(report) {
        entry.end(report.status, report.durationMs);
        pass.end(report);
      },
      ...(requestId !== null && { correlationId: requestId }),
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

  /** Makes a read in its turn, for as long as somebody waits for it. */
  function read(
    call: Omit<Call, 'query'>,
    parameters: readonly Parameter[],
    shown?: readonly Parameter[],
  ): Promise<unknown> {
    return governor.read(ticketFor(call.operation, parameters, call.signal), (pass) =>
      http.send({ ...entered(call, pass, parameters, shown), timeoutMs: pass.timeoutMs }),
    );
  }

  function checkLength(path: string, query: string, parameters: readonly Parameter[]): void {
    const length = lengthOf(path, query);
    if (length <= URL_LENGTH || parameters.length < 2) return;
    throw badInput('filter', `takes ${length} characters in a URL of the store, ${URL_LENGTH} fit.`);
  }

  const readsLeft = () => journal.maxReads - journal.entries.length;

  // An estimate cannot know how many addresses a customer has, nor trust a store to end its lists.
  function checkReads(): void {
    if (readsLeft() <= 0) throw tooManyReads(journal.maxReads);
  }

  const company = (leaving: AbortSignal): Company => ({
    signal: leaving,
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
        return governor.read(ticketOfSettling(operation), (pass) =>
          http.send(entered(call, pass, parameters)),
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
      return governor.write(ticketFor(operation, parameters, leaving), { repeat }, async (pass) => {
        if (leaving?.aborted) return NOT_BEGUN;
        const call = { operation, method, path, ...(body !== undefined && { body }) };
        const attempt = await http.attempt(entered(call, pass, parameters));
        // What was read before this may be over.
        flights.close();
        gatherings.close();
        return attempt;
      });
    },
    roomFor: (path, parameters) => URL_LENGTH - lengthOf(path, queryString(parameters)),
    company: signal === undefined ? null : company(signal),
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
