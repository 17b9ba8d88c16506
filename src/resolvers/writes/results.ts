import type { ErrorCode, GatewayError } from '../../errors.ts';

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

/** An error of one item, without the item's index. */
export interface ItemError {
  readonly code: WriteErrorCode;
  /** A sentence. It never contains values of the input. */
  readonly message: string;
  /** Path within the item: `addresses.0.city`. Null if the error concerns the whole item. */
  readonly field: string | null;
  readonly retryAfterMs?: number | undefined;
}

export interface WriteError {
  readonly code: WriteErrorCode;
  readonly message: string;
  /** Path within the input: `customers`, `3`, `email`. */
  readonly path: readonly string[];
  /** Milliseconds after which the client can retry, if known. */
  readonly retryAfterMs: number | null;
}

/** The result of one item of a write. */
export interface WriteResult<R> {
  readonly index: number;
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
  /** The record as the store has it now, if known. */
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

/** The results of all items of a write. */
export interface WritePayload<R> {
  readonly results: readonly WriteResult<R>[];
  readonly summary: WriteSummary;
}

/** The result of an item, without its index. */
export interface ItemResult<R> {
  readonly outcome: WriteOutcome;
  readonly errors: readonly ItemError[];
  readonly record: R | null;
}

export function succeeded<R>(outcome: WriteOutcome, record: R | null): ItemResult<R> {
  return { outcome, errors: [], record };
}

export function failed(...errors: readonly ItemError[]): ItemResult<never> {
  return { outcome: 'FAILED', errors, record: null };
}

export function notAttempted(error: ItemError): ItemResult<never> {
  return { outcome: 'NOT_ATTEMPTED', errors: [error], record: null };
}

export const CANCELLED: ItemError = {
  code: 'CANCELLED',
  message: 'The client disconnected, or the gateway was stopping, before the item was sent.',
  field: null,
};

export const OUTCOME_UNKNOWN: ItemResult<never> = {
  outcome: 'UNKNOWN',
  errors: [
    {
      code: 'OUTCOME_UNKNOWN',
      message: "The store's response was lost, and a read-back did not show the outcome.",
      field: null,
    },
  ],
  record: null,
};

/** Result of an item that was not sent, because the store was not reachable or a read before the write failed. */
export function notSent({ code, message, details }: GatewayError): ItemResult<never> {
  return notAttempted({
    code: NOT_SENT_CODES[code] ?? 'UPSTREAM_UNAVAILABLE',
    message,
    field: null,
    retryAfterMs: details.retryAfterMs,
  });
}

const NOT_SENT_CODES: Readonly<Partial<Record<ErrorCode, WriteErrorCode>>> = {
  UPSTREAM_UNAUTHENTICATED: 'FORBIDDEN',
  UPSTREAM_FORBIDDEN: 'FORBIDDEN',
  UPSTREAM_RATE_LIMITED: 'RATE_LIMITED',
  UPSTREAM_REJECTED: 'REJECTED',
  UPSTREAM_TIMEOUT: 'TIMEOUT',
};

/** Builds the payload from the results of all items, in input order. */
export function createPayload<R>(list: string, itemResults: readonly ItemResult<R>[]): WritePayload<R> {
  const results = itemResults.map(({ outcome, errors, record }, index) => ({
    index,
    outcome,
    record,
    errors: errors.map(({ code, message, field, retryAfterMs }) => ({
      code,
      message,
      path: [list, String(index), ...(field === null ? [] : field.split('.'))],
      retryAfterMs: retryAfterMs ?? null,
    })),
  }));
  return { results, summary: summarize(results.map(({ outcome }) => outcome)) };
}

function summarize(outcomes: readonly WriteOutcome[]): WriteSummary {
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
