import { GatewayError } from '../errors.ts';

/** @param waitMs until the next probe */
export function storeIsDown(waitMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'The store does not answer; until it does, it is asked nothing but whether it is back.',
    { retryAfterMs: Math.ceil(waitMs) },
  );
}

/** @param waitMs until the call could be made */
export function tooLate(waitMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    "The store's quota is used up: the call could not be made before the operation's deadline.",
    { retryAfterMs: Math.max(1, Math.ceil(waitMs)) },
  );
}

/** @param waitMs until the store's window ends */
export function lineIsFull(places: number, waitMs: number): GatewayError {
  return new GatewayError(
    'UPSTREAM_RATE_LIMITED',
    `${places} calls wait for the store already; no further one is taken.`,
    { retryAfterMs: Math.max(1, Math.ceil(waitMs)) },
  );
}

/** For a write whose caller left while it waited. */
export function callerLeft(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The caller left before it was sent.');
}

/** Whether the store's quota was used up: such a call was counted, and not done. */
export function isTurnedAway(error: unknown): boolean {
  return (
    error instanceof GatewayError && error.details.status === 429 && error.details.retryAfterMs !== undefined
  );
}
