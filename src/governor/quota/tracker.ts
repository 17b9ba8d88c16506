import type { RateLimitHeaders } from './rate-limit-headers.ts';

/** A call that this gateway sent and that no rate-limit header is known to include yet. */
export interface SentCall {
  readonly sentAt: number;
  /** Null while it is in flight. */
  completedAt: number | null;
  /** Whether a response came, which proves that the store counted the call. */
  answered: boolean;
}

/** Whether the store's window is fixed (ends and restarts) or sliding. Detected from the headers of its responses. */
export type WindowKind = 'unknown' | 'fixed' | 'sliding';

/** Tracks the store's quota by the rate-limit headers of its responses. If they leave room for doubt, it assumes the worse. */
export interface QuotaTracker {
  /** Calls that the store would accept now, apart from those that other apps send meanwhile. Infinity if it sets no limit. */
  remaining(): number;
  /** Calls that may be sent although the known state is out of date, to learn the current one. */
  probeAllowance(): number;
  /** Records a call that starts now. */
  send(): SentCall;
  /**
   * Records the end of a call.
   *
   * @param headers null if the response has no rate-limit headers
   * @param answered false if no response came
   */
  complete(call: SentCall, headers: RateLimitHeaders | null, answered: boolean): void;
  /** Records a 429 response: nothing is left, whatever its headers say. */
  markExhausted(call: SentCall, headers: RateLimitHeaders): void;
  /** Calls granted per window; null if not known. */
  quota(): number | null;
  /** Calls left according to the last response; the whole quota if that window is over. */
  lastRemaining(): number;
  windowKind(): WindowKind;
  /** Length of the window in milliseconds. */
  windowMs(): number;
  /** Milliseconds until a fixed window ends, or until the oldest call leaves a sliding window; 0 if that has passed. */
  resetMs(): number;
  /** Estimated number of calls that other apps will send until the window ends. */
  otherAppsUsage(): number;
  /** Number of windows that have ended. */
  windowsEnded(): number;
}

/** Maximum number of calls in flight before the first response. */
const COLD_START_LIMIT = 32;
/** After this many responses in a row without rate-limit headers, a store that had a limit is assumed to have none. */
const UNLIMITED_AFTER_RESPONSES = 30;
/** Fraction of the quota that may be in flight in a new window before a response shows the use of other apps. */
const NEW_WINDOW_FRACTION = 0.25;
/** A response is out of date after this fraction of a window. */
const STALE_AFTER = 0.05;
/** Tolerated clock skew between the store's machines: this fraction of a window, and at least the minimum. */
const CLOCK_SKEW = 0.01;
const MIN_CLOCK_SKEW_MS = 20;
/** Weight of the previous window in the estimate of other apps' use, as a fraction of a window. */
const PREVIOUS_WINDOW_WEIGHT = 0.2;
/** Safety factor of the estimate of other apps' use. */
const SAFETY_FACTOR = 1.2;
/** Minimum pause after a 429, whatever its headers say. Doubles with each consecutive 429. */
const MIN_PAUSE_MS = 250;

/** The state that the last response reported. */
interface Snapshot {
  readonly remaining: number;
  readonly receivedAt: number;
}

