import { createOtherApps } from './other-apps.ts';
import { createPause } from './pause.ts';
import type { RateLimitHeaders } from './rate-limit-headers.ts';
import { applyHeaders, applyMissingHeaders, type TrackerState } from './responses.ts';
import { createSentCalls, type SentCall } from './sent-calls.ts';
import { createQuotaWindow, type WindowKind } from './window.ts';

export type { SentCall } from './sent-calls.ts';
export type { WindowKind } from './window.ts';

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
  /** Records a 429 response: the quota is used up, or the headers only state when to try again. */
  markExhausted(call: SentCall, headers: RateLimitHeaders): void;
  /** Calls granted to this gateway per window; null if not known. */
  quota(): number | null;
  /** Calls granted per window by the store, to all replicas and other apps together; null if not known. */
  storeQuota(): number | null;
  /** Calls left according to the last response; the whole quota if that window is over. */
  lastRemaining(): number;
  windowKind(): WindowKind;
  /** Length of the window in milliseconds. */
  windowMs(): number;
  /** Milliseconds until a fixed window ends, or until the oldest call leaves a sliding window; 0 if that has passed. */
  resetMs(): number;
  /** Estimated number of calls that other apps will send until the window ends. */
  otherAppsUsage(): number;
  /** Whether a replica that shares the quota has leased a call that it may send now. Asks for a lease if not. */
  hasLease(): boolean;
  /** Number of the current window. It also grows when a window is over and no response has shown the next one yet. */
  windowNumber(): number;
}

/** The tracker of a gateway that knows only its own responses. */
export interface LocalTracker extends QuotaTracker {
  /** Calls that this gateway sent in the current window, or that may still count in it. */
  ownUse(): number;
  /** Milliseconds until the pause is over that a 429 response caused; 0 if there is none. */
  pauseMs(): number;
}

/** Maximum number of calls in flight before the first response. */
const COLD_START_LIMIT = 32;
/** Fraction of the quota that may be in flight in a new window before a response shows the use of other apps. */
const NEW_WINDOW_FRACTION = 0.25;
/** A response is out of date after this fraction of a window. */
const STALE_AFTER = 0.05;

/** @param now monotonic clock, in milliseconds */
export function createQuotaTracker(now: () => number): LocalTracker {
  const window = createQuotaWindow(now);
  const calls = createSentCalls(now);
  const pause = createPause(now);
  const state: TrackerState = {
    now,
    window,
    calls,
    otherApps: createOtherApps(),
    pause,
    kind: 'unknown',
    snapshot: null,
    windowsEnded: 0,
    responsesWithoutHeaders: 0,
  };
  const resetMs = () => Math.max(state.snapshot === null ? 0 : window.resetMs(), pause.remainingMs());

  return Object.freeze<LocalTracker>({
    remaining: () => remaining(state),
    probeAllowance: () => probeAllowance(state),
    send: calls.start,
    complete(call, headers, answered) {
      calls.complete(call, answered);
      // The store may have counted a call without a response; without a quota that does not matter.
      if (!answered && state.snapshot === null) calls.forget(call);
      if (!answered) return;
      pause.recordSuccess(call.sentAt);
      if (headers === null || headers.remaining === null) return applyMissingHeaders(state, call);
      state.responsesWithoutHeaders = 0;
      const quota = headers.quota ?? Math.max(state.snapshot?.quota ?? 0, headers.remaining + 1);
      applyHeaders(state, call, { ...headers, quota, remaining: headers.remaining });
    },
    markExhausted(call, headers) {
      // A store need not count a call that it rejects.
      calls.complete(call, false);
      pause.start(call.sentAt, headers.resetMs, window.lengthMs());
      const quota = headers.quota ?? state.snapshot?.quota;
      const isStated = quota !== undefined && headers.remaining !== null;
      if (isStated) applyHeaders(state, call, { ...headers, quota, remaining: 0 });
      else if (state.snapshot === null) calls.forget(call);
    },
    quota: () => state.snapshot?.quota ?? null,
    storeQuota: () => state.snapshot?.quota ?? null,
    hasLease: () => true,
    ownUse() {
      if (state.snapshot === null) return calls.inFlight();
      if (window.isOver()) return calls.uncounted();
      const end = state.kind === 'sliding' ? now() : window.end().earliest;
      return calls.countedSince(end - window.lengthMs()) + calls.uncounted();
    },
    pauseMs: pause.remainingMs,
    lastRemaining() {
      const { snapshot } = state;
      if (snapshot === null) return 0;
      return window.isOver() ? snapshot.quota : snapshot.remaining;
    },
    windowKind: () => state.kind,
    windowMs: window.lengthMs,
    resetMs,
    otherAppsUsage() {
      const { kind, snapshot, otherApps } = state;
      if (kind === 'sliding' || snapshot === null || window.isOver()) return 0;
      // If the snapshot is out of date, one call is let through to learn whether other apps sent what was expected.
      const isStale = now() - snapshot.receivedAt > window.lengthMs() * STALE_AFTER;
      return isStale && calls.inFlight() === 0 ? 0 : otherApps.untilEnd(1 - window.passed());
    },
    windowNumber: () => state.windowsEnded + (resetMs() === 0 ? 1 : 0),
  });
}

function remaining({ now, window, calls, otherApps, pause, kind, snapshot, ...state }: TrackerState): number {
  if (pause.remainingMs() > 0) return 0;
  if (snapshot === null) {
    return state.responsesWithoutHeaders > 0 ? Number.POSITIVE_INFINITY : COLD_START_LIMIT - calls.inFlight();
  }
  const { receivedAt } = snapshot;
  const lengthMs = window.lengthMs();
  const others = otherApps.during((now() - receivedAt) / lengthMs, kind);
  const known = snapshot.remaining - calls.uncounted() - others;
  if (kind === 'fixed' || (kind === 'unknown' && !window.isOver())) return known;
  // Calls that have left a sliding window since the snapshot.
  return known + calls.countedBetween(receivedAt - lengthMs, now() - lengthMs);
}

function probeAllowance(state: TrackerState): number {
  const { now, window, calls, pause, kind, snapshot } = state;
  if (pause.remainingMs() > 0) return 0;
  if (snapshot === null) return remaining(state);
  const inFlight = calls.inFlight();
  if (snapshot.isDoubtful) return 1 - inFlight;
  if (!window.isOver()) return 0;
  // Other apps may already have used the new window.
  const isFresh =
    now() - Math.max(snapshot.receivedAt, window.end().latest) < window.lengthMs() * STALE_AFTER;
  // Only one call has left a sliding window so far, and another app may take its place.
  if (kind !== 'fixed') return isFresh ? 0 : 1 - inFlight;
  // The store may start its new window slightly late.
  return (isFresh ? 1 : Math.max(1, Math.floor(snapshot.quota * NEW_WINDOW_FRACTION))) - inFlight;
}
