import { Pool } from 'undici';
import { GatewayError } from '../../errors.ts';
import { readRateLimitHeaders } from '../../governor/quota/rate-limit-headers.ts';
import { type ResponseHeaders, rejectedResponse, wasNeverSent } from '../errors.ts';
import { parseJsonOrNull } from '../wire/decode.ts';
import { collectSecrets, redactSecrets } from './redact.ts';
import { type Call, createRoundTrip, type HttpClientOptions, isSuccess } from './round-trip.ts';

export type { Call, CallReport, HttpClientOptions } from './round-trip.ts';

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

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs, maxBodyBytes, connections } = options;
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
  let clockOffsetMs = 0;
  const roundTrip = createRoundTrip(pool, options, (headers) => {
    clockOffsetMs = clockOffset(headers) ?? clockOffsetMs;
  });

  async function send(call: Call): Promise<unknown> {
    const { status, text, token, json } = await roundTrip(call);
    if (!isSuccess(status))
      throw rejectedResponse(call, status, redactSecrets(text, [token, ...collectSecrets(call.body)]));
    return json;
  }

  async function attempt(call: Call): Promise<WriteAttempt> {
    try {
      const answer = await roundTrip(call);
      const { status } = answer;
      if (isSuccess(status) && status !== PARTIAL_SUCCESS) return { outcome: 'ok', body: answer.json };
      const safe = redactSecrets(answer.text, [answer.token, ...collectSecrets(call.body)]);
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

// A 429 that states that nothing is left of the quota comes from the API's rate limiter: nothing was written. Any other
// one comes from a later stage, where something may have been written.
function isDefinitive(status: number, headers: ResponseHeaders): boolean {
  if (status === 429) return readRateLimitHeaders(headers)?.remaining === 0;
  if (status === PARTIAL_SUCCESS) return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 499;
}