/** @param now monotonic clock, in milliseconds */
export function createQuotaTracker(now: () => number): QuotaTracker {
  let quota: number | null = null;
  let windowMs = 30_000;
  let kind: WindowKind = 'unknown';
  let windowsEnded = 0;
  let snapshot: Snapshot | null = null;
  // The window ends between these two times: how long ago the store wrote a response's headers is unknown, but it was after the call was sent.
  let end = { earliest: 0, latest: 0 };
  /** Largest contradiction between responses about the end of the window, in milliseconds. */
  let skew = 0;
  let responsesWithoutHeaders = 0;
  let rejections = 0;
  let pausedUntil = 0;
  /** Sent, and not certainly included in the snapshot. */
  const uncounted = new Set<SentCall>();
  /** Included in the snapshot. Kept for as long as a sliding window may still contain them. */
  let counted: SentCall[] = [];
  /** Calls of other apps in the current window. */
  let otherAppsUsed = 0;
  /** Estimated calls of other apps in a whole window. */
  let otherAppsRate = 0;
  /** The estimate at the end of the previous window. */
  let otherAppsPreviousRate = 0;

  const isWindowOver = () => now() >= end.latest + skew;

  function remaining(): number {
    if (now() < pausedUntil) return 0;
    if (snapshot === null)
      return responsesWithoutHeaders > 0 ? Number.POSITIVE_INFINITY : COLD_START_LIMIT - inFlight();
    const known = snapshot.remaining - uncounted.size - otherAppsSince(snapshot);
    return kind === 'fixed' || (kind === 'unknown' && !isWindowOver())
      ? known
      : known + expiredSince(snapshot);
  }

  /** Estimated calls of other apps since the snapshot. */
  function otherAppsSince({ receivedAt }: Snapshot): number {
    const perWindow = kind === 'sliding' ? otherAppsUsed : otherAppsRate;
    return (perWindow * SAFETY_FACTOR * (now() - receivedAt)) / windowMs;
  }

  function probeAllowance(): number {
    if (snapshot === null) return remaining();
    if (now() < pausedUntil || !isWindowOver()) return 0;
    // Other apps may already have used the new window.
    const isFresh = now() - Math.max(snapshot.receivedAt, end.latest) < windowMs * STALE_AFTER;
    if (kind === 'fixed') {
      // The store may start its new window slightly late.
      const max = isFresh ? 1 : Math.max(1, Math.floor((quota ?? 1) * NEW_WINDOW_FRACTION));
      return max - inFlight();
    }
    // Only one call has left the sliding window so far, and another app may take its place.
    return isFresh ? 0 : 1 - inFlight();
  }

  function inFlight(): number {
    let count = 0;
    for (const { completedAt } of uncounted) if (completedAt === null) count += 1;
    return count;
  }

  /** Number of calls in the snapshot that have certainly left a sliding window since. */
  function expiredSince({ receivedAt }: Snapshot): number {
    const horizon = now() - windowMs;
    return counted.filter(
      ({ sentAt, completedAt }) => sentAt > receivedAt - windowMs && (completedAt ?? sentAt) <= horizon,
    ).length;
  }

  function markCounted(call: SentCall): void {
    uncounted.delete(call);
    counted.push(call);
  }

  /** Makes a response the new snapshot. It includes every call that was complete before its own was sent. */
  function updateSnapshot(call: SentCall, remaining: number): void {
    snapshot = { remaining, receivedAt: now() };
    for (const other of uncounted) {
      if (other === call || (other.completedAt !== null && other.completedAt <= call.sentAt))
        markCounted(other);
    }
    const horizon = now() - windowMs;
    counted = counted.filter(({ completedAt }) => (completedAt ?? 0) > horizon);
    const windowStart = kind === 'sliding' ? horizon : end.earliest - windowMs;
    const ownCalls = counted.filter(({ sentAt }) => sentAt >= windowStart).length;
    otherAppsUsed = Math.max(0, (quota ?? 0) - remaining - ownCalls - uncounted.size);
    // Extrapolated from the current window. The previous window has more weight the less of the current one has passed.
    const passed = Math.min(1, Math.max(0, 1 - (end.latest - now()) / windowMs));
    otherAppsRate =
      (otherAppsPreviousRate * PREVIOUS_WINDOW_WEIGHT + otherAppsUsed) / (PREVIOUS_WINDOW_WEIGHT + passed);
  }

  function startWindow(ends: typeof end): void {
    windowsEnded += 1;
    end = ends;
    if (kind === 'sliding') return;
    otherAppsPreviousRate = otherAppsRate;
  }

  function detectWindowKind(remaining: number, ends: typeof end): void {
    const horizon = now() - windowMs;
    const recent = counted.filter(({ sentAt, answered }) => answered && sentAt > horizon).length;
    // The store no longer counts calls that a sliding window would still include.
    if (quota !== null && quota - remaining <= recent) kind = 'fixed';
    // The ends of successive fixed windows are at least one window apart.
    else if (ends.latest < end.earliest + windowMs * 0.9) kind = 'sliding';
  }

  function applyHeaders(call: SentCall, remaining: number, resetMs: number): void {
    const ends = { earliest: call.sentAt + resetMs, latest: now() + resetMs };
    if (snapshot === null) {
      end = ends;
      updateSnapshot(call, remaining);
      return;
    }
    const tolerance = Math.max(windowMs * CLOCK_SKEW, MIN_CLOCK_SKEW_MS);
    if (ends.earliest > end.latest + tolerance) {
      detectWindowKind(remaining, ends);
      startWindow(ends);
      updateSnapshot(call, remaining);
      return;
    }
    // A late response, about a window that is over.
    if (ends.latest < end.earliest - tolerance) {
      markCounted(call);
      return;
    }
    skew = Math.max(skew, ends.earliest - end.latest, end.earliest - ends.latest);
    if (ends.earliest <= end.latest && ends.latest >= end.earliest) {
      end = {
        earliest: Math.max(end.earliest, ends.earliest),
        latest: Math.min(end.latest, ends.latest),
      };
    }
    // Without either condition, the store counted this call before the one in the snapshot.
    if (call.sentAt >= snapshot.receivedAt || remaining < snapshot.remaining) updateSnapshot(call, remaining);
    else markCounted(call);
  }

  /** Handles a response without rate-limit headers. */
  function applyMissingHeaders(call: SentCall): void {
    responsesWithoutHeaders += 1;
    if (snapshot === null || !isWindowOver()) {
      if (snapshot === null) uncounted.delete(call);
      return;
    }
    if (responsesWithoutHeaders >= UNLIMITED_AFTER_RESPONSES) {
      snapshot = null;
      uncounted.clear();
    } else if (kind === 'fixed' && quota !== null && call.sentAt >= end.latest) {
      // The call started a window or ran in one already started, so one window length from now it is over.
      startWindow({ earliest: call.sentAt, latest: now() + windowMs });
      updateSnapshot(
        call,
        Math.max(1, quota - uncounted.size - Math.ceil(otherAppsPreviousRate * SAFETY_FACTOR)),
      );
    }
  }

  return Object.freeze<QuotaTracker>({
    remaining,
    probeAllowance,
    send() {
      const call: SentCall = { sentAt: now(), completedAt: null, answered: false };
      uncounted.add(call);
      return call;
    },
    complete(call, headers, answered) {
      call.completedAt = now();
      call.answered = answered;
      if (!answered) {
        // The store may have counted the call; without a limit that does not matter.
        if (snapshot === null) uncounted.delete(call);
        return;
      }
      rejections = 0;
      if (
        headers === null ||
        headers.quota === null ||
        headers.remaining === null ||
        headers.resetMs === null
      )
        return applyMissingHeaders(call);
      responsesWithoutHeaders = 0;
      ({ quota, windowMs } = { quota: headers.quota, windowMs: headers.windowMs });
      applyHeaders(call, headers.remaining, headers.resetMs);
    },
    markExhausted(call, headers) {
      call.completedAt = now();
      // A store need not count a call that it rejects.
      call.answered = false;
      const resetMs = headers.resetMs ?? 0;
      pausedUntil = Math.max(
        pausedUntil,
        now() + Math.max(resetMs, Math.min(MIN_PAUSE_MS * 2 ** rejections, windowMs)),
      );
      rejections += 1;
      if (headers.quota === null || headers.resetMs === null) {
        if (snapshot === null) uncounted.delete(call);
        return;
      }
      ({ quota, windowMs } = { quota: headers.quota, windowMs: headers.windowMs });
      applyHeaders(call, 0, resetMs);
    },
    quota: () => (snapshot === null ? null : quota),
    lastRemaining: () => (snapshot === null || isWindowOver() ? (quota ?? 0) : snapshot.remaining),
    windowKind: () => kind,
    windowMs: () => windowMs,
    resetMs: () => Math.max(0, (snapshot === null ? 0 : end.latest + skew) - now(), pausedUntil - now()),
    otherAppsUsage() {
      if (kind === 'sliding' || snapshot === null || isWindowOver()) return 0;
      // If the snapshot is out of date, one call is let through to learn whether other apps sent what was expected.
      if (now() - snapshot.receivedAt > windowMs * STALE_AFTER && inFlight() === 0) return 0;
      const fraction = Math.min(1, (end.latest - now()) / windowMs);
      return Math.min(
        Math.max(0, otherAppsPreviousRate - otherAppsUsed),
        otherAppsRate * fraction * SAFETY_FACTOR,
      );
    },
    windowsEnded: () => windowsEnded,
  });
}
