import { INTERACTIVE_FLOOR, LANE_RULES, LANES, type Lane, RESERVE } from './lanes.ts';
import type { Line } from './line.ts';
import { createMeter, type Meter } from './meter.ts';
import type { QuotaPicture } from './quota-picture.ts';

/** Divides the quota fairly among lanes and callers: a caller within its share never waits for one above it. */
export interface Shares {
  /** A call has arrived. */
  want(lane: Lane, caller: string): void;
  /** A call has started. */
  use(lane: Lane, caller: string): void;
  /** The caller whose call starts next, of those with queued calls in a lane: the one with the fewest calls so far. */
  next(lane: Lane, callers: readonly string[]): string | null;
  /** Whether a caller may start a call now. */
  mayTake(lane: Lane, caller: string): boolean;
  /** Calls that a lane may start now. At most `remaining`, since the rest is reserved until later in the window. */
  spare(lane: Lane): number;
  /** Calls that all lanes together may start until the window ends. Infinity if the store sets no limit. */
  free(): number;
}

interface Party {
  readonly wants: Meter;
  readonly uses: Meter;
}

/** Fraction of a window's demand that is reserved in a sliding window, which refills continuously. */
const SLIDING_PART = 0.25;
/** Capacity of the token bucket for the lanes below interactive in a sliding window, as a fraction of the quota. */
const BURST = 0.05;
/** A caller with a lower demand, in calls per window, is forgotten. */
const FORGOTTEN = 0.05;

/** @param now monotonic clock, in milliseconds */
export function createShares(tracker: QuotaPicture, queue: Line, now: () => number): Shares {
  const lanes = new Map<Lane, Party>(LANES.map((lane) => [lane, createUsage()]));
  const callers = new Map<Lane, Map<string, Party>>(LANES.map((lane) => [lane, new Map()]));
  let windowsEnded = 0;
  let tokens = 0;
  let refilledAt = now();

  function createUsage(): Party {
    return { wants: createMeter(now, tracker.windowMs), uses: createMeter(now, tracker.windowMs) };
  }

  const callersIn = (lane: Lane) => callers.get(lane) ?? new Map<string, Party>();
  const laneUsage = (lane: Lane) => lanes.get(lane) ?? createUsage();

  function callerUsage(lane: Lane, caller: string): Party {
    const usages = callersIn(lane);
    const usage = usages.get(caller) ?? createUsage();
    usages.set(caller, usage);
    return usage;
  }

  /** Resets the use of the last window if a new one has begun. */
  function startWindow(): void {
    // The first call of a new window starts before a response confirms the window.
    const ended = tracker.windowsEnded() + (tracker.resetMs() === 0 ? 1 : 0);
    if (ended === windowsEnded) return;
    windowsEnded = ended;
    if (tracker.kind() === 'sliding') return;
    for (const lane of LANES) {
      laneUsage(lane).uses.clear();
      for (const [caller, { wants, uses }] of callersIn(lane)) {
        uses.clear();
        if (wants.read() < FORGOTTEN && queue.sizeOf(lane, caller) === 0) callersIn(lane).delete(caller);
      }
    }
  }

  /** The fraction of a window's demand that is still to come in the current window. */
  function demandFraction(): number {
    if (tracker.kind() === 'sliding' || tracker.resetMs() === 0) return SLIDING_PART;
    return Math.min(1, tracker.resetMs() / tracker.windowMs());
  }

  const quota = () => tracker.quota() ?? 0;

  /** Calls reserved for a lane, against a lower lane or against one that has used up its own share. */
  function reservedFor(lane: Lane, against: Lane): number {
    const { share, kept } = LANE_RULES[lane];
    const { wants, uses } = laneUsage(lane);
    const minimum = against === 'bulk' && tracker.kind() !== 'sliding' ? kept * quota() : 0;
    const expected = Math.max(wants.read(), minimum) * demandFraction();
    const floor = lane === 'interactive' ? Math.floor(quota() * INTERACTIVE_FLOOR) : 0;
    return Math.min(expected, Math.max(0, share * quota() - uses.read())) + floor;
  }

  function reservedForHigher(lane: Lane): number {
    const higher = LANES.slice(0, LANES.indexOf(lane));
    return higher.reduce((sum, other) => sum + reservedFor(other, lane), 0);
  }

  function reservedForLower(lane: Lane): number {
    const lower = LANES.slice(LANES.indexOf(lane) + 1);
    return lower.reduce((sum, other) => sum + reservedFor(other, lane), 0);
  }

  function free(): number {
    const left = tracker.left();
    return left === Number.POSITIVE_INFINITY ? left : left - Math.floor(quota() * RESERVE);
  }

  function spare(lane: Lane): number {
    const isWithin = laneUsage(lane).uses.read() < LANE_RULES[lane].share * quota();
    // An interactive call goes ahead of other apps: a user waits for it, and the use of other apps is only an estimate.
    const otherApps = lane === 'interactive' && isWithin ? 0 : tracker.foreign();
    return free() - otherApps - reservedForHigher(lane) - (isWithin ? 0 : reservedForLower(lane));
  }

  /** A caller's share of the quota, in calls per window, if all callers of the lane together want more than the quota. */
  function fairShare(lane: Lane): number {
    return Math.max(1, quota() / Math.max(1, callersIn(lane).size));
  }

  function reservedForOthers(lane: Lane, caller: string): number {
    const fair = fairShare(lane);
    const fraction = demandFraction();
    let reserved = 0;
    for (const [other, { wants, uses }] of callersIn(lane)) {
      if (other !== caller) reserved += Math.min(wants.read() * fraction, Math.max(0, fair - uses.read()));
    }
    return reserved;
  }

  /** A token bucket smooths the lower lanes: in a sliding window a burst would repeat in every later window. */
  function hasToken(): boolean {
    const capacity = Math.max(1, quota() * BURST);
    tokens = Math.min(capacity, tokens + ((now() - refilledAt) * quota()) / tracker.windowMs());
    refilledAt = now();
    return tokens >= 1;
  }

  return {
    want(lane, caller) {
      laneUsage(lane).wants.add();
      callerUsage(lane, caller).wants.add();
    },
    use(lane, caller) {
      startWindow();
      laneUsage(lane).uses.add();
      callerUsage(lane, caller).uses.add();
      if (lane !== 'interactive') tokens = Math.max(0, tokens - 1);
    },
    next(lane, candidates) {
      let next: string | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const caller of candidates) {
        const used = callerUsage(lane, caller).uses.read();
        if (used < least) [next, least] = [caller, used];
      }
      return next;
    },
    mayTake(lane, caller) {
      startWindow();
      if (tracker.left() === Number.POSITIVE_INFINITY) return true;
      if (tracker.opening() >= 1) return true;
      // The known state belongs to a window that is over.
      if (tracker.resetMs() === 0 && tracker.kind() === 'fixed') return false;
      if (lane !== 'interactive' && tracker.kind() === 'sliding' && !hasToken()) return false;
      const laneCalls = spare(lane);
      if (laneCalls < 1) return false;
      if (callerUsage(lane, caller).uses.read() < fairShare(lane)) return true;
      return laneCalls - reservedForOthers(lane, caller) >= 1;
    },
    spare,
    free,
  };
}
