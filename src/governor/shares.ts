import { INTERACTIVE_FLOOR, LANE_RULES, LANES, type Lane, RESERVE } from './lanes.ts';
import type { Line } from './line.ts';
import { createMeter, type Meter } from './meter.ts';
import type { QuotaPicture } from './quota-picture.ts';

/** Divides what the store grants among lanes and callers: whoever is within its share is not held up by who is not. */
export interface Shares {
  /** A call is wanted. */
  want(lane: Lane, caller: string): void;
  /** A call goes. */
  use(lane: Lane, caller: string): void;
  /** Whose call goes next of those who wait in a lane. */
  next(lane: Lane, callers: readonly string[]): string | null;
  /** Whether what is left is this caller's to take. */
  mayTake(lane: Lane, caller: string): boolean;
  /** Calls that a lane may take at once; fewer than `free`, which it may take by the window's end. */
  spare(lane: Lane): number;
  /** Calls that all lanes together may take until the window ends. */
  free(): number;
}

interface Party {
  readonly wants: Meter;
  readonly uses: Meter;
}

/** Where a window slides, what is kept of the demand of a whole one: it fills up again all the time. */
const SLIDING_PART = 0.25;
/** Of the quota, what other lanes than the interactive one may take at once of a window that slides. */
const BURST = 0.05;
/** A caller who wants less in a window than this is forgotten. */
const FORGOTTEN = 0.05;

/** @param now milliseconds that only grow */
export function createShares(picture: QuotaPicture, line: Line, now: () => number): Shares {
  const lanes = new Map<Lane, Party>(LANES.map((lane) => [lane, createParty()]));
  const callers = new Map<Lane, Map<string, Party>>(LANES.map((lane) => [lane, new Map()]));
  let windowsEnded = 0;
  let tokens = 0;
  let filledAt = now();

  function createParty(): Party {
    return { wants: createMeter(now, picture.windowMs), uses: createMeter(now, picture.windowMs) };
  }

  const partiesOf = (lane: Lane) => callers.get(lane) ?? new Map<string, Party>();
  const laneParty = (lane: Lane) => lanes.get(lane) ?? createParty();

  function partyOf(lane: Lane, caller: string): Party {
    const parties = partiesOf(lane);
    const party = parties.get(caller) ?? createParty();
    parties.set(caller, party);
    return party;
  }

  /** What was used in a window that is over counts no more. */
  function startWindow(): void {
    // The first call of a new window is let through before an answer tells of it.
    const ended = picture.windowsEnded() + (picture.resetMs() === 0 ? 1 : 0);
    if (ended === windowsEnded) return;
    windowsEnded = ended;
    if (picture.kind() === 'sliding') return;
    for (const lane of LANES) {
      laneParty(lane).uses.clear();
      for (const [caller, { wants, uses }] of partiesOf(lane)) {
        uses.clear();
        if (wants.read() < FORGOTTEN && line.sizeOf(lane, caller) === 0) partiesOf(lane).delete(caller);
      }
    }
  }

  /** The part of a window's demand that is still to come in this one. */
  function part(): number {
    if (picture.kind() === 'sliding' || picture.resetMs() === 0) return SLIDING_PART;
    return Math.min(1, picture.resetMs() / picture.windowMs());
  }

  const quota = () => picture.quota() ?? 0;

  /** What is kept of the quota for a lane, against another that is lower, or beyond its own share. */
  function keptFor(lane: Lane, against: Lane): number {
    const { share, kept } = LANE_RULES[lane];
    const { wants, uses } = laneParty(lane);
    const least = against === 'bulk' && picture.kind() !== 'sliding' ? kept * quota() : 0;
    const expected = Math.max(wants.read(), least) * part();
    const floor = lane === 'interactive' ? Math.floor(quota() * INTERACTIVE_FLOOR) : 0;
    return Math.min(expected, Math.max(0, share * quota() - uses.read())) + floor;
  }

  function keptAbove(lane: Lane): number {
    const above = LANES.slice(0, LANES.indexOf(lane));
    return above.reduce((sum, other) => sum + keptFor(other, lane), 0);
  }

  function keptBelow(lane: Lane): number {
    const below = LANES.slice(LANES.indexOf(lane) + 1);
    return below.reduce((sum, other) => sum + keptFor(other, lane), 0);
  }

  function free(): number {
    const left = picture.left();
    return left === Number.POSITIVE_INFINITY ? left : left - Math.floor(quota() * RESERVE);
  }

  function spare(lane: Lane): number {
    const isWithin = laneParty(lane).uses.read() < LANE_RULES[lane].share * quota();
    // Somebody waits for an interactive call; of foreign apps nobody knows.
    const foreign = lane === 'interactive' && isWithin ? 0 : picture.foreign();
    return free() - foreign - keptAbove(lane) - (isWithin ? 0 : keptBelow(lane));
  }

  /** What a caller may take of the quota where all who want something of the lane want more than there is. */
  function fairShare(lane: Lane): number {
    return Math.max(1, quota() / Math.max(1, partiesOf(lane).size));
  }

  function keptForOthers(lane: Lane, caller: string): number {
    const fair = fairShare(lane);
    const left = part();
    let kept = 0;
    for (const [other, { wants, uses }] of partiesOf(lane)) {
      if (other !== caller) kept += Math.min(wants.read() * left, Math.max(0, fair - uses.read()));
    }
    return kept;
  }

  /** Evens out what the lower lanes send: in a sliding window bursts would come back with every window. */
  function hasToken(): boolean {
    const most = Math.max(1, quota() * BURST);
    tokens = Math.min(most, tokens + ((now() - filledAt) * quota()) / picture.windowMs());
    filledAt = now();
    return tokens >= 1;
  }

  return {
    want(lane, caller) {
      laneParty(lane).wants.add();
      partyOf(lane, caller).wants.add();
    },
    use(lane, caller) {
      startWindow();
      laneParty(lane).uses.add();
      partyOf(lane, caller).uses.add();
      if (lane !== 'interactive') tokens = Math.max(0, tokens - 1);
    },
    next(lane, waiting) {
      let next: string | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const caller of waiting) {
        const used = partyOf(lane, caller).uses.read();
        if (used < least) [next, least] = [caller, used];
      }
      return next;
    },
    mayTake(lane, caller) {
      startWindow();
      const left = picture.left();
      if (left === Number.POSITIVE_INFINITY) return true;
      if (picture.opening() >= 1) return true;
      // What is known is of a window that is over.
      if (picture.resetMs() === 0 && picture.kind() === 'fixed') return false;
      if (lane !== 'interactive' && picture.kind() === 'sliding' && !hasToken()) return false;
      const forLane = spare(lane);
      if (forLane < 1) return false;
      if (partyOf(lane, caller).uses.read() < fairShare(lane)) return true;
      return forLane - keptForOthers(lane, caller) >= 1;
    },
    spare,
    free,
  };
}
