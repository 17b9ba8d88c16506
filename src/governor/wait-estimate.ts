import type { CallQueue } from './call-queue.ts';
import type { FairShare } from './fair-share.ts';
import { LANES, type Lane } from './lanes.ts';
import type { QuotaTracker } from './quota/tracker.ts';

/**
 * Estimates the minimum time that a call has to wait.
 *
 * @param before number of queued calls of the same caller and lane ahead of this one
 * @returns milliseconds
 */
export type WaitEstimate = (lane: Lane, caller: string, before: number) => number;

export function createWaitEstimate(tracker: QuotaTracker, queue: CallQueue, shares: FairShare): WaitEstimate {
  /** Number of calls ahead. Callers take turns, so each other caller sends at most one call more than this one first. */
  function ahead(lane: Lane, caller: string, before: number): number {
    const others = queue.callers(lane).filter((other) => other !== caller);
    const above = LANES.slice(0, LANES.indexOf(lane)).reduce((sum, other) => sum + queue.size(other), 0);
    return (
      others.reduce((sum, other) => sum + Math.min(before + 1, queue.sizeOf(lane, other)), before) + above
    );
  }

  return (lane, caller, before) => {
    const remaining = shares.remaining();
    const perWindow = tracker.quota();
    // Until the store reports a quota, only the pause that it asked for is known.
    if (remaining === Number.POSITIVE_INFINITY || perWindow === null) return tracker.resetMs();
    const windowMs = tracker.windowMs();
    const position = ahead(lane, caller, before);
    if (tracker.windowKind() === 'sliding')
      return Math.max(0, ((position + 1 - remaining) / perWindow) * windowMs);
    const resetMs = tracker.resetMs();
    if (resetMs === 0) return Math.floor(position / perWindow) * windowMs;
    const available = Math.max(0, shares.available(lane));
    if (position < available) return 0;
    // Calls reserved for other lanes and callers are released evenly until the window ends.
    if (position < remaining) return (resetMs * (position + 1 - available)) / (remaining - available);
    return resetMs + Math.floor((position - Math.max(0, remaining)) / perWindow) * windowMs;
  };
}
