import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Caller } from './caller.ts';

const NOT_AVAILABLE = 'The store is not available. Try again later.';
const BUSY = 'The store is busy. Try again later.';
const REFUSED = 'The store refused the request.';

/** The messages for shoppers, by error code. */
const SHOPPER_MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  UPSTREAM_UNAUTHENTICATED: NOT_AVAILABLE,
  UPSTREAM_FORBIDDEN: REFUSED,
  UPSTREAM_REJECTED: REFUSED,
  UPSTREAM_RATE_LIMITED: BUSY,
  UPSTREAM_TIMEOUT: BUSY,
  UPSTREAM_UNAVAILABLE: NOT_AVAILABLE,
  UPSTREAM_BAD_RESPONSE: NOT_AVAILABLE,
};

/**
 * The error that a caller may see. A shopper, signed in or not, is a stranger to the operator of the store, so the failures of the store
 * keep their code and say nothing about its access token, hosts, network and REST API.
 */
export function errorFor({ kind }: Pick<Caller, 'kind'>, error: GatewayError): GatewayError {
  const message = kind === 'shopper' || kind === 'public' ? SHOPPER_MESSAGES[error.code] : undefined;
  if (message === undefined) return error;
  const { retryAfterMs } = error.details;
  return new GatewayError(error.code, message, retryAfterMs === undefined ? {} : { retryAfterMs }, error);
}
