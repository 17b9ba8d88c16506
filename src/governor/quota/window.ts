/** Whether the store's window is fixed (ends and restarts) or sliding. Detected from the headers of its responses. */
export type WindowKind = 'unknown' | 'fixed' | 'sliding';

/**
 * The two times between which a window ends. They differ because it is not known when the store wrote a response's
 * headers, only that it was after the call was sent and before the response came.
 */
export interface WindowEnd {
  readonly earliest: number;
  readonly latest: number;
}

/** The store's current window. */
export interface QuotaWindow {
  /** Length in milliseconds. */
  lengthMs(): number;
  /** Records the length that a response states. @returns whether the length changed */
  setLength(lengthMs: number): boolean;
  /** Whether the last response stated a longer window than expected, and no other one has confirmed it. */
  isDoubtful(): boolean;
  /** Whether an end belongs to the current window, to a later one, or to an earlier one. */
  compare(end: WindowEnd): 'same' | 'later' | 'earlier';
  /** Makes the end of the current window more precise. */
  refine(end: WindowEnd): void;
  /** Starts a new window. */
  start(end: WindowEnd): void;
  end(): WindowEnd;
  isOver(): boolean;
  /** Milliseconds until the window is certainly over; 0 if it is. */
  resetMs(): number;
  /** Fraction of the window that has passed, in [0, 1]. */
  passed(): number;
}

/** The window that the vendor documents. */
const DEFAULT_WINDOW_MS = 30_000;
/** Tolerated clock skew between the store's machines: this fraction of a window, and at least the minimum. */
const CLOCK_SKEW = 0.01;
const MIN_CLOCK_SKEW_MS = 20;

/** @param now monotonic clock, in milliseconds */
export function createQuotaWindow(now: () => number): QuotaWindow {
  let lengthMs = DEFAULT_WINDOW_MS;
  let statedMs: number | null = null;
  let isDoubtful = false;
  let end: WindowEnd = { earliest: 0, latest: 0 };
  /** Largest contradiction between responses about the end of the window, in milliseconds. */
  let skewMs = 0;

  const resetMs = () => Math.max(0, end.latest + skewMs - now());

  return {
    lengthMs: () => lengthMs,
    setLength(stated) {
      const before = lengthMs;
      const isFirst = statedMs === null;
      // One response with an absurd length must not stop all calls, so a longer window needs two that agree.
      if (isFirst || stated <= lengthMs || stated === statedMs) lengthMs = stated;
      isDoubtful = stated > (isFirst ? before : lengthMs);
      statedMs = stated;
      return lengthMs !== before;
    },
    isDoubtful: () => isDoubtful,
    compare({ earliest, latest }) {
      const toleranceMs = Math.max(lengthMs * CLOCK_SKEW, MIN_CLOCK_SKEW_MS);
      if (earliest > end.latest + toleranceMs) return 'later';
      return latest < end.earliest - toleranceMs ? 'earlier' : 'same';
    },
    refine({ earliest, latest }) {
      skewMs = Math.max(skewMs, earliest - end.latest, end.earliest - latest);
      if (earliest > end.latest || latest < end.earliest) return;
      end = { earliest: Math.max(end.earliest, earliest), latest: Math.min(end.latest, latest) };
    },
    start(next) {
      end = next;
    },
    end: () => end,
    isOver: () => resetMs() === 0,
    resetMs,
    passed: () => Math.min(1, Math.max(0, 1 - (end.latest - now()) / lengthMs)),
  };
}
