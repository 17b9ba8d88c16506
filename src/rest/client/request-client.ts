import { badInput, GatewayError } from '../../errors.ts';
import type { CallRequest, Governor, Permit, WriteRetry } from '../../governor/governor.ts';
import { BULK_MIN_PAGE, type CallOrigin } from '../../governor/lanes.ts';
import { callerAborted } from '../../governor/rejections.ts';
import type { Chunk } from '../batching/chunks.ts';
import type { LookupBatcher } from '../batching/lookup-batcher.ts';
import type { Key, LookupRequest } from '../batching/shared-batch.ts';
import type { Singleflight } from '../batching/singleflight.ts';
import { MAX_URL_LENGTH } from '../limits.ts';
import type { WriteOperation } from '../operations.ts';
import type { OnUnexpectedField } from '../wire/decode.ts';
import { type Parameter, queryString } from '../wire/query.ts';
import type { CallLog } from './call-log.ts';
import type { Call, HttpClient, WriteAttempt } from './http.ts';

/** Sends the REST calls of one GraphQL request. */
export interface RequestClient {
  /** Reads a path. @throws GatewayError BAD_USER_INPUT, before anything is sent, if the filters do not fit one URL */
  get(operation: string, path: string, parameters?: readonly Parameter[]): Promise<unknown>;
  /** Makes one attempt at a write when the governor admits it. A sent write is completed, even if the caller aborts. */
  write(
    operation: WriteOperation,
    path: string,
    body: unknown,
    parameters?: readonly Parameter[],
  ): Promise<WriteAttempt>;
  /** Characters left in the URL after these parameters. */
  remainingUrlLength(path: string, parameters: readonly Parameter[]): number;
  /** How this request shares lookups with other requests. Null if it shares no reads. */
  readonly sharedReads: SharedReads | null;
  readonly onUnexpectedField: OnUnexpectedField;
}

/** One request's part in lookups that are batched across requests. */
export interface SharedReads {
  readonly signal: AbortSignal;
  /** Read calls that the request may still make. */
  remainingReads(): number;
  lookUp<K extends Key, P extends string>(ask: LookupRequest<K, P>): Promise<readonly Chunk<K, unknown>[]>;
  /** Makes a call for all requests of the batch. This request's log shows only its own parameters. */
  get(call: SharedCall): Promise<unknown>;
}

export interface SharedCall {
  readonly operation: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The parameters without the keys and parts of other requests. */
  readonly ownParameters: readonly Parameter[];
  /** Aborted when no request waits for the call any more. */
  readonly signal: AbortSignal;
}

export interface RequestClientOptions {
  readonly http: HttpClient;
  /**
   * Aborted when the caller disconnects; aborts every read of the request. Without a signal, reads always complete and
   * are not shared: they settle writes.
   */
  readonly signal?: AbortSignal;
  /** Aborted when no further write may start. Queued writes are then not sent. */
  readonly abortSignal?: AbortSignal;
  readonly callLog: CallLog;
  /** Schedules the calls of all requests. */
  readonly governor: Governor;
  /** Caller, lane and deadline of the calls. */
  readonly origin: CallOrigin;
  /** In-flight reads of all requests. */
  readonly singleflight: Singleflight;
  /** Lookups by key of all requests. */
  readonly lookupBatcher: LookupBatcher;
  readonly onUnexpectedField: OnUnexpectedField;
}

/** Creates the client of one GraphQL request. */
export function createRequestClient(options: RequestClientOptions): RequestClient {
  const {
    http,
    signal,
    abortSignal,
    callLog,
    governor,
    origin,
    singleflight,
    lookupBatcher,
    onUnexpectedField,
  } = options;

  function urlLength(path: string, query: string): number {
    return http.urlPrefixLength + path.length + 1 + query.length;
  }

  /** Logs an admitted call and returns it in the form that the HTTP client takes. @param shown the parameters to log */
  function logged(
    call: Omit<Call, 'query'>,
    permit: Permit,
    parameters: readonly Parameter[],
    shown: readonly Parameter[] = parameters,
  ): Call {
    const entry = callLog.start(call, shown, permit.waitedMs);
    const { requestId } = callLog;
    return {
      ...call,
      query: queryString(parameters),
      onEnd(report) {
        entry.end(report.status, report.durationMs);
        permit.release(report);
      },
      ...(requestId !== null && { correlationId: requestId }),
    };
  }

  function requestFor(
    operation: string,
    parameters: readonly Parameter[],
    abandoned?: AbortSignal,
  ): CallRequest {
    const isDeep = parameters.some(([name, value]) => name === 'page' && Number(value) >= BULK_MIN_PAGE);
    return { operation, origin: isDeep ? { ...origin, lane: 'bulk' } : origin, signal: abandoned };
  }

  /** Reads that settle a write have no deadline: without them the outcome stays unknown. */
  function settlingRequest(operation: string): CallRequest {
    return { operation, origin: { ...origin, deadlineAt: Number.POSITIVE_INFINITY } };
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
    const length = urlLength(path, query);
    if (length <= MAX_URL_LENGTH || parameters.length < 2) return;
    throw badInput(
      'filter',
      `makes the request URL ${length} characters long; the limit is ${MAX_URL_LENGTH}.`,
    );
  }

  const remainingReads = () => callLog.maxReads - callLog.entries.length;

  // The cost estimate does not know how many addresses a customer has, and a faulty store may never end a list.
  function checkReads(): void {
    if (remainingReads() <= 0) throw tooManyReads(callLog.maxReads);
  }

  const shareReads = (caller: AbortSignal): SharedReads => ({
    signal: caller,
    remainingReads,
    async lookUp(ask) {
      checkReads();
      const { chunks, shared } = await lookupBatcher.load(ask);
      if (shared > 0) callLog.countCoalesced(shared);
      return chunks;
    },
    async get({ operation, path, parameters, ownParameters, signal: abandoned }) {
      checkLength(path, queryString(parameters), parameters);
      checkReads();
      return read({ operation, method: 'GET', path, signal: abandoned }, parameters, ownParameters);
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
      const { value, shared } = await singleflight.run(`${path}?${query}`, signal, (abandoned) =>
        read({ ...call, signal: abandoned }, parameters),
      );
      if (shared) callLog.countCoalesced(1);
      return value;
    },
    async write({ id: operation, method, retry }, path, body, parameters = []) {
      const policy: WriteRetry = { retry: retry === 'never' ? 'never' : 'if-rate-limited' };
      try {
        return await governor.write(
          requestFor(operation, parameters, abortSignal),
          policy,
          async (permit) => {
            if (abortSignal?.aborted) return notSent(callerAborted());
            const call = { operation, method, path, ...(body !== undefined && { body }) };
            const attempt = await http.attempt(logged(call, permit, parameters));
            // In-flight reads may return data from before this write.
            singleflight.forgetAll();
            lookupBatcher.forgetAll();
            return attempt;
          },
        );
      } catch (error) {
        if (error instanceof GatewayError) return notSent(error);
        if (abortSignal?.aborted) return notSent(callerAborted());
        throw error;
      }
    },
    remainingUrlLength: (path, parameters) => MAX_URL_LENGTH - urlLength(path, queryString(parameters)),
    sharedReads: signal === undefined ? null : shareReads(signal),
    onUnexpectedField,
  };
}

function notSent(error: GatewayError): WriteAttempt {
  return { outcome: 'not-sent', error };
}

function tooManyReads(limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation hit its limit of ${limit} REST calls before it was complete.`,
    { limit },
  );
}
