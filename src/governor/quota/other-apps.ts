import type { WindowKind } from './window.ts';

/** Estimates how much of the quota other apps use. */
export interface OtherApps {
  /**
   * Records their use in the current window.
   *
   * @param used calls of other apps in the current window so far
   * @param passed fraction of the window that has passed
   */
  observe(used: number, passed: number): void;
  /** Starts a new fixed window. */
  startWindow(): void;
  /** Calls in a part of a window. @param fraction length of the part, as a fraction of a window */
  during(fraction: number, kind: WindowKind): number;
  /** Calls that are expected until the end of a fixed window. @param left fraction of the window that is left */
  untilEnd(left: number): number;
  /** Calls in a new fixed window before any response shows their use. */
  inNewWindow(): number;
}

/** Weight of the previous window, as a fraction of a window. */
const PREVIOUS_WINDOW_WEIGHT = 0.2;
const SAFETY_FACTOR = 1.2;

export function createOtherApps(): OtherApps {
  let used = 0;
  /** Calls per window. */
  let rate = 0;
  /** The rate when the current window started. */
  let previousRate = 0;

  return {
    observe(calls, passed) {
      used = calls;
      // Extrapolated from the current window. The previous window has more weight the less of the current one has passed.
      rate = (previousRate * PREVIOUS_WINDOW_WEIGHT + used) / (PREVIOUS_WINDOW_WEIGHT + passed);
    },
    startWindow() {
      previousRate = rate;
    },
    during: (fraction, kind) => (kind === 'sliding' ? used : rate) * fraction * SAFETY_FACTOR,
    untilEnd: (left) => Math.min(Math.max(0, previousRate - used), rate * left * SAFETY_FACTOR),
    inNewWindow: () => previousRate * SAFETY_FACTOR,
  };
}
