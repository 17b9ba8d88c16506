import { Pool } from 'undici';
import { GatewayError } from '../errors.ts';
import {
  broken,
  type CallName,
  type Headers,
  neverSent,
  notUnderstood,
  refused,
  tooSlow,
} from './failure.ts';
import { isObject } from './wire.ts';

/** How one call ended, for whoever counts, logs or judges the store's health. Holds nothing personal. */
export interface CallReport extends CallName {
  /** Of the answer; null where none came. */
  readonly status: number | null;
  readonly headers: Headers;
  readonly durationMs: number;
  /** Null where the answer was read whole, whatever its status. */
  readonly failure: unknown;
}

export interface HttpOptions {
  /** Base of the REST API up to and including `/v3`. */
  readonly baseUrl: string;
  readonly accessToken: string;
  /** Milliseconds that a call may take in all, from asking for a connection to the last byte. */
  readonly timeoutMs: number;
  /** Bytes of one answer at the most; a longer one is dropped unread. */
  readonly maxBodyBytes: number;
  /** Calls in flight at the most; further ones wait for a connection. */
  readonly connections: number;
  readonly onCall: (report: CallReport) => void;
}

export interface Call extends CallName {
  /** Without the `?`, encoded. */
  readonly query: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** UUID that calls have in common which belong together; the store asks for one. */
  readonly correlationId?: string;
  /** Aborted when the caller leaves. A call without one is finished whoever leaves. */
  readonly signal?: AbortSignal;
  /** Milliseconds that it may take at the most, where that is less than any call may. */
  readonly timeoutMs?: number;
  /** Told how the call ended. */
  readonly onEnd?: (report: CallReport) => void;
}

/** How an attempt to write ended. */
export type Attempt =
  /** The store did it, and answered this. */
  | { readonly ended: 'done'; readonly body: unknown }
  /** The store would not; `body` is its answer, which may tell of a part that it did. */
  | {
      readonly ended: 'refused';
      readonly status: number;
      readonly body: unknown;
      readonly error: GatewayError;
    }
  /** Nothing left this machine. */
  | { readonly ended: 'not-sent'; readonly error: GatewayError }
  /** Nobody knows: the answer was lost, late, unreadable, or says only that something broke. */
  | { readonly ended: 'unknown'; readonly error: GatewayError };

/** The one pool of connections to the store. */
export interface Http {
  /** Characters of a URL that are spent before its path begins. */
  readonly urlOverhead: number;
  /** Sends one call and answers its parsed JSON; whatever goes wrong is a GatewayError. */
  send(call: Call): Promise<unknown>;
  /** Sends one write and answers how it ended. */
  attempt(call: Call): Promise<Attempt>;
  /** Unix milliseconds by the store's clock, as its answers' `Date` tell it. */
  storeNow(): number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What a success says; null where it says nothing, and for anything but a success. */
  readonly json: unknown;
}

const USER_AGENT = 'graphql-for-bigcommerce-customers';
const TIMED_OUT = new Error('the deadline passed');

