import { Pool } from 'undici';
import { GatewayError } from '../errors.ts';
import { broken, type CallName, type Headers, notUnderstood, refused, tooSlow } from './failure.ts';

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
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
}

/** The one pool of connections to the store. */
export interface Http {
  /** Characters of a URL that are spent before its path begins. */
  readonly urlOverhead: number;
  /** Sends one call and answers its parsed JSON; whatever goes wrong is a GatewayError. */
  send(call: Call): Promise<unknown>;
  close(): Promise<void>;
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
  const headers = { accept: 'application/json', 'x-auth-token': accessToken, 'user-agent': USER_AGENT };

  async function send(call: Call): Promise<unknown> {
    call.signal.throwIfAborted();
    const startedAt = performance.now();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(TIMED_OUT), timeoutMs);
    const leave = () => stop.abort(call.signal.reason);
    call.signal.addEventListener('abort', leave, { once: true });
    let status: number | null = null;
    let answerHeaders: Headers = {};
    let failure: unknown = null;
    try {
      const path = `${prefix}${call.path}${call.query === '' ? '' : `?${call.query}`}`;
      const method = call.method as 'GET';
      const response = await pool.request({ path, method, headers, signal: stop.signal });
      status = response.statusCode;
      answerHeaders = response.headers;
      const body = await response.body.text();
      if (status < 200 || status >= 300) throw refused(call, status, answerHeaders, withoutToken(body));
      return body === '' ? null : parse(call, body);
    } catch (error) {
      failure = explain(error);
      throw failure;
    } finally {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', leave);
      const { operation, method, path } = call;
      const durationMs = performance.now() - startedAt;
      onCall({ operation, method, path, status, headers: answerHeaders, durationMs, failure });
    }

    // What a refusal says is passed on, and it may quote what it was sent.
    function withoutToken(body: string): string {
      return body.replaceAll(accessToken, '…');
    }

    function explain(error: unknown): unknown {
      if (error instanceof GatewayError) return error;
      if (stop.signal.reason === TIMED_OUT) return tooSlow(call, timeoutMs);
      if (call.signal.aborted) return call.signal.reason;
      return broken(call, status !== null, error);
    }
  }

  return {
    urlOverhead: base.origin.length + prefix.length,
    send,
    close: () => pool.destroy(),
  };
}

function parse(call: CallName, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    // The parser's message quotes the body, so it must not become a cause that something prints.
    throw notUnderstood(call, error instanceof SyntaxError ? 'is not JSON' : 'cannot be read');
  }
}
