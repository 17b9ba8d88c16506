import type { ErrorCode, ErrorDetails } from '../errors.ts';

/** One error of a response. */
export interface ResponseError {
  readonly message: string;
  /** The field that failed, by the names in the response. Absent if the request was refused. */
  readonly path?: readonly (string | number)[];
  readonly extensions: ErrorDetails & {
    readonly code: ErrorCode;
    /** The request in the gateway's log, with the code INTERNAL. */
    readonly requestId?: string;
  };
}

/** The codes of the gateway, and those of requests that got no answer that can be read. */
export type FailureCode =
  | ErrorCode
  /** The connection failed, or was cut. */
  | 'NETWORK'
  /** No complete answer in time. */
  | 'TIMEOUT'
  /** An answer that is not a GraphQL response. */
  | 'BAD_RESPONSE'
  /** An answer that is longer than the client reads. */
  | 'RESPONSE_TOO_LARGE';

/** What is known of a request that failed. */
export interface FailureDetails {
  readonly errors?: readonly ResponseError[];
  /** HTTP status. @default null, there was no answer */
  readonly status?: number | null;
  /** @default null, the gateway did not say */
  readonly retryAfterMs?: number | null;
  /** @default true */
  readonly mayHaveRun?: boolean;
  /** What the request answered beside the errors. @default null */
  readonly data?: unknown;
  readonly cause?: unknown;
}

/** A request that failed, as a whole or in some fields. */
export class GatewayFailure extends Error {
  /** The code of the first error. */
  readonly code: FailureCode;
  /** The errors of the response. Empty if there was no GraphQL response. */
  readonly errors: readonly ResponseError[];
  /** HTTP status, null if there was no answer. */
  readonly status: number | null;
  /** How long to wait before the next attempt, in milliseconds. Null if the gateway did not say. */
  readonly retryAfterMs: number | null;
  /** Whether a mutation may have been executed. False if the gateway refused the request before it ran. */
  readonly mayHaveRun: boolean;
  /** The part of the data that did not fail, null if there is none. */
  readonly data: unknown;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GatewayFailure';
    this.code = code;
    this.errors = details.errors ?? [];
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.mayHaveRun = details.mayHaveRun ?? true;
    this.data = details.data ?? null;
  }
}

/** The failure that a response reports with its errors. At least one. */
export function failureOf(
  errors: readonly ResponseError[],
  details: Omit<FailureDetails, 'errors'>,
): GatewayFailure {
  const waits = errors.flatMap(({ extensions }) => extensions.retryAfterMs ?? []);
  return new GatewayFailure(
    errors[0]?.extensions.code ?? 'BAD_RESPONSE',
    errors.map(({ message }) => message).join(' '),
    {
      ...details,
      errors,
      retryAfterMs: waits.length > 0 ? Math.max(...waits) : (details.retryAfterMs ?? null),
    },
  );
}

/** Codes of requests that are refused before they run, if the response has no data. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AUDIT_UNAVAILABLE',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_TOO_EXPENSIVE',
  'OVERLOADED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'TOO_MANY_ATTEMPTS',
  'UNAUTHENTICATED',
]);

/** Limits of the response: the operation has run when they are exceeded. */
const LIMITS_OF_RESPONSES: ReadonlySet<string | undefined> = new Set(['values', 'responseBytes']);

/** Whether the errors of a response without data show that the operation did not run. */
export function isRefusal(errors: readonly ResponseError[]): boolean {
  return errors.every(
    ({ extensions: { code, limitName } }) => REFUSALS.has(code) && !LIMITS_OF_RESPONSES.has(limitName),
  );
}

/** Codes with which the same request can succeed later, if it reads. */
const PASSING: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'AUDIT_UNAVAILABLE',
  'NETWORK',
  'OVERLOADED',
  'TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/**
 * Whether the same request may be sent again. A query may if the failure can pass. Any other operation may only if the gateway
 * refused it before it ran.
 */
export function mayRetry(failure: GatewayFailure, isQuery: boolean): boolean {
  const { errors, mayHaveRun } = failure;
  if (!isQuery && mayHaveRun) return false;
  return errors.length === 0
    ? canPass(failure.code, failure)
    : errors.every(({ extensions }) => canPass(extensions.code, failure));
}

function canPass(code: FailureCode, { status, retryAfterMs }: GatewayFailure): boolean {
  // The budget of the caller comes back; what is too expensive for any caller has no time.
  if (code === 'OPERATION_TOO_EXPENSIVE') return retryAfterMs !== null;
  // Proxies answer for a gateway that is away with pages of their own.
  if (code === 'BAD_RESPONSE') return status === null || status < 400 || status === 429 || status >= 500;
  return PASSING.has(code);
}
