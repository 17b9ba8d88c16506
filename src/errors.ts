/** All error codes, as clients see them in `extensions.code`. */
export type ErrorCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_MANY_ATTEMPTS'
  | 'INVALID_CREDENTIALS'
  | 'AUDIT_UNAVAILABLE'
  | 'OPERATION_TOO_EXPENSIVE'
  | 'OVERLOADED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'UPSTREAM_UNAUTHENTICATED'
  | 'UPSTREAM_FORBIDDEN'
  | 'UPSTREAM_REJECTED'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_BAD_RESPONSE'
  | 'INTERNAL';

/** Details that clients can act on, in `extensions`. They contain no personal data and no secrets. */
export interface ErrorDetails {
  /** The invalid argument, as a dotted path: `filter.emails`. */
  readonly argument?: string;
  /** Milliseconds after which the client can retry. */
  readonly retryAfterMs?: number;
  /** HTTP status of the store's response. */
  readonly status?: number;
  /** Title of the store's error response. */
  readonly title?: string;
  /** Parameters of the REST call that the store complains about: `id:in`. */
  readonly fields?: readonly string[];
  /** Estimated REST calls of the operation. */
  readonly estimatedCalls?: number;
  /** The limit that was exceeded. */
  readonly limit?: number;
  /** Name of that limit. */
  readonly limitName?: string;
  /** The value that exceeds it. */
  readonly actual?: number;
  /** The most expensive field. */
  readonly field?: string;
  /** Number of items of that field that would fit, if it is a write. */
  readonly maxItems?: number;
  /** The missing scope. */
  readonly scope?: string;
}

/** An error whose message and details are shown to the caller. All other errors are masked. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = details;
  }
}

/** The error for an invalid argument, found before anything was sent to the store. */
export function badInput(argument: string, problem: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}

/** A value, or the error that its GraphQL field fails with. */
export type Readable<T> = T | GatewayError;

/** @throws the error in place of a value */
export function valueOrThrow<T>(value: Readable<T>): T {
  if (value instanceof GatewayError) throw value;
  return value;
}
