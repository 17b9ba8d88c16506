import { type ActiveCallers, createActiveCallers } from './active-callers.ts';
import { HEADROOM, INTERACTIVE_RESERVE, LANE_RULES, LANES, type Lane } from './lanes.ts';
import { createDecayingCounter, type DecayingCounter } from './quota/decaying-counter.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { createWindowCounter, type WindowCount } from './quota/window-counter.ts';

/**
 * Divides the quota among the lanes, and each lane among its callers, by one rule: a call within its share may start as
 * long as something is left. A call beyond it has to leave what the others are expected to want of their shares.
 */
export interface FairShare {
  /** A call has arrived. @param queued number of queued calls of this caller in the lane */
  recordDemand(lane: Lane, caller: string, queued: number): void;
  /** A call has started. */
  recordUse(lane: Lane, caller: string): void;
  /** Whether a lane may start a call of a caller within its share. */
  canStart(lane: Lane): boolean;
  isWithinShare(lane: Lane, caller: string): boolean;
  /** Whether a lane may start a call of a caller beyond its share. */
  hasSurplus(lane: Lane): boolean;
  /** Calls that a lane may start now. At most `remaining`, since the rest is reserved until later in the window. */
  available(lane: Lane): number;
  /** Calls that all lanes together may start until the window ends. Infinity if the store sets no limit. */
  remaining(): number;
}

interface LaneUsage {
  readonly demand: DecayingCounter;
  /** The part of the demand for which the shares of the callers are enough. */
  readonly demandWithinShare: DecayingCounter;
  readonly used: WindowCount;
  readonly callers: ActiveCallers<WindowCount>;
}

/** Fraction of a window's demand that is reserved in a sliding window, which refills continuously. */
const SLIDING_FRACTION = 0.25;
/** Capacity of the token bucket for the lanes below interactive in a sliding window, as a fraction of the quota. */
const BURST_FRACTION = 0.05;

/** @param now monotonic clock, in milliseconds */
export function createFairShare(tracker: QuotaTracker, now: () => number): FairShare {
  const counter = createWindowCounter(tracker, now);
  const createUsage = (): LaneUsage => ({
    demand: createDecayingCounter(now, tracker.windowMs),
    demandWithinShare: createDecayingCounter(now, tracker.windowMs),
    used: counter.create(),
    callers: createActiveCallers(counter.create, now, tracker.windowMs),
  });
  const usage: Readonly<Record<Lane, LaneUsage>> = {
    interactive: createUsage(),
    standard: createUsage(),
    bulk: createUsage(),
  };
  const bucket = createTokenBucket(now);
  const quota = () => tracker.quota() ?? 0;

  /** The fraction of a window's demand that is still to come in this one. */
  function fractionLeft(): number {
    if (tracker.windowKind() === 'sliding' || tracker.resetMs() === 0) return SLIDING_FRACTION;
    return Math.min(1, tracker.resetMs() / tracker.windowMs());
  }

  const usedBy = (lane: Lane) => counter.read(usage[lane].used);

  /** The part of the quota that other apps leave to the gateway: what it has used, and what is left. */
  function ownQuota(): number {
    return usedBy('interactive') + usedBy('standard') + usedBy('bulk') + Math.max(0, tracker.remaining());
  }

  const isLaneWithinShare = (lane: Lane) => usedBy(lane) < LANE_RULES[lane].share * ownQuota();

  /** Calls reserved for a lane against another one that is beyond its share. */
  function reservedFor(lane: Lane, against: Lane): number {
    const { share, reserved } = LANE_RULES[lane];
    const isAgainstBulk = against === 'bulk' && tracker.windowKind() !== 'sliding';
    const demand = Math.max(usage[lane].demand.read(), isAgainstBulk ? reserved * quota() : 0);
    const left = Math.max(0, share * ownQuota() - usedBy(lane));
    return Math.min(demand * fractionLeft(), left);
  }

  function remaining(): number {
    return tracker.remaining() - Math.floor(quota() * HEADROOM);
  }

  function available(lane: Lane): number {
    const isWithin = isLaneWithinShare(lane);
    let free = remaining();
    if (lane !== 'interactive') free -= Math.floor(quota() * INTERACTIVE_RESERVE);
    // A user waits for an interactive call, while nothing is known about the calls of other apps.
    if (lane !== 'interactive' || !isWithin) free -= tracker.otherAppsUsage();
    if (isWithin) return free;
    for (const other of LANES) if (other !== lane) free -= reservedFor(other, lane);
    return free;
  }

  /** Whether calls need no share: the store sets no limit, or its state is not known. */
  const isUnlimited = () => tracker.remaining() === Number.POSITIVE_INFINITY || tracker.probeAllowance() >= 1;

  /**
   * Whether calls have to be spread over a sliding window: those that are sent at once leave it at once, so bursts would
   * come back with every window. Bulk calls within their share are too few to matter.
   */
  function hasToSpread(lane: Lane): boolean {
    return lane === 'standard' || (lane === 'bulk' && !isLaneWithinShare('bulk'));
  }

  /** Calls per window that each caller of a lane gets if all want more. */
  function callerShare(lane: Lane): number {
    return Math.max(1, ownQuota() / Math.max(1, usage[lane].callers.count()));
  }

  function isWithinShare(lane: Lane, caller: string): boolean {
    const { callers } = usage[lane];
    if (tracker.quota() === null || callers.count() <= 1) return true;
    return counter.read(callers.get(caller)) < callerShare(lane);
  }

  return {
    recordDemand(lane, caller, queued) {
      usage[lane].demand.increment();
      if (tracker.quota() === null) return;
      const wanted = counter.read(usage[lane].callers.get(caller)) + queued;
      if (wanted < callerShare(lane)) usage[lane].demandWithinShare.increment();
    },
    recordUse(lane, caller) {
      counter.increment(usage[lane].used);
      if (tracker.quota() !== null) counter.increment(usage[lane].callers.get(caller));
      if (lane !== 'interactive') bucket.take();
    },
    canStart(lane) {
      if (isUnlimited()) return true;
      const kind = tracker.windowKind();
      // The known state is that of a window that is over.
      if (tracker.resetMs() === 0 && kind === 'fixed') return false;
      if (kind === 'sliding' && hasToSpread(lane) && !bucket.hasToken(quota(), tracker.windowMs()))
        return false;
      return available(lane) >= 1;
    },
    isWithinShare,
    hasSurplus(lane) {
      if (isUnlimited()) return true;
      // Its own share is part of this demand.
      const demandOfOthers = usage[lane].demandWithinShare.read() - callerShare(lane);
      return available(lane) - Math.max(0, demandOfOthers) * fractionLeft() >= 1;
    },
    available,
    remaining,
  };
}

/** Spreads calls evenly over a window of `capacity` calls. */
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
