import type { ErrorCode, GatewayError } from '../../errors.ts';
import type { Cause, Decision, WriteOutcome } from './outcome.ts';

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
  | 'OUTCOME_UNKNOWN'
  | 'PREREQUISITE_FAILED';

/** An error of one item, without the item's index. */
export interface ItemError {
  readonly code: WriteErrorCode;
  /** A sentence. It never contains values of the input. */
  readonly message: string;
  /** Path within the item: `addresses.0.city`. Null if the error concerns the whole item. */
  readonly field: string | null;
  readonly retryAfterMs?: number | undefined;
  /** HTTP status of the store's response, or of its part about the item. @default that of the last error response */
  readonly upstreamStatus?: number | undefined;
  /** The failure of the store that the message describes. @default none: the message is about the item */
  readonly failure?: GatewayError | undefined;
}

export interface WriteError {
  readonly code: WriteErrorCode;
  readonly message: string;
  /** Path within the input: `customers`, `3`, `email`. */
  readonly path: readonly string[];
  /** Milliseconds after which the client can retry, if known. */
  readonly retryAfterMs: number | null;
  /** HTTP status of the store's response, or of its part about the item. Null if the store did not reject anything. */
  readonly upstreamStatus: number | null;
}

/** The result of one item of a write. */
export interface WriteResult<R> {
  readonly index: number;
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
  /** The record as the store has it now, if known. */
  readonly record: R | null;
  /** The record that prevented the item, if known: it has what must be unique. */
  readonly existing: R | null;
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
  /** @default null */
  readonly existing?: R | null;
}

export function failed(...errors: readonly ItemError[]): ItemResult<never> {
  return { outcome: 'FAILED', errors, record: null };
}

export const CANCELLED: ItemError = {
  code: 'CANCELLED',
  message: 'The client disconnected, or the gateway was stopping, before the item was sent.',
  field: null,
};

/** Result of an item for which the engine has none, which is a bug. */
export const OUTCOME_UNKNOWN: ItemResult<never> = {
  outcome: 'UNKNOWN',
  errors: [{ code: 'OUTCOME_UNKNOWN', message: 'The outcome is not known.', field: null }],
  record: null,
};

/** Errors by cause. Those of `stated` and `batch-rejected` come with the response, the one of `taken` with the kind of write. */
export const CAUSES: Readonly<Record<Exclude<Cause, 'stated' | 'taken' | 'batch-rejected'>, ItemError>> = {
  'not-found': { code: 'NOT_FOUND', message: 'The store has no such record.', field: null },
  duplicate: {
    code: 'DUPLICATE',
    message: 'The customer already has this address; the store does not keep duplicates.',
    field: null,
  },
  conflict: {
    code: 'CONFLICT',
    message:
      'The record was changed since the item was first sent, and nothing shows whether the item was written before. It was not sent again, because that could undo the change.',
    field: null,
  },
  'not-written': {
    code: 'UPSTREAM_UNAVAILABLE',
    message: "The store's response was lost, and a read-back shows that nothing was written.",
    field: null,
  },
  throttled: {
    code: 'RATE_LIMITED',
    message: 'The store has too many requests at once, and a read-back shows that nothing was written.',
    field: null,
  },
  'left-out': {
    code: 'OUTCOME_UNKNOWN',
    message: "The store's response does not contain the item, and a read-back does not show it.",
    field: null,
  },
  unread: {
    code: 'OUTCOME_UNKNOWN',
    message: 'The response does not tell whether the item was written, and it could not be read back.',
    field: null,
  },
  hidden: {
    code: 'OUTCOME_UNKNOWN',
    message: 'The response does not tell whether the item was written, and no read can show it.',
    field: null,
  },
  lookalike: {
    code: 'OUTCOME_UNKNOWN',
    message:
      'The store has a new record that resembles the item, but nothing shows whether this write created it.',
    field: null,
  },
  'unproven-create': {
    code: 'OUTCOME_UNKNOWN',
    message:
      'The store has the record, but nothing shows whether this write created it or it was there before.',
    field: null,
  },
  'unproven-delete': {
    code: 'OUTCOME_UNKNOWN',
    message:
      "The store's response was lost. The record does not exist now, but nothing shows whether it did before.",
    field: null,
  },
  lost: {
    code: 'OUTCOME_UNKNOWN',
    message:
      "The store's response was lost. The store has other values, and nothing shows whether it had these before.",
    field: null,
  },
};

