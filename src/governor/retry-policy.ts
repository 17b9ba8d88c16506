import { GatewayError } from '../errors.ts';

// When a call to the store is made again. All limits of retries stand here. Which write may be repeated at all, and why, is
// the column `retry` of the table of REST operations (rest/operations.ts).

/**
 * Reads change nothing, so any read may be made again:
 * - after a transient failure (`isTransient`), if the retry budget of all callers and the deadline allow it;
 * - after a 429, when its turn comes again, without a charge to the budget.
 */
export const READ_RETRIES = {
  /** Maximum number of attempts at a read whose failures are transient, including the first. */
  maxAttempts: 3,
  /** Milliseconds before the second attempt at most. Doubles with each attempt. */
  baseDelayMs: 200,
  maxDelayMs: 5_000,
  /** Number of failures of an operation in a row from which its reads are not retried: retries would only add load. */
  maxFailuresInARow: 5,
  /** Maximum number of attempts at a read that the store rejects with 429. Each round at least halves the concurrency. */
  maxRejections: 8,
} as const;

/**
 * A write is made again only if that can neither double nor undo anything:
 * - after a 429 for the quota, in the next window: the store did not execute it;
 * - after a lost response, item by item, as `nextStep` (resolvers/writes/next-step.ts) decides from what a read shows and
 *   from the column `retry`.
 */
export const WRITE_RETRIES = {
  /** Maximum number of attempts at a write that the store rejects because the quota is used up. */
  maxRejections: 3,
  /** Maximum number of times that an item is sent again. */
  maxRepeats: 5,
  /** Maximum number of failed reads of an item that settle a write. Enough to settle it if one call in five fails. */
  maxFailedReads: 8,
  /** Milliseconds from a lost response to the first read that settles it, and the factor by which the pauses grow. */
  initialReadDelayMs: 100,
  readDelayFactor: 2.5,
} as const;

/** Whether the same read may succeed shortly after. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  const { status, title = '' } = error.details;
  if (status === 501 || title.startsWith('The store is suspended')) return false;
  if (status === 423 || status === 429) return true;
  return error.code === 'UPSTREAM_UNAVAILABLE' || isConnectionReset(error.cause);
}

const CONNECTION_RESET_CODES: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET'];

/** Whether the connection was reset in the middle of a response. */
function isConnectionReset(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    CONNECTION_RESET_CODES.includes(cause.code)
  );
}
