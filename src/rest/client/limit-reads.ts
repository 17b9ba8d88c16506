import { GatewayError } from '../../errors.ts';
import type { Layer } from './call.ts';

/**
 * Fails the reads of an operation that has made as many as it may. A cost estimate does not know how many addresses a
 * customer has, and a faulty store may never end a list.
 */
export function limitReads(next: Layer<unknown>): Layer<unknown> {
  return (call) => {
    const { callLog } = call.requester;
    if (callLog.remainingReads() <= 0) return Promise.reject(tooManyReads(callLog.maxReads));
    callLog.countRead();
    return next(call);
  };
}

function tooManyReads(limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation hit its limit of ${limit} REST calls before it was complete.`,
    { limit },
  );
}
