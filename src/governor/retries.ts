import { GatewayError } from '../errors.ts';

/** Decides which reads are retried, and when. All callers share one budget, so retries cannot turn a hiccup into an outage. */
export interface Retries {
  /** Adds the `ratio` of one call to the budget. Once per call, not per retry. */
  earn(): void;
  /** Takes one retry from the budget. False if there is none left. */
  spend(): boolean;
  /** Milliseconds until the next attempt at a failed read; null if it must not be retried. @param attempt from 1 */
  waitMs(error: unknown, attempt: number): number | null;
}

export interface RetriesOptions {
  /** Retries per call, across all callers. 0 disables retries. @default 0.1 */
  readonly share?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Maximum number of attempts at one read, including the first. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** Maximum number of retries that the budget can hold. */
const MOST_SAVED = 10;

export function createRetries({ share = 0.1, random }: RetriesOptions): Retries {
  let balance = share === 0 ? 0 : 1;

  return {
    earn() {
      balance = Math.min(MOST_SAVED, balance + share);
    },
    spend() {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
    waitMs(error, attempt) {
      if (attempt >= ATTEMPTS || !isPassing(error)) return null;
      // Full jitter: calls that failed together are not retried together.
      return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    },
  };
}

/** Whether the same read may succeed shortly after. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  const { status, title = '' } = error.details;
  if (status === 501 || title.startsWith('The store is suspended')) return false;
  if (status === 423 || status === 429) return true;
  return error.code === 'UPSTREAM_UNAVAILABLE' || isCut(error.cause);
}

const CUTS: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET'];

/** Whether the connection was reset in the middle of a response. */
function isCut(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && CUTS.includes(cause.code);
}
