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
