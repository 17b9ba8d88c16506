/** Monotonic clock and timer. */
export interface Clock {
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Calls a function at a time.
 *
 * @returns sets the time. An earlier time replaces a later one; a later one is ignored until the function was called
 */
export function createAlarm({ now, sleep }: Clock, ring: () => void): (at: number) => void {
  let nextAt = Number.POSITIVE_INFINITY;

  return (at) => {
    if (at >= nextAt && nextAt > now()) return;
    nextAt = at;
    sleep(Math.max(0, at - now())).then(() => {
      if (nextAt !== at) return;
      nextAt = Number.POSITIVE_INFINITY;
      ring();
    });
  };
}
