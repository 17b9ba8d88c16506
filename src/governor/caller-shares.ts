import { createActiveCallers } from './active-callers.ts';
import type { LaneShares } from './lane-shares.ts';
import { createDecayingCounter } from './quota/decaying-counter.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { createWindowCounter } from './quota/window-counter.ts';

/** Divides the quota among the callers of one lane by the same rule as among the lanes. */
export interface CallerShares {
  /** A call has arrived. @param queued number of queued calls of this caller in the lane */
  recordDemand(caller: string, queued: number): void;
  /** A call has started. */
  recordUse(caller: string): void;
  isWithinShare(caller: string): boolean;
  /** Calls reserved for the callers within their share, against one beyond it. */
  reserved(): number;
}

/** @param now monotonic clock, in milliseconds */
export function createCallerShares(
  tracker: QuotaTracker,
  lanes: Pick<LaneShares, 'ownQuota' | 'fractionLeft'>,
  now: () => number,
): CallerShares {
  const counter = createWindowCounter(tracker, now);
  const callers = createActiveCallers(counter.create, now, tracker.windowMs);
  /** The part of the demand for which the shares of the callers are enough. */
  const demandWithinShare = createDecayingCounter(now, tracker.windowMs);
  // Without a quota there is nothing to share, and callers need not be remembered.
  const hasQuota = () => tracker.quota() !== null;

  /** Calls per window that each caller gets if all want more. */
  function share(): number {
    return Math.max(1, lanes.ownQuota() / Math.max(1, callers.count()));
  }

  return {
    recordDemand(caller, queued) {
      if (!hasQuota()) return;
      const wanted = counter.read(callers.get(caller)) + queued;
      if (wanted < share()) demandWithinShare.increment();
    },
    recordUse(caller) {
      if (hasQuota()) counter.increment(callers.get(caller));
    },
    isWithinShare(caller) {
      if (!hasQuota() || callers.count() <= 1) return true;
      return counter.read(callers.get(caller)) < share();
    },
    reserved() {
      // The share of the caller beyond it is part of this demand.
      return Math.max(0, demandWithinShare.read() - share()) * lanes.fractionLeft();
    },
  };
}
