/** Every code that an operation can fail with, as clients see it in `extensions.code`. */
export type ErrorCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_MANY_ATTEMPTS'
  | 'AUDIT_UNAVAILABLE'
  | 'OPERATION_TOO_EXPENSIVE'
  | 'UPSTREAM_UNAUTHENTICATED'
  | 'UPSTREAM_FORBIDDEN'
  | 'UPSTREAM_REJECTED'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_BAD_RESPONSE'
  | 'INTERNAL';

/** Facts beside the code that clients may act on. None of them is personal or secret. */
export interface ErrorDetails {
  /** The argument at fault, as a dotted path: `filter.emails`. */
  readonly argument?: string;
  /** Milliseconds after which another try makes sense. */
  readonly retryAfterMs?: number;
  /** HTTP status of the store's answer. */
  readonly status?: number;
  /** What the store called its refusal. */
  readonly title?: string;
  /** REST calls that the operation may cost, and how many it may. */
  readonly price?: number;
  readonly limit?: number;
  /** What an operation has too much of, and how much of it was counted. */
  readonly what?: string;
  readonly figure?: number;
  /** The field that costs the most. */
  readonly field?: string;
  /** Items of that field which would be allowed at once, where it is a write. */
  readonly fits?: number;
  /** What the caller lacks. */
  readonly scope?: string;
}

/** A failure whose message and details may be shown to the caller. Anything else that is thrown gets masked. */
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

/** The caller's mistake in one argument, found before anything was sent to the store. */
export function badInput(argument: string, problem: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}
