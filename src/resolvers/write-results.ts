import type { ErrorCode, GatewayError } from '../errors.ts';

export type WriteOutcome =
  | 'CREATED'
  | 'UPDATED'
  | 'UNCHANGED'
  | 'DELETED'
  | 'FAILED'
  | 'UNKNOWN'
  | 'NOT_ATTEMPTED';

export type WriteErrorCode =
  | 'INVALID'
  | 'REQUIRED'
  | 'TAKEN'
  | 'DUPLICATE'
  | 'NOT_FOUND'
  | 'LIMIT_EXCEEDED'
  | 'BATCH_REJECTED'
  | 'REJECTED'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'OUTCOME_UNKNOWN';

/** What is wrong with one item, before it is known where the item stands. */
export interface Problem {
  readonly code: WriteErrorCode;
  /** Whole sentence. Never holds a value. */
  readonly message: string;
  /** Into the item: `addresses.0.city`. Null where the item as a whole is meant. */
  readonly field: string | null;
  readonly retryAfterMs?: number | undefined;
}

export interface WriteError {
  readonly code: WriteErrorCode;
  readonly message: string;
  /** Into the input: `customers`, `3`, `email`. */
  readonly path: readonly string[];
  readonly retryAfterMs: number | null;
}

/** What became of one item of a write. */
export interface WriteResult<R> {
  readonly index: number;
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
  /** What the store holds now, where it is known. */
  readonly record: R | null;
}

export interface WriteSummary {
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notAttempted: number;
}

/** What became of a whole write. */
export interface WritePayload<R> {
  readonly results: readonly WriteResult<R>[];
  readonly summary: WriteSummary;
}

/** What became of an item, before it is known which one. */
export interface Verdict<R> {
  readonly outcome: WriteOutcome;
  readonly problems: readonly Problem[];
  readonly record: R | null;
}

export function succeeded<R>(outcome: WriteOutcome, record: R | null): Verdict<R> {
  return { outcome, problems: [], record };
}

export function failed(...problems: readonly Problem[]): Verdict<never> {
  return { outcome: 'FAILED', problems, record: null };
}

export function notAttempted(problem: Problem): Verdict<never> {
  return { outcome: 'NOT_ATTEMPTED', problems: [problem], record: null };
}

export const CANCELLED: Problem = {
  code: 'CANCELLED',
  message: 'The caller left, or the gateway is stopping, before it was sent.',
  field: null,
};

export const OUTCOME_UNKNOWN: Verdict<never> = {
  outcome: 'UNKNOWN',
  problems: [
    {
      code: 'OUTCOME_UNKNOWN',
      message: "The store's answer was lost, and reading back could not settle what it did.",
      field: null,
    },
  ],
  record: null,
};

/** Nothing was sent, for want of a store that can be reached or of what had to be read first. */
export function unsent({ code, message, details }: GatewayError): Verdict<never> {
  return notAttempted({
    code: CODES_UNSENT[code] ?? 'UPSTREAM_UNAVAILABLE',
    message,
    field: null,
    retryAfterMs: details.retryAfterMs,
  });
}

const CODES_UNSENT: Readonly<Partial<Record<ErrorCode, WriteErrorCode>>> = {
  UPSTREAM_UNAUTHENTICATED: 'FORBIDDEN',
  UPSTREAM_FORBIDDEN: 'FORBIDDEN',
  UPSTREAM_RATE_LIMITED: 'RATE_LIMITED',
  UPSTREAM_REJECTED: 'REJECTED',
  UPSTREAM_TIMEOUT: 'TIMEOUT',
};

/** Puts verdicts together, in the order of their items. */
export function payloadOf<R>(list: string, verdicts: readonly Verdict<R>[]): WritePayload<R> {
  const results = verdicts.map(({ outcome, problems, record }, index) => ({
    index,
    outcome,
    record,
    errors: problems.map(({ code, message, field, retryAfterMs }) => ({
      code,
      message,
      path: [list, String(index), ...(field === null ? [] : field.split('.'))],
      retryAfterMs: retryAfterMs ?? null,
    })),
  }));
  return { results, summary: summaryOf(results.map(({ outcome }) => outcome)) };
}

function summaryOf(outcomes: readonly WriteOutcome[]): WriteSummary {
  const count = (outcome: WriteOutcome) => outcomes.filter((each) => each === outcome).length;
  return {
    total: outcomes.length,
    created: count('CREATED'),
    updated: count('UPDATED'),
    unchanged: count('UNCHANGED'),
    deleted: count('DELETED'),
    failed: count('FAILED'),
    unknown: count('UNKNOWN'),
    notAttempted: count('NOT_ATTEMPTED'),
  };
}
