import { hash } from 'node:crypto';
import { type Available, whenKnown } from '../../when-known.ts';
import type { Authenticator } from '../authenticator.ts';
import type { Caller } from '../caller.ts';
import { createFailedAttempts, type DelayRule, type ShareAttempts } from './failed-attempts.ts';

/**
 * The authenticated caller, or the delay before the next attempt. `unverifiable`: the credential may be valid, but cannot be
 * verified now.
 */
export type AuthResult =
  | { readonly caller: Caller }
  | { readonly caller: null; readonly delayMs: number; readonly unverifiable?: true };

/** Authenticates requests, and throttles clients whose logins keep failing. */
export interface LoginThrottle {
  /**
   * @param credential null if the request has none: that is not counted as an attempt
   * @param address IP address of the client
   */
  authenticate(credential: string | null, address: string): Available<AuthResult>;
}

export interface LoginThrottleOptions {
  readonly authenticator: Authenticator;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** @default failures are counted in this process alone */
  readonly share?: ShareAttempts;
}

/** Failures from one address, and of one credential, without a delay. */
const ADDRESS_RULE: DelayRule = { freeAttempts: 20 };
const CREDENTIAL_RULE: DelayRule = { freeAttempts: 5 };

/**
 * Creates a throttle. Keys and signed tokens cannot be guessed, so each credential is verified first and a valid one is
 * always accepted: behind a proxy all clients may share one address. Only failures are delayed, by failures. A token that is
 * genuine but expired, or that cannot be verified now, is no attack and is not counted.
 */
export function createLoginThrottle({
  authenticator,
  share = (_kind, _rule, local) => local,
  ...clock
}: LoginThrottleOptions): LoginThrottle {
  const byAddress = share('login-address', ADDRESS_RULE, createFailedAttempts({ ...ADDRESS_RULE, ...clock }));
  const byCredential = share(
    'login-credential',
    CREDENTIAL_RULE,
    createFailedAttempts({ ...CREDENTIAL_RULE, ...clock }),
  );

  /** Counts a failure, unless the client has to wait before its next attempt. */
  async function fail(credential: string, address: string): Promise<AuthResult> {
    const fingerprint = hash('sha256', credential, 'base64url');
    const delays = await Promise.all([byCredential.delayMs(fingerprint), byAddress.delayMs(address)]);
    const delayMs = Math.max(...delays);
    if (delayMs > 0) return { caller: null, delayMs };
    await Promise.all([byCredential.recordFailure(fingerprint), byAddress.recordFailure(address)]);
    return { caller: null, delayMs: 0 };
  }

  return {
    authenticate(credential, address) {
      if (credential === null) return { caller: null, delayMs: 0 };
      return whenKnown(authenticator.authenticate(credential), (caller) => {
        if (caller === 'expired') return { caller: null, delayMs: 0 };
        if (caller === 'unverifiable') return { caller: null, delayMs: 0, unverifiable: true };
        return caller === null ? fail(credential, address) : { caller };
      });
    },
  };
}
