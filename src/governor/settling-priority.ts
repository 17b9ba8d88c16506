import { SETTLING_SHARE } from './lanes.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { createWindowCounter } from './quota/window-counter.ts';

/**
 * Decides whether a read that settles a write is urgent: up to a tenth of the quota in each window, so many of them do
 * not stop all other calls.
 *
 * @param now monotonic clock, in milliseconds
 * @returns a function that decides it for one more read
 */
export function createSettlingPriority(
  tracker: Pick<QuotaTracker, 'quota' | 'windowKind' | 'windowMs' | 'windowNumber'>,
  now: () => number,
): () => boolean {
  const counter = createWindowCounter(tracker, now);
  const count = counter.create();

  return () => {
    const max = Math.max(1, (tracker.quota() ?? Number.POSITIVE_INFINITY) * SETTLING_SHARE);
    if (counter.read(count) >= max) return false;
    counter.increment(count);
    return true;
  };
}

/** Maximum number of reads of one batch of a write that have no deadline and are never evicted. */
export const MAX_SETTLING_READS = 8;

/**
 * Decides which reads of a batch settle it: the first ones. That is enough to settle one lost response. Later reads wait like
 * all others of their operation, so a batch that stays unsettled does not hold up other callers without end.
 *
 * @returns a function that decides it for one more read
 */
export function createSettlingAllowance(): () => boolean {
  let left = MAX_SETTLING_READS;
  return () => {
    left -= 1;
    return left >= 0;
  };
}
