import { GatewayError } from '../errors.ts';

/** Decides which reads are retried, and when. All callers share one budget, so retries cannot turn a hiccup into an outage. */
export interface RetryBudget {
  /** Adds the `ratio` of one call to the budget. Once per call, not per retry. */
  deposit(): void;
  /** Takes one retry from the budget. False if there is none left. */
  withdraw(): boolean;
  /** Milliseconds until the next attempt at a failed read; null if it must not be retried. @param attempt from 1 */
  delayMs(error: unknown, attempt: number): number | null;
}

export interface RetryBudgetOptions {
  /** Retries per call, across all callers. 0 disables retries. @default 0.1 */
  readonly ratio?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Maximum number of attempts at one read, including the first. */
const MAX_ATTEMPTS = 3;
const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
/** Maximum number of retries that the budget can hold. */
const MAX_BALANCE = 10;

export function createRetryBudget({ ratio = 0.1, random }: RetryBudgetOptions): RetryBudget {
  let balance = ratio === 0 ? 0 : 1;

  return {
    deposit() {
      balance = Math.min(MAX_BALANCE, balance + ratio);
    },
    withdraw() {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
    delayMs(error, attempt) {
      if (attempt >= MAX_ATTEMPTS || !isTransient(error)) return null;
      // Full jitter: calls that failed together are not retried together.
      return random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
    },
  };
}

/** Whether the same read may succeed shortly after. */
function isTransient(error: unknown): boolean {
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