/** What a result is made of, besides the decision. */
export interface ResultParts<R> {
  /** The record in the response. */
  readonly answered: R | null;
  /** The record that was read. */
  readonly found: R | null;
  readonly stated: ItemError | null;
  readonly taken: ItemError | null;
  /** HTTP status of the last response, if it is an error. */
  readonly status: number | null;
}

/** The result of an item whose outcome is decided. */
export function resultOf<R>(
  { outcome, record, cause }: Decision,
  { answered, found, stated, taken, status }: ResultParts<R>,
): ItemResult<R> {
  const error = errorOf(cause, stated, taken);
  return {
    outcome,
    errors: error === null ? [] : [{ upstreamStatus: status ?? undefined, ...error }],
    record: record === 'answered' ? answered : record === 'found' ? found : null,
    existing: record === 'existing' && error?.code === 'TAKEN' ? found : null,
  };
}

function errorOf(cause: Cause | null, stated: ItemError | null, taken: ItemError | null): ItemError | null {
  if (cause === null) return null;
  if (cause === 'stated' || cause === 'batch-rejected') return stated;
  return cause === 'taken' ? (taken ?? TAKEN) : CAUSES[cause];
}

/** Error of an item of a rejected batch, if the store names no item. @param reason what it says instead */
export function batchRejectedError(reason: string | null): ItemError {
  const message = 'The store rejected this item together with others, without naming the invalid ones';
  return {
    code: 'BATCH_REJECTED',
    message: reason === null ? `${message}.` : `${message}: ${reason}.`,
    field: null,
  };
}

const TAKEN: ItemError = { code: 'TAKEN', message: 'Another record has what must be unique.', field: null };

/** Error of an item that was not sent, because the store was not reachable or a read before the write failed. */
export function notSentError(failure: GatewayError): ItemError {
  const { code, message, details } = failure;
  return {
    failure,
    code: NOT_SENT_CODES[code] ?? 'UPSTREAM_UNAVAILABLE',
    message,
    field: null,
    retryAfterMs: details.retryAfterMs,
    upstreamStatus: details.status,
  };
}

const NOT_SENT_CODES: Readonly<Partial<Record<ErrorCode, WriteErrorCode>>> = {
  UPSTREAM_UNAUTHENTICATED: 'FORBIDDEN',
  UPSTREAM_FORBIDDEN: 'FORBIDDEN',
  UPSTREAM_RATE_LIMITED: 'RATE_LIMITED',
  UPSTREAM_REJECTED: 'REJECTED',
  UPSTREAM_TIMEOUT: 'TIMEOUT',
};

/**
 * Builds the payload from the results of all items, in input order.
 * @param shown replaces an error by the one that the caller may see
 */
export function createPayload<R>(
  list: string,
  itemResults: readonly ItemResult<R>[],
  shown: (error: ItemError) => ItemError,
): WritePayload<R> {
  return payloadOf(itemResults.map((result, index) => createResult(list, index, result, shown)));
}

/** Gives the result of an item its index. @param shown as in `createPayload` */
export function createResult<R>(
  list: string,
  index: number,
  { outcome, errors, record, existing = null }: ItemResult<R>,
  shown: (error: ItemError) => ItemError,
): WriteResult<R> {
  return {
    index,
    outcome,
    record,
    existing,
    errors: errors.map(shown).map(({ code, message, field, retryAfterMs, upstreamStatus }) => ({
      code,
      message,
      path: [list, String(index), ...(field === null ? [] : field.split('.'))],
      retryAfterMs: retryAfterMs ?? null,
      upstreamStatus: upstreamStatus ?? null,
    })),
  };
}

export function payloadOf<R>(results: readonly WriteResult<R>[]): WritePayload<R> {
  return { results, summary: summarize(results.map(({ outcome }) => outcome)) };
}

/** Counts outcomes. */
export function summarize(outcomes: readonly WriteOutcome[]): WriteSummary {
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
