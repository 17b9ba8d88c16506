import { GatewayError } from '../errors.ts';
import { isObject } from './wire.ts';

/** What a call was, as far as an error or a log may tell: no query string, since filters hold personal data. */
export interface CallName {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** Headers by lower-case name, as undici hands them over. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const LONGEST_TITLE = 200;
const LONGEST_WAIT_MS = 10 * 60_000;

/** A refused answer (anything but 2xx) as the error that callers see. */
export function refused(call: CallName, status: number, headers: Headers, body: string): GatewayError {
  const title = titleOf(body);
  const details = title === null ? { status } : { status, title };
  const said = `The store answered ${nameOf(call)} with ${status}${title === null ? '' : `: ${title}`}`;
  if (status === 401) {
    return new GatewayError('UPSTREAM_UNAUTHENTICATED', `${said}. The access token is refused.`, details);
  }
  if (status === 403) {
    return new GatewayError(
      'UPSTREAM_FORBIDDEN',
      `${said}. The access token needs ${scopeFor(call)}.`,
      details,
    );
  }
  if (status === 429) {
    return new GatewayError('UPSTREAM_RATE_LIMITED', `${said}.`, { ...details, ...retryAfter(headers) });
  }
  if (status >= 500) return new GatewayError('UPSTREAM_UNAVAILABLE', `${said}.`, details);
  if (status >= 400) return new GatewayError('UPSTREAM_REJECTED', `${said}.`, details);
  // A redirect is never followed: the request would carry the access token to wherever it points.
  return new GatewayError('UPSTREAM_BAD_RESPONSE', `${said}, which is no answer.`, details);
}

/** A 2xx answer that is not what the API speaks. */
export function notUnderstood(call: CallName, why: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    `The store's answer to ${nameOf(call)} ${why}.`,
    {},
    cause,
  );
}

/** The total deadline of a call passed. */
export function tooSlow(call: CallName, timeoutMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    `The store did not answer ${nameOf(call)} within ${timeoutMs} ms.`,
  );
}

const NOT_HTTP: readonly string[] = ['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'];

/** A call that broke on the way: before an answer began (`answering` false) or in the middle of it. */
export function broken(call: CallName, answering: boolean, cause: unknown): GatewayError {
  const { code, name } = named(cause);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return notUnderstood(call, 'is larger than the limit', cause);
  if (answering) return notUnderstood(call, 'broke off in the middle', cause);
  if (name === 'HTTPParserError' || NOT_HTTP.includes(code)) {
    return notUnderstood(call, 'is not valid HTTP', cause);
  }
  const why = code === '' ? '' : ` (${code})`;
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `The store could not be reached for ${nameOf(call)}${why}.`,
    {},
    cause,
  );
}

const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a failed call failed before anything of it was sent. */
export function neverSent({ cause }: GatewayError): boolean {
  return isObject(cause) && typeof cause.code === 'string' && BEFORE_SENDING.has(cause.code);
}

/** What an answer holds, or null where the store refused with this status: it has no such record. */
export async function orNull<T>(status: number, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayError && error.details.status === status) return null;
    throw error;
  }
}

/** Whether a smaller part of the same list might be taken: the store called it too long, or refused something in it. */
export function mayPassInParts(error: unknown): boolean {
  return error instanceof GatewayError && [400, 413, 414, 422].includes(error.details.status ?? 0);
}

/** Whether the store said that a list or its URL is too long, which is no verdict on any value in it. */
export function isTooLong(error: unknown): boolean {
  return error instanceof GatewayError && [413, 414].includes(error.details.status ?? 0);
}

function named(error: unknown): { readonly name: string; readonly code: string } {
  const { name, code } = isObject(error) ? error : {};
  return { name: typeof name === 'string' ? name : '', code: typeof code === 'string' ? code : '' };
}

function nameOf({ method, path }: CallName): string {
  return `${method} ${path}`;
}

function scopeFor({ operation, method }: CallName): string {
  if (operation === 'getCustomerStoredInstruments')
    return 'the scope store_stored_payment_instruments_read_only';
  return method === 'GET' ? 'the scope store_v2_customers_read_only' : 'the scope store_v2_customers';
}

// Errors come as JSON in three shapes, and as plain text where no token was sent.
function titleOf(body: string): string | null {
  const error = parsed(body);
  if (!isObject(error)) return null;
  const title = [error.title, error.message, error.detail].find((said) => typeof said === 'string');
  return typeof title === 'string' && title !== '' ? withoutPersonalData(title) : null;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

// The store quotes what it was sent: `For input string: "..."`, `email ... already in use`. A quoted value may hold
// quotation marks, so all between the first and the last is dropped; only the names of parameters stay.
function withoutPersonalData(title: string): string {
  return title
    .replaceAll(/(\bparameter "[\w:]+")|".*"|".*$/gs, (_quoted, parameter?: string) => parameter ?? '"…"')
    .replaceAll(/[^\s<>"']+@[^\s<>"']+/g, '…')
    .slice(0, LONGEST_TITLE);
}

function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const resetMs = numberOf(headers['x-rate-limit-time-reset-ms']);
  if (resetMs !== null) return { retryAfterMs: clamp(resetMs) };
  const seconds = numberOf(headers['x-retry-after']) ?? numberOf(headers['retry-after']);
  return seconds === null ? {} : { retryAfterMs: clamp(seconds * 1000) };
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : null;
}

function clamp(waitMs: number): number {
  return Math.min(waitMs, LONGEST_WAIT_MS);
}
