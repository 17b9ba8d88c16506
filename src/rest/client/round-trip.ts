import type { Dispatcher, Pool } from 'undici';
import type { CancelSignal } from '../../cancel-signal.ts';
import { GatewayError } from '../../errors.ts';
import {
  badResponse,
  type CallName,
  connectionError,
  namesMissingScope,
  type ResponseHeaders,
  timeoutError,
} from '../errors.ts';
import { type OnUnexpectedField, parseJsonOrNull } from '../wire/decode.ts';
import { contentCodings, decompress } from './decompress.ts';
import { startExchange } from './exchange.ts';

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
  /** The access token at the moment. */
  readonly accessToken: () => string;
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
  readonly signal?: CancelSignal | undefined;
  /** Time limit in milliseconds. Only applies if it is below the limit of all calls. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds left until the deadline of the operations that wait for the call. @default no deadline */
  readonly timeLeftMs?: (() => number) | undefined;
  /** Milliseconds until the store would take a call again that it rejected for a limit. @default not known */
  readonly retryAfterMs?: (() => number | null) | undefined;
  /** Called when the call has ended. */
  readonly onEnd?: ((report: CallReport) => void) | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Body of an error response. Empty for a 2xx response. */
  readonly text: string;
  /** The access token that was sent. */
  readonly token: string;
  /** Parsed body of a 2xx response. Null if it is empty, and for any other status. */
  readonly json: unknown;
}

/** Sends one request and reads the whole response. @throws GatewayError, or the abort reason of the call's signal */
export type RoundTrip = (call: Call) => Promise<HttpResponse>;

const USER_AGENT = 'graphql-for-bigcommerce-customers';

const TIMED_OUT = new Error('deadline exceeded');

/** @param onHeaders called with the headers of each response */
export function createRoundTrip(
  pool: Pool,
  options: Omit<HttpClientOptions, 'connections'>,
  onHeaders: (headers: ResponseHeaders) => void,
): RoundTrip {
  const { accessToken, timeoutMs, maxBodyBytes, onCall, onUnexpectedField } = options;
  const prefix = new URL(options.baseUrl).pathname.replace(/\/$/, '');

  function requestHeaders({ body, correlationId }: Call, token: string): Readonly<Record<string, string>> {
    return {
      accept: 'application/json',
      'x-auth-token': token,
      'user-agent': USER_AGENT,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
    };
  }

  async function decode(call: Call, codings: readonly string[], body: Buffer): Promise<Buffer> {
    onUnexpectedField?.('content-encoding');
    const plain = await decompress(body, codings, maxBodyBytes);
    if (plain === null) throw badResponse(call, 'has an unknown content encoding');
    return plain;
  }

  return async (call) => {
    call.signal?.throwIfAborted();
    const startedAt = performance.now();
    const token = accessToken();
    const { response, head, stop } = startExchange(pool, {
      path: `${prefix}${call.path}${call.query === '' ? '' : `?${call.query}`}`,
      method: call.method as Dispatcher.HttpMethod,
      headers: requestHeaders(call, token),
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const onAbort = () => stop(call.signal?.reason);
    call.signal?.addEventListener('abort', onAbort);
    const limit = limitTime(call, timeoutMs, () => stop(TIMED_OUT));
    let failure: unknown = null;
    let missesScope = false;
    try {
      const { status, headers, body } = await response;
      onHeaders(headers);
      const codings = contentCodings(headers['content-encoding']);
      const plain = codings.length === 0 ? body : await decode(call, codings, body);
      if (isSuccess(status)) return { status, headers, text: '', token, json: parseJson(call, plain) };
      const text = plain.toString();
      missesScope = status === 403 && namesMissingScope(parseJsonOrNull(text));
      return { status, headers, text, token, json: null };
    } catch (error) {
      failure = toFailure(call, error, limit.ms(), head() !== null);
      throw failure;
    } finally {
      limit.clear();
      call.signal?.removeEventListener('abort', onAbort);
      const { operation, method, path, correlationId: requestId = null } = call;
      const { status = null, headers = {} } = head() ?? {};
      const durationMs = performance.now() - startedAt;
      const name = { operation, method, path };
      const report = { ...name, status, headers, durationMs, failure, missesScope, requestId };
      call.onEnd?.(report);
      onCall(report);
    }
  };
}

/** Stops a call when its time is up, unless an operation with a later deadline has joined it. */
function limitTime(call: Call, timeoutMs: number, stop: () => void) {
  const startedAt = performance.now();
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

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
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
    return body.length === 0 ? null : JSON.parse(withoutMark(body.toString()));
  } catch {
    // The parser's message quotes the body, so it must not become the `cause` of an error that is logged.
    throw badResponse(call, 'is not JSON');
  }
}

/** The text without the byte order mark with which some servers begin. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
