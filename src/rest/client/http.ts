import { type Dispatcher, Pool } from 'undici';
import { GatewayError } from '../../errors.ts';
import { readRateLimitHeaders } from '../../governor/quota/rate-limit-headers.ts';
import {
  badResponse,
  type CallName,
  connectionError,
  namesMissingScope,
  type ResponseHeaders,
  rejectedResponse,
  timeoutError,
  wasNeverSent,
} from '../errors.ts';
import type { OnUnexpectedField } from '../wire/decode.ts';
import { contentCodings, decompress } from './decompress.ts';
import { startExchange } from './exchange.ts';
import { parseJsonBody } from './json-body.ts';
import { collectSecrets, parseJsonOrNull, redactSecrets } from './redact.ts';

/** How one call ended, for metrics, logs and health checks. Contains no personal data. */
export interface CallReport extends CallName {
  /** HTTP status of the response. Null if none came. */
  readonly status: number | null;
  readonly headers: ResponseHeaders;
  readonly durationMs: number;
  /** Null if the response was read completely, whatever its status. */
  readonly failure: unknown;
  /** Whether the store says that the access token lacks a scope. */
  readonly missesScope: boolean;
  /** Id of the request that the call was made for. Null for calls of the gateway itself. */
  readonly requestId: string | null;
}

export interface HttpClientOptions {
  /** Base of the REST API up to and including `/v3`. */
  readonly baseUrl: string;
  readonly accessToken: string;
  /** Total time limit of a call in milliseconds, from waiting for a connection to the last byte. */
  readonly timeoutMs: number;
  /** Maximum response body in bytes. Reading stops at the limit and the call fails. */
  readonly maxBodyBytes: number;
  /** Maximum number of connections. Further calls wait for one. */
  readonly connections: number;
  readonly onCall: (report: CallReport) => void;
  /** @default no callback */
  readonly onUnexpectedField?: OnUnexpectedField;
}

export interface Call extends CallName {
  /** Query string, encoded, without the `?`. */
  readonly query: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** UUID shared by all calls of one operation. The store asks clients to send one. */
  readonly correlationId?: string | undefined;
  /** Aborts the call. A call without a signal always runs to its end. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds. Only applies if it is below the limit of all calls. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds left until the deadline of the operations that wait for the call. @default no deadline */
  readonly timeLeftMs?: (() => number) | undefined;
  /** Milliseconds until the store would take a call again that it rejected for a limit. @default not known */
  readonly retryAfterMs?: (() => number | null) | undefined;
  /** Called when the call has ended. */
  readonly onEnd?: ((report: CallReport) => void) | undefined;
}

/** Result of one attempt at a write. */
export type WriteAttempt =
  /** The store did it and answered with this body. */
  | { readonly outcome: 'ok'; readonly body: unknown }
  /** The store rejected it. `body` is the parsed response, which may report a part that was done. */
  | {
      readonly outcome: 'rejected';
      readonly status: number;
      readonly body: unknown;
      readonly error: GatewayError;
    }
  /** Nothing was sent. */
  | { readonly outcome: 'not-sent'; readonly error: GatewayError }
  /** Unknown: the response was lost, late or unreadable, or reports only a server error. */
  | { readonly outcome: 'unknown'; readonly error: GatewayError };

/** HTTP client of the store, with one connection pool. */
export interface HttpClient {
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  /**
   * Sends one call and returns the parsed JSON, or null if the body is empty.
   * @throws GatewayError on every failure, or the abort reason of the call's signal
   */
  send(call: Call): Promise<unknown>;
  /** Sends one write. Throws only if its signal is aborted. */
  attempt(call: Call): Promise<WriteAttempt>;
  /** Unix milliseconds by the store's clock, taken from the `Date` header of its responses. */
  storeNow(): number;
  close(): Promise<void>;
}

interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Body of an error response. Empty for a 2xx response. */
  readonly text: string;
  /** Parsed body of a 2xx response. Null if it is empty, and for any other status. */
  readonly json: unknown;
}

const USER_AGENT = 'graphql-for-bigcommerce-customers';

