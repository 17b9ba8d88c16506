import { isTransient, READ_RETRIES } from './retry-policy.ts';

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

/** Maximum number of retries that the budget can hold. */
const MAX_BALANCE = 10;

export function createRetryBudget({ ratio = 0.1, random }: RetryBudgetOptions): RetryBudget {
  const { maxAttempts, baseDelayMs, maxDelayMs } = READ_RETRIES;
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
      if (attempt >= maxAttempts || !isTransient(error)) return null;
      // Full jitter: calls that failed together are not retried together.
      return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
    },
  };
}
