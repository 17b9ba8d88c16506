import type { CallQueue } from './call-queue.ts';
import type { QueuedCall } from './queued-call.ts';
import type { WaitEstimate } from './wait-estimate.ts';

/** Finds queued calls that will miss their deadline, at intervals, because its cost grows with the queue. */
export interface OverdueCheck {
  /** Notes the deadline of a call that enters the queue. */
  note(deadlineAt: number): void;
  /** Makes the next check due: the quota has turned out to be used up. */
  hasten(): void;
  /** When the next check is due; Infinity if no call has a deadline. */
  dueAt(): number;
  /** Returns the calls that will miss their deadline, each with its estimated wait in milliseconds. Empty if not due. */
  run(): readonly (readonly [QueuedCall, number])[];
}

/** Milliseconds between two checks, and at least between a check and an earlier one for a deadline that passes. */
const INTERVAL_MS = 1_000;
const MIN_INTERVAL_MS = 20;

export function createOverdueCheck(
  queue: Pick<CallQueue, 'entries'>,
  estimateWait: WaitEstimate,
  now: () => number,
): OverdueCheck {
  let earliestDeadlineAt = Number.POSITIVE_INFINITY;
  let nextAt = 0;
  let lastAt = Number.NEGATIVE_INFINITY;

  function dueAt(): number {
    if (earliestDeadlineAt === Number.POSITIVE_INFINITY) return earliestDeadlineAt;
    return Math.max(Math.min(nextAt, earliestDeadlineAt), lastAt + MIN_INTERVAL_MS);
  }

  return {
    note(deadlineAt) {
      earliestDeadlineAt = Math.min(earliestDeadlineAt, deadlineAt);
    },
    hasten() {
      nextAt = now();
    },
    dueAt,
    run() {
      const time = now();
      if (time < dueAt()) return [];
      lastAt = time;
      nextAt = time + INTERVAL_MS;
      earliestDeadlineAt = Number.POSITIVE_INFINITY;
      const overdue: (readonly [QueuedCall, number])[] = [];
      for (const [call, ahead] of queue.entries()) {
        if (call.deadlineAt === Number.POSITIVE_INFINITY) continue;
        const waitMs = estimateWait(call, ahead);
        if (time + waitMs >= call.deadlineAt) overdue.push([call, waitMs]);
        else earliestDeadlineAt = Math.min(earliestDeadlineAt, call.deadlineAt);
      }
      return overdue;
    },
  };
}
