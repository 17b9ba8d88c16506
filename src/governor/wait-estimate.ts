import type { CallQueue } from './call-queue.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';
import type { FairShare } from './fair-share.ts';
import { LANE_RULES, LANES, type Lane } from './lanes.ts';
import type { QueuedCall } from './queued-call.ts';
import type { QuotaTracker } from './quota/tracker.ts';

/**
 * Estimates how long a call has to wait as the queue stands. Leaves out what is not known, so the wait may be longer.
 *
 * @param ahead number of calls of the same lane that start before this one
 * @returns milliseconds
 */
export type WaitEstimate = (call: Pick<QueuedCall, 'operation' | 'lane'>, ahead: number) => number;

export function createWaitEstimate(
  tracker: Pick<QuotaTracker, 'quota' | 'windowKind' | 'windowMs' | 'resetMs'>,
  queue: Pick<CallQueue, 'size'>,
  shares: Pick<FairShare, 'available' | 'remaining'>,
  limits: Pick<ConcurrencyLimits, 'pauseMs'>,
): WaitEstimate {
  /** Calls of higher lanes that start first: all of them, but no more than their shares allow. */
  function aheadInHigherLanes(lane: Lane, ahead: number): number {
    let size = 0;
    for (const higher of LANES) {
      if (higher === lane) break;
      size += queue.size(higher);
    }
    const { share } = LANE_RULES[lane];
    return Math.min(size, Math.ceil(((ahead + 1) * (1 - share)) / share));
  }

  /** The wait for the quota. */
  function quotaWaitMs(lane: Lane, aheadInLane: number): number {
    const perWindow = tracker.quota();
    const resetMs = tracker.resetMs();
    const remaining = Math.max(0, Math.floor(shares.remaining()));
    // Until the store reports a quota, only the pause that it asked for is known.
    if (perWindow === null || remaining === Number.POSITIVE_INFINITY) return resetMs;
    const windowMs = tracker.windowMs();
    const ahead = aheadInLane + aheadInHigherLanes(lane, aheadInLane);
    if (tracker.windowKind() === 'sliding') {
      const waitMs = Math.max(0, ((ahead + 1 - remaining) / perWindow) * windowMs);
      // If nothing is left, no call starts before the oldest one leaves the window, or before a pause is over.
      return remaining === 0 ? Math.max(waitMs, resetMs) : waitMs;
    }
    if (resetMs === 0) return Math.floor(ahead / perWindow) * windowMs;
    if (ahead >= remaining) return resetMs + Math.floor((ahead - remaining) / perWindow) * windowMs;
    const available = Math.max(0, Math.floor(shares.available(lane)));
    // What is reserved for other lanes becomes available evenly until the window ends.
    return ahead < available ? 0 : (resetMs * (ahead + 1 - available)) / (remaining - available + 1);
  }

  return ({ operation, lane }, ahead) => Math.max(quotaWaitMs(lane, ahead), limits.pauseMs(operation));
}
