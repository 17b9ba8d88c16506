import { GatewayError } from '../errors.ts';

/** @param waitMs milliseconds until the next probe */
export function circuitOpen(waitMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'The store is not responding; the circuit breaker is open.',
    { retryAfterMs: Math.ceil(waitMs) },
  );
}

/** For a call that arrives after the deadline of its operation. */
export function deadlinePassed(): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', "The operation's deadline passed before the call was sent.");
}

/** @param waitMs milliseconds until the call could be sent */
export function deadlineExceeded(waitMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    "The store's limits did not allow the call before the operation's deadline.",
    { retryAfterMs: Math.max(1, Math.ceil(waitMs)) },
  );
}

/**
 * @param maxQueued capacity of the queue, in calls
 * @param waitMs milliseconds until the store's window ends
 */
export function queueFull(maxQueued: number, waitMs: number): GatewayError {
  return new GatewayError('UPSTREAM_RATE_LIMITED', `The call queue is full (${maxQueued} calls).`, {
    retryAfterMs: Math.max(1, Math.ceil(waitMs)),
  });
}

/** For a write whose request was aborted while it was queued. */
export function callerAborted(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The request was aborted before the call was sent.');
}
