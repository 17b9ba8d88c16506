import type { QuotaTracker } from './tracker.ts';

/** A count of calls in the store's current window. Plain data, since there is one for each caller. */
export interface WindowCount {
  value: number;
  updatedAt: number;
  windowNumber: number;
}

/** Counts calls by the store's window: a new fixed window starts at 0, in a sliding window the count decays. */
export interface WindowCounter {
  create(): WindowCount;
  increment(count: WindowCount): void;
  read(count: WindowCount): number;
}

/** @param now monotonic clock, in milliseconds */
export function createWindowCounter(
  tracker: Pick<QuotaTracker, 'windowKind' | 'windowMs' | 'windowNumber'>,
  now: () => number,
): WindowCounter {
  function read(count: WindowCount): number {
    const time = now();
    const windowNumber = tracker.windowNumber();
    if (tracker.windowKind() === 'sliding') {
      if (time > count.updatedAt) count.value *= Math.exp((count.updatedAt - time) / tracker.windowMs());
    } else if (windowNumber !== count.windowNumber) count.value = 0;
    count.updatedAt = time;
    count.windowNumber = windowNumber;
    return count.value;
  }

  return {
    create: () => ({ value: 0, updatedAt: now(), windowNumber: tracker.windowNumber() }),
    increment(count) {
      count.value = read(count) + 1;
    },
    read,
  };
}
