import type { CallQueue } from './call-queue.ts';
import { HEADROOM, INTERACTIVE_RESERVE, LANE_RULES, LANES, type Lane } from './lanes.ts';
import { createDecayingCounter, type DecayingCounter } from './quota/decaying-counter.ts';
import type { QuotaTracker } from './quota/tracker.ts';

/** Divides the quota fairly among lanes and callers: a caller within its share never waits for one above it. */
export interface FairShare {
  /** A call has arrived. */
  recordDemand(lane: Lane, caller: string): void;
  /** A call has started. */
  recordUse(lane: Lane, caller: string): void;
  /** The caller whose call starts next, of those with queued calls in a lane: the one with the fewest calls so far. */
  nextCaller(lane: Lane, callers: readonly string[]): string | null;
  /** Whether a caller may start a call now. */
  canTake(lane: Lane, caller: string): boolean;
  /** Calls that a lane may start now. At most `remaining`, since the rest is reserved until later in the window. */
  available(lane: Lane): number;
  /** Calls that all lanes together may start until the window ends. Infinity if the store sets no limit. */
  remaining(): number;
}

interface Usage {
  readonly demand: DecayingCounter;
  readonly used: DecayingCounter;
}

/** Fraction of a window's demand that is reserved in a sliding window, which refills continuously. */
const SLIDING_FRACTION = 0.25;
/** Capacity of the token bucket for the lanes below interactive in a sliding window, as a fraction of the quota. */
const BURST_FRACTION = 0.05;
/** A caller with a lower demand, in calls per window, is forgotten. */
const MIN_DEMAND = 0.05;

/** @param now monotonic clock, in milliseconds */
export function createFairShare(tracker: QuotaTracker, queue: CallQueue, now: () => number): FairShare {
  const lanes = new Map<Lane, Usage>(LANES.map((lane) => [lane, createUsage()]));
  const callers = new Map<Lane, Map<string, Usage>>(LANES.map((lane) => [lane, new Map()]));
  let windowsEnded = 0;
  let tokens = 0;
  let refilledAt = now();

  function createUsage(): Usage {
    return {
      demand: createDecayingCounter(now, tracker.windowMs),
      used: createDecayingCounter(now, tracker.windowMs),
    };
  }

  const callersIn = (lane: Lane) => callers.get(lane) ?? new Map<string, Usage>();
  const laneUsage = (lane: Lane) => lanes.get(lane) ?? createUsage();

  function callerUsage(lane: Lane, caller: string): Usage {
    const usages = callersIn(lane);
    const usage = usages.get(caller) ?? createUsage();
    usages.set(caller, usage);
    return usage;
  }

  /** Resets the use of the last window if a new one has begun. */
  function startWindow(): void {
    // The first call of a new window starts before a response confirms the window.
    const ended = tracker.windowNumber();
    if (ended === windowsEnded) return;
    windowsEnded = ended;
    if (tracker.windowKind() === 'sliding') return;
    for (const lane of LANES) {
      laneUsage(lane).used.reset();
      for (const [caller, { demand, used }] of callersIn(lane)) {
        used.reset();
        if (demand.read() < MIN_DEMAND && queue.sizeOf(lane, caller) === 0) callersIn(lane).delete(caller);
      }
    }
  }

  /** The fraction of a window's demand that is still to come in the current window. */
  function demandFraction(): number {
    if (tracker.windowKind() === 'sliding' || tracker.resetMs() === 0) return SLIDING_FRACTION;
    return Math.min(1, tracker.resetMs() / tracker.windowMs());
  }

  const quota = () => tracker.quota() ?? 0;

  /** Calls reserved for a lane, against a lower lane or against one that has used up its own share. */
  function reservedFor(lane: Lane, against: Lane): number {
    const { share, reserved } = LANE_RULES[lane];
    const { demand, used } = laneUsage(lane);
    const minimum = against === 'bulk' && tracker.windowKind() !== 'sliding' ? reserved * quota() : 0;
    const expected = Math.max(demand.read(), minimum) * demandFraction();
    const floor = lane === 'interactive' ? Math.floor(quota() * INTERACTIVE_RESERVE) : 0;
    return Math.min(expected, Math.max(0, share * quota() - used.read())) + floor;
  }

  function reservedForHigher(lane: Lane): number {
    const higher = LANES.slice(0, LANES.indexOf(lane));
    return higher.reduce((sum, other) => sum + reservedFor(other, lane), 0);
  }

  function reservedForLower(lane: Lane): number {
    const lower = LANES.slice(LANES.indexOf(lane) + 1);
    return lower.reduce((sum, other) => sum + reservedFor(other, lane), 0);
  }

  function remaining(): number {
    const left = tracker.remaining();
    return left === Number.POSITIVE_INFINITY ? left : left - Math.floor(quota() * HEADROOM);
  }

  function available(lane: Lane): number {
    const isWithin = laneUsage(lane).used.read() < LANE_RULES[lane].share * quota();
    // An interactive call goes ahead of other apps: a user waits for it, and the use of other apps is only an estimate.
    const otherApps = lane === 'interactive' && isWithin ? 0 : tracker.otherAppsUsage();
    return remaining() - otherApps - reservedForHigher(lane) - (isWithin ? 0 : reservedForLower(lane));
  }

  /** A caller's share of the quota, in calls per window, if all callers of the lane together want more than the quota. */
  function fairShare(lane: Lane): number {
    return Math.max(1, quota() / Math.max(1, callersIn(lane).size));
  }

  function reservedForOthers(lane: Lane, caller: string): number {
    const fair = fairShare(lane);
    const fraction = demandFraction();
    let reserved = 0;
    for (const [other, { demand, used }] of callersIn(lane)) {
      if (other !== caller) reserved += Math.min(demand.read() * fraction, Math.max(0, fair - used.read()));
    }
    return reserved;
  }

  /** A token bucket smooths the lower lanes: in a sliding window a burst would repeat in every later window. */
  function hasToken(): boolean {
    const capacity = Math.max(1, quota() * BURST_FRACTION);
    tokens = Math.min(capacity, tokens + ((now() - refilledAt) * quota()) / tracker.windowMs());
    refilledAt = now();
    return tokens >= 1;
  }

  return {
    recordDemand(lane, caller) {
      laneUsage(lane).demand.increment();
      callerUsage(lane, caller).demand.increment();
    },
    recordUse(lane, caller) {
      startWindow();
      laneUsage(lane).used.increment();
      callerUsage(lane, caller).used.increment();
      if (lane !== 'interactive') tokens = Math.max(0, tokens - 1);
    },
    nextCaller(lane, candidates) {
      let next: string | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const caller of candidates) {
        const used = callerUsage(lane, caller).used.read();
        if (used < least) [next, least] = [caller, used];
      }
      return next;
    },
    canTake(lane, caller) {
      startWindow();
      if (tracker.remaining() === Number.POSITIVE_INFINITY) return true;
      if (tracker.probeAllowance() >= 1) return true;
      // The known state belongs to a window that is over.
      if (tracker.resetMs() === 0 && tracker.windowKind() === 'fixed') return false;
      if (lane !== 'interactive' && tracker.windowKind() === 'sliding' && !hasToken()) return false;
      const laneCalls = available(lane);
      if (laneCalls < 1) return false;
      if (callerUsage(lane, caller).used.read() < fairShare(lane)) return true;
      return laneCalls - reservedForOthers(lane, caller) >= 1;
    },
    available,
    remaining,
  };
}
