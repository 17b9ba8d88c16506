import type { OtherApps } from './other-apps.ts';
import type { Pause } from './pause.ts';
import type { SentCall, SentCalls } from './sent-calls.ts';
import type { QuotaWindow, WindowEnd, WindowKind } from './window.ts';

/** After this many responses in a row without rate-limit headers, a store that had a limit is assumed to have none. */
const UNLIMITED_AFTER_RESPONSES = 30;

/** The state that the last response reported. */
export interface Snapshot {
  readonly quota: number;
  readonly remaining: number;
  readonly receivedAt: number;
  /** Whether it contradicts what was known, so that it may be an odd response. */
  readonly isDoubtful: boolean;
}

/** Everything that the tracker knows. */
export interface TrackerState {
  readonly now: () => number;
  readonly window: QuotaWindow;
  readonly calls: SentCalls;
  readonly otherApps: OtherApps;
  readonly pause: Pause;
  kind: WindowKind;
  snapshot: Snapshot | null;
  windowsEnded: number;
  responsesWithoutHeaders: number;
}

/** What a response says about the quota. */
export interface StatedQuota {
  readonly quota: number;
  readonly remaining: number;
  /** Null if the response does not say. */
  readonly resetMs: number | null;
  readonly windowMs: number;
}

/** Applies the headers of a response. */
export function applyHeaders(state: TrackerState, call: SentCall, headers: StatedQuota): void {
  const { window, calls, snapshot, now } = state;
  const hasNewLength = window.setLength(headers.windowMs);
  const resetMs = Math.min(
    headers.resetMs ?? assumedResetMs(state, call, headers.remaining),
    window.lengthMs(),
  );
  const end = { earliest: call.sentAt + resetMs, latest: now() + resetMs };
  if (snapshot === null || hasNewLength) {
    window.start(end);
    updateSnapshot(state, call, headers);
    return;
  }
  // Whether the store counted this call after the one in the snapshot.
  let isNewer = call.sentAt >= snapshot.receivedAt;
  const place = window.compare(end);
  if (place === 'later') {
    detectWindowKind(state, headers, end);
    startWindow(state, end);
    isNewer = true;
  } else if (place === 'same') {
    window.refine(end);
    isNewer ||= headers.remaining < snapshot.remaining;
  } else if (isNewer) {
    // The believed end was wrong. Without the condition, this is a late response about a window that is over.
    if (headers.remaining > snapshot.remaining) startWindow(state, end);
    else window.start(end);
  }
  if (isNewer) updateSnapshot(state, call, headers);
  else calls.count(call);
}

/** The time until the window ends, for a store that does not state it: at most one window from when it was first seen. */
function assumedResetMs({ window, snapshot, now }: TrackerState, call: SentCall, remaining: number): number {
  const isNewWindow =
    snapshot === null ||
    window.isOver() ||
    (call.sentAt >= snapshot.receivedAt && remaining > snapshot.remaining);
  return isNewWindow ? window.lengthMs() : window.end().latest - now();
}

/** Makes a response the new snapshot. It includes every call that was complete before its own was sent. */
function updateSnapshot(state: TrackerState, call: SentCall, { quota, remaining }: StatedQuota): void {
  const { now, window, calls, otherApps, kind, snapshot } = state;
  const receivedAt = now();
  const isDoubtful = window.isDoubtful() || (snapshot !== null && snapshot.quota !== quota);
  state.snapshot = { quota, remaining, receivedAt, isDoubtful };
  calls.countUntil(call);
  const horizon = receivedAt - window.lengthMs();
  calls.expire(horizon);
  const windowStart = kind === 'sliding' ? horizon : window.end().earliest - window.lengthMs();
  const own = calls.countedSince(windowStart) + calls.uncounted();
  otherApps.observe(Math.max(0, quota - remaining - own), window.passed());
}

function startWindow(state: TrackerState, end: WindowEnd): void {
  state.windowsEnded += 1;
  state.window.start(end);
  if (state.kind !== 'sliding') state.otherApps.startWindow();
}

function detectWindowKind(state: TrackerState, { quota, remaining }: StatedQuota, end: WindowEnd): void {
  const { now, window, calls } = state;
  // The store no longer counts calls that a sliding window would still include.
  if (quota - remaining <= calls.answeredSince(now() - window.lengthMs())) state.kind = 'fixed';
  // The ends of successive fixed windows are at least one window apart.
  else if (end.latest < window.end().earliest + window.lengthMs() * 0.9) state.kind = 'sliding';
}

/** Handles a response without rate-limit headers. */
export function applyMissingHeaders(state: TrackerState, call: SentCall): void {
  const { now, window, calls, otherApps, kind, snapshot } = state;
  state.responsesWithoutHeaders += 1;
  if (snapshot === null) calls.forget(call);
  if (snapshot === null || !window.isOver()) return;
  if (state.responsesWithoutHeaders >= UNLIMITED_AFTER_RESPONSES) {
    state.snapshot = null;
    calls.forgetUncounted();
  } else if (kind === 'fixed' && call.sentAt >= window.end().latest) {
    // The call started a window or ran in one already started, so one window length from now it is over.
    startWindow(state, { earliest: call.sentAt, latest: now() + window.lengthMs() });
    const left = snapshot.quota - calls.uncounted() - Math.ceil(otherApps.inNewWindow());
    updateSnapshot(state, call, {
      ...snapshot,
      remaining: Math.max(1, left),
      resetMs: null,
      windowMs: window.lengthMs(),
    });
  }
}
