import { createCallerShares } from './caller-shares.ts';
import { createLaneShares, type LaneShares } from './lane-shares.ts';
import type { Lane } from './lanes.ts';
import type { QuotaTracker } from './quota/tracker.ts';

/** Divides the quota among the lanes, and each lane among its callers: a call within its share never waits for one beyond. */
export interface FairShare extends Pick<LaneShares, 'available' | 'remaining'> {
  /** A call has arrived. @param queued number of queued calls of this caller in the lane */
  recordDemand(lane: Lane, caller: string, queued: number): void;
  /** A call has started. */
  recordUse(lane: Lane, caller: string): void;
  /** Whether a lane may start a call of a caller within its share. */
  canStart(lane: Lane): boolean;
  isWithinShare(lane: Lane, caller: string): boolean;
  /** Whether a lane may start a call of a caller beyond its share. */
  hasSurplus(lane: Lane): boolean;
}

/** @param now monotonic clock, in milliseconds */
export function createFairShare(tracker: QuotaTracker, now: () => number): FairShare {
  const lanes = createLaneShares(tracker, now);
  const callers = {
    interactive: createCallerShares(tracker, lanes, now),
    standard: createCallerShares(tracker, lanes, now),
    bulk: createCallerShares(tracker, lanes, now),
  };
  const bucket = createTokenBucket(now);

  /** Whether calls need no share: the store sets no limit, or its state is not known. */
  const isUnlimited = () => tracker.remaining() === Number.POSITIVE_INFINITY || tracker.probeAllowance() >= 1;

  /**
   * Whether calls have to be spread over a sliding window: those that are sent at once leave it at once, so bursts would
   * come back with every window. Bulk calls within their share are too few to matter.
   */
  function hasToSpread(lane: Lane): boolean {
    if (tracker.windowKind() !== 'sliding') return false;
    return lane === 'standard' || (lane === 'bulk' && !lanes.isWithinShare('bulk'));
  }

  return {
    recordDemand(lane, caller, queued) {
      lanes.recordDemand(lane);
      callers[lane].recordDemand(caller, queued);
    },
    recordUse(lane, caller) {
      lanes.recordUse(lane);
      callers[lane].recordUse(caller);
      if (lane !== 'interactive') bucket.take();
    },
    canStart(lane) {
      if (isUnlimited()) return true;
      // The known state is that of a window that is over.
      if (tracker.windowKind() === 'fixed' && tracker.resetMs() === 0) return false;
      if (hasToSpread(lane) && !bucket.hasToken(tracker.quota() ?? 0, tracker.windowMs())) return false;
      return lanes.available(lane) >= 1;
    },
    isWithinShare: (lane, caller) => callers[lane].isWithinShare(caller),
    hasSurplus: (lane) => isUnlimited() || lanes.available(lane) - callers[lane].reserved() >= 1,
    available: lanes.available,
    remaining: lanes.remaining,
  };
}

/** Capacity of the token bucket, as a fraction of the quota. */
const BURST_FRACTION = 0.05;

/** Spreads calls evenly: the quota of a window is refilled over its length. */
function createTokenBucket(now: () => number) {
  let tokens = 0;
  let refilledAt = now();

  return {
    hasToken(quota: number, windowMs: number): boolean {
      const capacity = Math.max(1, quota * BURST_FRACTION);
      tokens = Math.min(capacity, tokens + ((now() - refilledAt) * quota) / windowMs);
      refilledAt = now();
      return tokens >= 1;
    },
    take(): void {
      tokens = Math.max(0, tokens - 1);
    },
  };
}
