import type { CallQueue } from './call-queue.ts';
import type { StartRules } from './caller-turns.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';
import type { FairShare } from './fair-share.ts';
import type { LaneSchedule } from './lane-schedule.ts';
import { INTERACTIVE_CONNECTIONS, type Lane } from './lanes.ts';
import type { QueuedCall } from './queued-call.ts';
import type { QuotaTracker } from './quota/tracker.ts';

/** Decides which call starts next. */
export interface StartOrder {
  /** Whether a call that has just arrived may start at once. There must be no queued calls. */
  canStart(call: Pick<QueuedCall, 'operation' | 'lane' | 'caller' | 'isUrgent'>): boolean;
  /** The queued call that starts next; null if none can start now. */
  next(): QueuedCall | null;
}

export interface StartOrderOptions {
  readonly queue: CallQueue;
  readonly tracker: QuotaTracker;
  readonly shares: FairShare;
  readonly schedule: LaneSchedule;
  readonly limits: ConcurrencyLimits;
  readonly breaker: CircuitBreaker;
  /** Maximum number of calls in flight. Interactive calls may use INTERACTIVE_CONNECTIONS more. */
  readonly connections: number;
}

export function createStartOrder(options: StartOrderOptions): StartOrder {
  const { queue, tracker, shares, schedule, limits, breaker, connections } = options;

  function hasRoom(lane: Lane): boolean {
    const inFlight = limits.inFlight();
    if (inFlight >= connections + INTERACTIVE_CONNECTIONS) return false;
    const isFull = schedule.inFlight('standard') + schedule.inFlight('bulk') >= connections;
    if (lane !== 'interactive' && isFull) return false;
    // At most half of the remaining quota is in flight, so calls of other apps show up before the other half is sent.
    return inFlight === 0 || inFlight < Math.max(tracker.remaining(), tracker.probeAllowance());
  }

  const canStartOperation = (operation: string) => limits.hasRoom(operation) && breaker.canStart(operation);

  const rulesOf = (lane: Lane): StartRules => ({
    canStart: canStartOperation,
    isWithinShare: (caller) => shares.isWithinShare(lane, caller),
    hasSurplus: () => shares.hasSurplus(lane),
  });
  const rules: Readonly<Record<Lane, StartRules>> = {
    interactive: rulesOf('interactive'),
    standard: rulesOf('standard'),
    bulk: rulesOf('bulk'),
  };

  /** Urgent calls need no share. */
  function canStartUrgent(): boolean {
    if (!hasRoom('interactive') || Math.max(tracker.remaining(), tracker.probeAllowance()) < 1) return false;
    return tracker.hasLease();
  }

  return {
    canStart({ operation, lane, caller, isUrgent }) {
      if (!canStartOperation(operation)) return false;
      if (isUrgent) return canStartUrgent();
      if (!hasRoom(lane) || !shares.canStart(lane) || !tracker.hasLease()) return false;
      return shares.isWithinShare(lane, caller) || shares.hasSurplus(lane);
    },
    next() {
      const urgent = queue.urgentSize() > 0 && canStartUrgent() ? queue.nextUrgent(canStartOperation) : null;
      if (urgent !== null) return urgent;
      for (const lane of schedule.order()) {
        if (queue.size(lane) === 0 || !hasRoom(lane) || !shares.canStart(lane)) continue;
        if (!tracker.hasLease()) return null;
        const call = queue.next(lane, rules[lane]);
        if (call !== null) return call;
      }
      return null;
    },
  };
}
