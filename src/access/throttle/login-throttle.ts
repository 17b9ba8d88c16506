import { createHash } from 'node:crypto';
import type { Authenticator } from '../authenticator.ts';
import type { Caller } from '../caller.ts';
import { createFailedAttempts } from './failed-attempts.ts';

/** The authenticated caller, or the delay before the next attempt. */
export type AuthResult = { readonly caller: Caller } | { readonly caller: null; readonly delayMs: number };

/** Authenticates requests, and throttles clients whose logins keep failing. */
export interface LoginThrottle {
  /**
   * @param credential null if the request has none: that is not counted as an attempt
   * @param address IP address of the client
   */
  authenticate(credential: string | null, address: string): Promise<AuthResult>;
}

export interface LoginThrottleOptions {
  readonly authenticator: Authenticator;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Failures from one address, and of one credential, without a delay. */
const FREE_ATTEMPTS_PER_ADDRESS = 20;
const FREE_ATTEMPTS_PER_CREDENTIAL = 5;

/** Maximum number of recently valid credentials that are remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * Creates a throttle. Keys and signatures cannot be guessed; the throttle limits the work that failed attempts cause.
 * A credential that was valid before is therefore exempt from the limit of its address: behind a proxy all clients may
 * share one address.
 */
export function createLoginThrottle({ authenticator, ...clock }: LoginThrottleOptions): LoginThrottle {
  const byAddress = createFailedAttempts({ freeAttempts: FREE_ATTEMPTS_PER_ADDRESS, ...clock });
  const byCredential = createFailedAttempts({ freeAttempts: FREE_ATTEMPTS_PER_CREDENTIAL, ...clock });
  const recentlyValid = new Set<string>();

  async function authenticate(credential: string | null, address: string): Promise<AuthResult> {
    if (credential === null) return { caller: null, delayMs: 0 };
    const fingerprint = createHash('sha256').update(credential).digest('base64url');
    const delayMs = Math.max(
      byCredential.delayMs(fingerprint),
      recentlyValid.has(fingerprint) ? 0 : byAddress.delayMs(address),
    );
    if (delayMs > 0) return { caller: null, delayMs };
    const caller = await authenticator.authenticate(credential);
    recentlyValid.delete(fingerprint);
    if (caller === null) {
      byCredential.recordFailure(fingerprint);
      byAddress.recordFailure(address);
      return { caller, delayMs: 0 };
    }
    byCredential.reset(fingerprint);
    recentlyValid.add(fingerprint);
    const [oldest] = recentlyValid;
    if (recentlyValid.size > MAX_REMEMBERED && oldest !== undefined) recentlyValid.delete(oldest);
    return { caller };
  }

  return { authenticate };
}
