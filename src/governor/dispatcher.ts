import { afterPolling } from '../after-polling.ts';
import type { GatewayError } from '../errors.ts';
import { type Clock, createAlarm } from './alarm.ts';
import type { CallQueue } from './call-queue.ts';
import type { CallResult, CircuitBreaker } from './circuit-breaker.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';
import type { FairShare } from './fair-share.ts';
import { createLaneSchedule } from './lane-schedule.ts';
import { createOverdueCheck } from './overdue-check.ts';
import {
  type CallRequest,
  createPermits,
  type GovernorEvents,
  type IssuedPermit,
  type RejectionReason,
  type ReleaseEffect,
} from './permits.ts';
import type { QueuedCall } from './queued-call.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { circuitOpen, deadlineExceeded } from './rejections.ts';
import { createStartOrder } from './start-order.ts';
import type { WaitEstimate } from './wait-estimate.ts';

/** Starts calls in their turn: whenever a call ends, and when time alone allows it. */
export interface Dispatcher {
  /** Whether a call that has just arrived may start before all queued calls. */
  canStart(call: Pick<QueuedCall, 'operation' | 'lane' | 'caller' | 'isUrgent'>): boolean;
  /** Starts a call. @param waitedMs milliseconds that it was queued */
  start(request: CallRequest, waitedMs: number): IssuedPermit;
  /** Queues a call. */
  enqueue(call: QueuedCall): void;
  /** Rejects a call, which may be in the queue. */
  reject(call: QueuedCall, error: GatewayError, reason: RejectionReason): void;
  /** Starts the queued calls that may start now. */
  wake(): void;
  /** Ends a trial of an operation that was made by another call. */
  endTrial(operation: string, result: CallResult): void;
}

export interface DispatcherOptions {
  readonly queue: CallQueue;
  readonly tracker: QuotaTracker;
  readonly shares: FairShare;
  readonly limits: ConcurrencyLimits;
  readonly breaker: CircuitBreaker;
  readonly estimateWait: WaitEstimate;
  /** Maximum number of calls in flight. Interactive calls may use INTERACTIVE_CONNECTIONS more. */
  readonly connections: number;
  readonly events: GovernorEvents;
  readonly clock: Clock;
}

/** Limits of the interval between two looks at the queue if nothing else happens, in milliseconds. */
const MIN_POLL_MS = 5;
const MAX_POLL_MS = 100;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { queue, tracker, limits, breaker, estimateWait, events, clock } = options;
  const { now } = clock;
  const schedule = createLaneSchedule();
  const order = createStartOrder({ ...options, schedule });
  const overdue = createOverdueCheck(queue, estimateWait, now);
  const issuePermit = createPermits({ ...options, schedule, now, onRelease });
  let isDispatchDue = false;
  const wakeAt = createAlarm(clock, () => {
    for (const [call, waitMs] of overdue.run()) rejectOverdue(call, waitMs);
    dispatch();
  });

  function onRelease(operation: string, { hasOpened, isRateLimited }: ReleaseEffect): void {
    if (isRateLimited) overdue.hasten();
    if (hasOpened) rejectAll(operation);
    dispatchSoon();
  }

  function rejectAll(operation: string): void {
    const calls = [...queue.entries()].filter(([call]) => call.operation === operation);
    for (const [call] of calls) reject(call, circuitOpen(breaker.retryAfterMs(operation)), 'breaker');
  }

  function reject(call: QueuedCall, error: GatewayError, reason: RejectionReason): void {
    queue.remove(call);
    events.onReject(call.lane, reason);
    call.reject(error);
  }

  function rejectOverdue(call: QueuedCall, waitMs: number): void {
    reject(call, deadlineExceeded(waitMs), 'deadline');
  }

  /** Starts all queued calls that may start. */
  function dispatch(): void {
    for (let call = order.next(); call !== null; call = order.next()) {
      if (now() >= call.deadlineAt) {
        rejectOverdue(call, 0);
        continue;
      }
      queue.take(call);
      call.start();
    }
    if (queue.size() > 0) wakeAt(nextLookAt());
  }

  /** Starts the queued calls that may start, once for all that arrive or end in one turn of the event loop. */
  function dispatchSoon(): void {
    if (isDispatchDue) return;
    isDispatchDue = true;
    afterPolling(() => {
      isDispatchDue = false;
      dispatch();
    });
  }

  /** As time passes, calls may start or will miss their deadline. */
  function nextLookAt(): number {
    const perCallMs = tracker.windowMs() / (tracker.quota() ?? 1);
    let waitMs = Math.min(Math.max(perCallMs / 4, MIN_POLL_MS), MAX_POLL_MS);
    for (const ms of [tracker.resetMs(), limits.nextPauseEndMs(), overdue.dueAt() - now()]) {
      if (ms > 0) waitMs = Math.min(waitMs, ms);
    }
    return now() + waitMs;
  }

  return {
    canStart: (call) => queue.size() === 0 && order.canStart(call),
    start: issuePermit,
    enqueue(call) {
      queue.push(call);
      overdue.note(call.deadlineAt);
      dispatchSoon();
    },
    reject,
    wake: dispatch,
    endTrial(operation, result) {
      onRelease(operation, { hasOpened: breaker.end(operation, result, true), isRateLimited: false });
    },
  };
}
