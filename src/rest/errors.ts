import { GatewayError } from '../errors.ts';
import { collectSent } from './client/redact.ts';
import { redactText } from './client/redact-text.ts';
import { permissionOf, TOKEN_PERMISSIONS } from './operations.ts';
import { rejectedFields } from './rejected-fields.ts';
import { isObject, parseJsonOrNull } from './wire/decode.ts';

/** Names a call in errors and logs. Without the query string, since filters contain personal data. */
export interface CallName {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** Response headers by lower-case name, as undici returns them. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A call whose response is an error, with what its text may quote. */
export interface RejectedCallName extends CallName {
  readonly query?: string;
  readonly body?: unknown;
  /** Milliseconds until the store would take the call again. Null if it is not known. */
  readonly retryAfterMs?: (() => number | null) | undefined;
}

/**
 * The error for a response that is not 2xx. Its text contains nothing that the response quotes of the request or of other
 * customers. A missing scope is named if the store says that one is missing.
 */
export function rejectedResponse(call: RejectedCallName, status: number, body: string): GatewayError {
  const response = parseJsonOrNull(body);
  const { title, detail } = readTexts(response, call);
  // The API documents `detail` for 400 alone. Elsewhere it could be anything.
  const texts = status === 400 ? [title, detail] : [title];
  const fields = call.method === 'GET' ? rejectedFields(response, status, call.query ?? '') : [];
  const details = { status, ...(title !== null && { title }), ...(fields.length > 0 && { fields }) };
  const reason = texts.flatMap((text) => text?.replace(/\.$/, '') ?? []).join(': ');
  const message = `The store answered ${describeCall(call)} with ${status}${reason === '' ? '' : `: ${reason}`}`;
  if (status === 401) {
    return new GatewayError(
      'UPSTREAM_UNAUTHENTICATED',
      `${message}. The access token was rejected.`,
      details,
    );
  }
  if (status === 403) {
    const scope = namesMissingScope(response) ? ` The access token needs ${requiredScope(call)}.` : '';
    return new GatewayError('UPSTREAM_FORBIDDEN', `${message}.${scope}`, details);
  }
  if (status === 429) {
    const retryAfterMs = call.retryAfterMs?.() ?? null;
    const wait = retryAfterMs !== null && { retryAfterMs };
    return new GatewayError('UPSTREAM_RATE_LIMITED', `${message}.`, { ...details, ...wait });
  }
  if (status >= 500) return new GatewayError('UPSTREAM_UNAVAILABLE', `${message}.`, details);
  if (status >= 400) return new GatewayError('UPSTREAM_REJECTED', `${message}.`, details);
  // Redirects are not followed: the request would carry the access token to the new location.
  return new GatewayError('UPSTREAM_BAD_RESPONSE', `${message}, an unexpected status.`, details);
}

/** Whether an error response says that the access token lacks a scope. Another 403 can be about one record. */
export function namesMissingScope(response: unknown): boolean {
  return textsOf(response).some((text) => /\bscopes?\b/i.test(text.slice(0, MAX_SEARCHED)));
}

/** The error for a response that does not follow the API. @param why continues "The store's answer to ... " */
export function badResponse(call: CallName, why: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    `The store's answer to ${describeCall(call)} ${why}.`,
    {},
    cause,
  );
}

/** The error for a call that exceeded its time limit. */
export function timeoutError(call: CallName, timeoutMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    `The store did not answer ${describeCall(call)} within ${timeoutMs} ms.`,
  );
}

const TOO_LARGE_CODES: readonly string[] = ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'ERR_BUFFER_TOO_LARGE'];
const INVALID_HTTP_CODES: readonly string[] = [
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
];

/** The error for a broken connection. @param responseStarted whether the response had begun */
export function connectionError(call: CallName, responseStarted: boolean, cause: unknown): GatewayError {
  const { code, name } = nameAndCode(cause);
  if (TOO_LARGE_CODES.includes(code)) return badResponse(call, 'is larger than the limit', cause);
  if (responseStarted) return badResponse(call, 'was cut off', cause);
  if (name === 'HTTPParserError' || INVALID_HTTP_CODES.includes(code)) {
    return badResponse(call, 'is not valid HTTP', cause);
  }
  const why = code === '' ? '' : ` (${code})`;
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `The store could not be reached for ${describeCall(call)}${why}.`,
    {},
    cause,
  );
}

const CONNECT_ERROR_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a call failed before anything was sent. */
export function wasNeverSent({ cause }: GatewayError): boolean {
  return isObject(cause) && typeof cause.code === 'string' && CONNECT_ERROR_CODES.has(cause.code);
}

/**
 * Reads the body of an answer. Null if the body is empty, or the store rejected the call with this status, such as 404.
 * One promise: there is an answer for each customer.
 */
export function readOrNull<T>(
  status: number,
  answer: Promise<unknown>,
  read: (body: unknown) => T,
): Promise<T | null> {
  return answer.then(
    (body) => (body === null ? null : read(body)),
    (error: unknown) => {
      if (error instanceof GatewayError && error.details.status === status) return null;
      throw error;
    },
  );
}

/** Whether a smaller part of the same list may succeed: the store found it too long, or rejected a value in it. */
export function isSplittable(error: unknown): boolean {
  return error instanceof GatewayError && [400, 413, 414, 422].includes(error.details.status ?? 0);
}

/** Whether the store found a list or its URL too long, which says nothing about its values. */
export function isListTooLong(error: unknown): boolean {
  return error instanceof GatewayError && [413, 414].includes(error.details.status ?? 0);
}

function nameAndCode(error: unknown): { readonly name: string; readonly code: string } {
  const { name, code } = isObject(error) ? error : {};
  return { name: typeof name === 'string' ? name : '', code: typeof code === 'string' ? code : '' };
}

function describeCall({ method, path }: CallName): string {
  return `${method} ${path}`;
}

function requiredScope({ operation, method }: CallName): string {
  return `the scope ${TOKEN_PERMISSIONS[permissionOf(operation, method)].scope}`;
}

/** Characters of a text that are searched for a word. */
const MAX_SEARCHED = 1_000;

// Errors come as JSON in three shapes, and as plain text if no token was sent.
function textsOf(response: unknown): readonly string[] {
  if (!isObject(response)) return [];
  const { title, message, detail } = response;
  return [title, message, detail].filter((text) => typeof text === 'string').filter((text) => text !== '');
}

/** The title of an error response, and its detail, which says what the title `Bad Request` leaves out. */
function readTexts(response: unknown, { body, query }: RejectedCallName) {
  const sent = collectSent(body, query);
  const [title = null, ...others] = textsOf(response).map((text) => redactText(text, sent));
  return { title, detail: others.find((text) => text !== title) ?? null };
}
