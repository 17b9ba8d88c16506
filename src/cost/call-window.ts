/** Limits the calls in every stretch of time of one length: a bound that holds in each window of the store. */
export interface CallWindow {
  /**
   * Reserves calls. Returns what settles them, or the milliseconds after which it can succeed: Infinity if it never can.
   * @param limit calls per window
   * @param windowMs length of a window, in milliseconds
   */
  reserve(calls: number, limit: number, windowMs: number): Reservation | number;
}

export interface Reservation {
  /** The calls have been made. */
  settle(made: number): void;
}

/** How long a reservation counts that is never settled, in milliseconds. */
const MAX_OPEN_MS = 60_000;

interface Entry {
  calls: number;
  /** Until when it counts. */
  until: number;
}

/** @param now monotonic clock, in milliseconds */
export function createCallWindow(now: () => number): CallWindow {
  let entries: readonly Entry[] = [];

  return {
    reserve(calls, limit, windowMs) {
      if (calls > limit) return Number.POSITIVE_INFINITY;
      const time = now();
      entries = entries.filter(({ until }) => until > time);
      const used = entries.reduce((sum, entry) => sum + entry.calls, 0);
      if (used + calls > limit) return Math.min(...entries.map(({ until }) => until)) - time;
      // The last call of an operation can be as late as its end.
      const entry = { calls, until: time + MAX_OPEN_MS + windowMs };
      entries = [...entries, entry];
      return {
        settle(made) {
          entry.calls = made;
          entry.until = now() + windowMs;
        },
      };
    },
  };
}
