import { HEADROOM, INTERACTIVE_RESERVE, LANE_RULES, LANES, type Lane } from './lanes.ts';
import { createDecayingCounter, type DecayingCounter } from './quota/decaying-counter.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { createWindowCounter, type WindowCount } from './quota/window-counter.ts';

/**
 * Divides the quota among the lanes. A lane within its share may start calls as long as something is left. A lane beyond
 * its share has to leave what the others are expected to want of theirs.
 */
export interface LaneShares {
  /** A call has arrived. */
  recordDemand(lane: Lane): void;
  /** A call has started. */
  recordUse(lane: Lane): void;
  isWithinShare(lane: Lane): boolean;
  /** Calls that a lane may start now. At most `remaining`, since the rest is reserved until later in the window. */
  available(lane: Lane): number;
  /** Calls that all lanes together may start until the window ends. Infinity if the store sets no limit. */
  remaining(): number;
  /** The part of the quota that other apps leave to the gateway. */
  ownQuota(): number;
  /** The fraction of a window's demand that is still to come in this window. */
  fractionLeft(): number;
}

interface LaneUsage {
  readonly demand: DecayingCounter;
  readonly used: WindowCount;
}

/** Fraction of a window's demand that is reserved in a sliding window, which refills continuously. */
const SLIDING_FRACTION = 0.25;

/** @param now monotonic clock, in milliseconds */
export function createLaneShares(tracker: QuotaTracker, now: () => number): LaneShares {
  const counter = createWindowCounter(tracker, now);
  const createUsage = (): LaneUsage => ({
    demand: createDecayingCounter(now, tracker.windowMs),
    used: counter.create(),
  });
  const usage: Readonly<Record<Lane, LaneUsage>> = {
    interactive: createUsage(),
    standard: createUsage(),
    bulk: createUsage(),
  };
  const quota = () => tracker.quota() ?? 0;
  const usedBy = (lane: Lane) => counter.read(usage[lane].used);

  function fractionLeft(): number {
    if (tracker.windowKind() === 'sliding' || tracker.resetMs() === 0) return SLIDING_FRACTION;
    return Math.min(1, tracker.resetMs() / tracker.windowMs());
  }

  /** What the gateway has used, and what is left. */
  function ownQuota(): number {
    return usedBy('interactive') + usedBy('standard') + usedBy('bulk') + Math.max(0, tracker.remaining());
  }

  const isWithinShare = (lane: Lane) => usedBy(lane) < LANE_RULES[lane].share * ownQuota();

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

  return {
    recordDemand: (lane) => usage[lane].demand.increment(),
    recordUse: (lane) => counter.increment(usage[lane].used),
    isWithinShare,
    available(lane) {
      const isWithin = isWithinShare(lane);
      let free = remaining();
      if (lane !== 'interactive') free -= Math.floor(quota() * INTERACTIVE_RESERVE);
      // A user waits for an interactive call, while nothing is known about the calls of other apps.
      if (lane !== 'interactive' || !isWithin) free -= tracker.otherAppsUsage();
      if (isWithin) return free;
      for (const other of LANES) if (other !== lane) free -= reservedFor(other, lane);
      return free;
    },
    remaining,
    ownQuota,
    fractionLeft,
  };
}