const TIMED_OUT = new Error('deadline exceeded');

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { accessToken, timeoutMs, maxBodyBytes, connections, onCall, onUnexpectedField } = options;
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  // Each call has a total deadline. The pool's own timeouts measure idle time and would never stop a slow response.
  const pool = new Pool(base.origin, {
    connections,
    maxResponseSize: maxBodyBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: timeoutMs },
  });
  const readHeaders = { accept: 'application/json', 'x-auth-token': accessToken, 'user-agent': USER_AGENT };
  const writeHeaders = { ...readHeaders, 'content-type': 'application/json' };

  let clockOffsetMs = 0;

  function requestHeaders({ body, correlationId }: Call): Readonly<Record<string, string>> {
    const common = body === undefined ? readHeaders : writeHeaders;
    return correlationId === undefined ? common : { ...common, 'x-correlation-id': correlationId };
  }

  /** Sends one request and reads the whole response. @throws GatewayError, or the abort reason of the call's signal */
  async function exchange(call: Call): Promise<HttpResponse> {
    call.signal?.throwIfAborted();
    const startedAt = performance.now();
    const { response, head, stop } = startExchange(pool, {
      path: `${prefix}${call.path}${call.query === '' ? '' : `?${call.query}`}`,
      method: call.method as Dispatcher.HttpMethod,
      headers: requestHeaders(call),
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const onAbort = () => stop(call.signal?.reason);
    call.signal?.addEventListener('abort', onAbort, { once: true });
    const limit = limitTime(call, startedAt, () => stop(TIMED_OUT));
    let failure: unknown = null;
    let missesScope = false;
    try {
      const { status, headers, body } = await response;
      clockOffsetMs = clockOffset(headers) ?? clockOffsetMs;
      const plain = await decode(call, headers, body);
      if (isSuccess(status)) return { status, headers, text: '', json: parseJson(call, plain) };
      const text = plain.toString();
      missesScope = status === 403 && namesMissingScope(parseJsonOrNull(text));
      return { status, headers, text, json: null };
    } catch (error) {
      failure = toFailure(call, error, limit.ms(), head() !== null);
      throw failure;
    } finally {
      limit.clear();
      call.signal?.removeEventListener('abort', onAbort);
      const { operation, method, path } = call;
      const { status = null, headers = {} } = head() ?? {};
      const durationMs = performance.now() - startedAt;
      const requestId = call.correlationId ?? null;
      const report = {
        operation,
        method,
        path,
        status,
        headers,
        durationMs,
        failure,
        missesScope,
        requestId,
      };
      call.onEnd?.(report);
      onCall(report);
    }
  }

  /** Stops a call when its time is up, unless an operation with a later deadline has joined it. */
  function limitTime(call: Call, startedAt: number, stop: () => void) {
    const passedMs = () => performance.now() - startedAt;
    const maxMs = Math.min(timeoutMs, call.timeoutMs ?? timeoutMs);
    const leftMs = () => Math.min(maxMs - passedMs(), call.timeLeftMs?.() ?? maxMs);
    let limitMs = leftMs();
    let timer = setTimeout(check, limitMs);

    function check(): void {
      const ms = leftMs();
      limitMs = passedMs() + ms;
      if (ms > 0) timer = setTimeout(check, ms);
      else stop();
    }

    return { ms: () => limitMs, clear: () => clearTimeout(timer) };
  }

  async function decode(call: Call, headers: ResponseHeaders, body: Buffer): Promise<Buffer> {
    const codings = contentCodings(headers['content-encoding']);
    if (codings.length === 0) return body;
    onUnexpectedField?.('content-encoding');
    const plain = await decompress(body, codings, maxBodyBytes);
    if (plain === null) throw badResponse(call, 'has an unknown content encoding');
    return plain;
  }

  async function send(call: Call): Promise<unknown> {
    const { status, text, json } = await exchange(call);
    if (!isSuccess(status))
      throw rejectedResponse(call, status, redactSecrets(text, [accessToken, ...collectSecrets(call.body)]));
    return json;
  }

  async function attempt(call: Call): Promise<WriteAttempt> {
    try {
      const answer = await exchange(call);
      const { status } = answer;
      if (isSuccess(status) && status !== PARTIAL_SUCCESS) return { outcome: 'ok', body: answer.json };
      const safe = redactSecrets(answer.text, [accessToken, ...collectSecrets(call.body)]);
      const error = rejectedResponse(call, status, safe);
      return isDefinitive(status, answer.headers)
        ? { outcome: 'rejected', status: answer.status, body: parseJsonOrNull(safe), error }
        : { outcome: 'unknown', error };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { outcome: wasNeverSent(error) ? 'not-sent' : 'unknown', error };
    }
  }

  return {
    urlPrefixLength: base.origin.length + prefix.length,
    send,
    attempt,
    storeNow: () => Date.now() + clockOffsetMs,
    close: () => pool.destroy(),
  };
}

/** Offset of the store's clock from ours in milliseconds, exact to one second. */
function clockOffset({ date }: ResponseHeaders): number | null {
  const storeTime = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(storeTime) ? null : storeTime - Date.now();
}

/** On the vendor's general status page, although no operation declares it. Its body, like a rejection's, may report what was done. */
const PARTIAL_SUCCESS = 207;

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

// A 429 that states that nothing is left of the quota comes from the API's rate limiter: nothing was written. Any other
// one comes from a later stage, where something may have been written.
function isDefinitive(status: number, headers: ResponseHeaders): boolean {
  if (status === 429) return readRateLimitHeaders(headers)?.remaining === 0;
  if (status === PARTIAL_SUCCESS) return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 499;
}

function toFailure(call: Call, error: unknown, limitMs: number, hasResponse: boolean): unknown {
  if (error instanceof GatewayError) return error;
  if (error === TIMED_OUT) return timeoutError(call, Math.round(limitMs));
  if (call.signal?.aborted) return call.signal.reason;
  return connectionError(call, hasResponse, error);
}

/** The JSON of a body; null if it is empty. */
function parseJson(call: CallName, body: Buffer): unknown {
  try {
    return body.length === 0 ? null : parseJsonBody(body);
  } catch {
    // The parser's message quotes the body, so it must not become the `cause` of an error that is logged.
    throw badResponse(call, 'is not JSON');
  }
}
