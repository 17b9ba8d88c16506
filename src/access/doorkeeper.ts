import { createHash } from 'node:crypto';
import { createAttempts } from './attempts.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';

/** The authenticated caller, or the delay before the next attempt. */
export type Admission = { readonly caller: Caller } | { readonly caller: null; readonly waitMs: number };

/** Authenticates requests, and throttles clients whose logins keep failing. */
export interface Doorkeeper {
  /**
   * @param credential null if the request has none: that is not counted as an attempt
   * @param address IP address of the client
   */
  admit(credential: string | null, address: string): Promise<Admission>;
}

export interface DoorkeeperOptions {
  readonly authenticator: Authenticator;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Failures from one address, and of one credential, without a delay. */
const FREE_AT_ADDRESS = 20;
const FREE_EACH = 5;

/** Maximum number of recently valid credentials that are remembered. */
const REMEMBERED = 10_000;

/**
 * Creates a throttle. Keys and signatures cannot be guessed; the throttle limits the work that failed attempts cause.
 * A credential that was valid before is therefore exempt from the limit of its address: behind a proxy all clients may
 * share one address.
 */
export function createDoorkeeper({ authenticator, ...clock }: DoorkeeperOptions): Doorkeeper {
  const byAddress = createAttempts({ free: FREE_AT_ADDRESS, ...clock });
  const byCredential = createAttempts({ free: FREE_EACH, ...clock });
  const recentlyValid = new Set<string>();

  async function admit(credential: string | null, address: string): Promise<Admission> {
    if (credential === null) return { caller: null, waitMs: 0 };
    const fingerprint = createHash('sha256').update(credential).digest('base64url');
    const waitMs = Math.max(
      byCredential.wait(fingerprint),
      recentlyValid.has(fingerprint) ? 0 : byAddress.wait(address),
    );
    if (waitMs > 0) return { caller: null, waitMs };
    const caller = await authenticator.identify(credential);
    recentlyValid.delete(fingerprint);
    if (caller === null) {
      byCredential.failed(fingerprint);
      byAddress.failed(address);
      return { caller, waitMs: 0 };
    }
    byCredential.succeeded(fingerprint);
    recentlyValid.add(fingerprint);
    const [oldest] = recentlyValid;
    if (recentlyValid.size > REMEMBERED && oldest !== undefined) recentlyValid.delete(oldest);
    return { caller };
  }

  return { admit };
}
