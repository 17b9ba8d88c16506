import type { QueuedCall } from '../../src/governor/queued-call.ts';

/** A queued call that does nothing when it starts or is rejected. */
export function queuedCall(call: Partial<QueuedCall> = {}): QueuedCall {
  return {
    operation: 'getCustomers',
    caller: 'one',
    settlesWrite: false,
    isUrgent: false,
    lane: 'standard',
    queuedAt: 0,
    deadlineAt: Number.POSITIVE_INFINITY,
    start() {},
    reject() {},
    ...call,
  };
}