export function createHttp(options: HttpOptions): Http {
  const { accessToken, timeoutMs, maxBodyBytes, connections, onCall } = options;
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  // A total deadline is kept for each call; the pool's own idle time-outs would never stop a slow drip.
  const pool = new Pool(base.origin, {
    connections,
    maxResponseSize: maxBodyBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: timeoutMs },
  });
  const readHeaders = { accept: 'application/json', 'x-auth-token': accessToken, 'user-agent': USER_AGENT };
  const writeHeaders = { ...readHeaders, 'content-type': 'application/json' };

  let clockAhead = 0;

  function headersOf({ body, correlationId }: Call): Readonly<Record<string, string>> {
    const common = body === undefined ? readHeaders : writeHeaders;
    return correlationId === undefined ? common : { ...common, 'x-correlation-id': correlationId };
  }

  /** One request and its whole answer. Throws a GatewayError, or what the caller left with. */
  async function exchange(call: Call): Promise<Answer> {
    call.signal?.throwIfAborted();
    const startedAt = performance.now();
    const stop = new AbortController();
    const longestMs = Math.min(timeoutMs, call.timeoutMs ?? timeoutMs);
    const timer = setTimeout(() => stop.abort(TIMED_OUT), longestMs);
    const leave = () => stop.abort(call.signal?.reason);
    call.signal?.addEventListener('abort', leave, { once: true });
    let status: number | null = null;
    let headers: Headers = {};
    let failure: unknown = null;
    try {
      const response = await pool.request({
        path: `${prefix}${call.path}${call.query === '' ? '' : `?${call.query}`}`,
        method: call.method as 'GET',
        headers: headersOf(call),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: stop.signal,
      });
      status = response.statusCode;
      headers = response.headers;
      clockAhead = aheadOf(headers) ?? clockAhead;
      const text = await response.body.text();
      return { status, headers, text, json: isSuccess(status) && text !== '' ? parse(call, text) : null };
    } catch (error) {
      failure = explain(error);
      throw failure;
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', leave);
      const { operation, method, path } = call;
      const durationMs = performance.now() - startedAt;
      const report = { operation, method, path, status, headers, durationMs, failure };
      call.onEnd?.(report);
      onCall(report);
    }

    function explain(error: unknown): unknown {
      if (error instanceof GatewayError) return error;
      if (stop.signal.reason === TIMED_OUT) return tooSlow(call, Math.round(longestMs));
      if (call.signal?.aborted) return call.signal.reason;
      return broken(call, status !== null, error);
    }
  }

  // What a refusal says is passed on, and it may quote what it was sent.
  function withoutSecrets(text: string, { body }: Call): string {
    const secrets = [accessToken, ...secretsIn(body)];
    const hide = (said: string) => secrets.reduce((safe, secret) => safe.replaceAll(secret, '…'), said);
    const parsed = parseQuietly(text);
    return isObject(parsed)
      ? JSON.stringify(parsed, (_key, value) => (typeof value === 'string' ? hide(value) : value))
      : hide(text);
  }

  async function send(call: Call): Promise<unknown> {
    const { status, headers, text, json } = await exchange(call);
    if (!isSuccess(status)) throw refused(call, status, headers, withoutSecrets(text, call));
    return json;
  }

  async function attempt(call: Call): Promise<Attempt> {
    try {
      const { status, headers, text, json } = await exchange(call);
      if (isSuccess(status) && status !== PARTIAL_SUCCESS) return { ended: 'done', body: json };
      const safe = withoutSecrets(text, call);
      const error = refused(call, status, headers, safe);
      return isVerdict(status, headers)
        ? { ended: 'refused', status, body: parseQuietly(safe), error }
        : { ended: 'unknown', error };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { ended: neverSent(error) ? 'not-sent' : 'unknown', error };
    }
  }

  return {
    urlOverhead: base.origin.length + prefix.length,
    send,
    attempt,
    storeNow: () => Date.now() + clockAhead,
    close: () => pool.destroy(),
  };
}

const SECRET_KEYS: readonly string[] = ['password', 'new_password'];

/** What of a body may stand nowhere else. */
function secretsIn(body: unknown): readonly string[] {
  if (Array.isArray(body)) return body.flatMap(secretsIn);
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    SECRET_KEYS.includes(key) && typeof value === 'string' && value !== '' ? [value] : secretsIn(value),
  );
}

/** Milliseconds that the store's clock goes before ours, to the second. */
function aheadOf({ date }: Headers): number | null {
  const told = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(told) ? null : told - Date.now();
}

/** The general status page knows it, though no operation declares it: its answer tells of both parts, as a refusal may. */
const PARTIAL_SUCCESS = 207;

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

// A 429 with the quota's headers comes from the door: nothing went in. One without comes from further inside.
function isVerdict(status: number, headers: Headers): boolean {
  if (status === 429) return headers['x-rate-limit-requests-left'] !== undefined;
  if (status === PARTIAL_SUCCESS) return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 499;
}

function parse(call: CallName, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's message quotes the body, so it must not become a cause that something prints.
    throw notUnderstood(call, 'is not JSON');
  }
}

function parseQuietly(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
