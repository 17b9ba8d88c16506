import { createHash } from 'node:crypto';
import { createAttempts } from './attempts.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';

/** Who came in, or how long whoever did not has to wait before the next try. */
export type Admission = { readonly caller: Caller } | { readonly caller: null; readonly waitMs: number };

/** Asks for credentials at the door, and slows down who keeps bringing bad ones. */
export interface Doorkeeper {
  /**
   * @param credential null where none was brought: that is no attempt, and costs nothing
   * @param address of the caller
   */
  admit(credential: string | null, address: string): Promise<Admission>;
}

export interface DoorkeeperOptions {
  readonly authenticator: Authenticator;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

/** Bad credentials at one address, and tries of the same one, that cost no time. */
const FREE_AT_ADDRESS = 20;
const FREE_EACH = 5;

/** Credentials that were good lately, of which that many are remembered. */
const REMEMBERED = 10_000;

/**
 * Nobody guesses a key or a signature: what is slowed down is the work that trying costs us. So a credential that was
 * good before is let through whatever others at its address do: behind a proxy all callers may share one.
 */
export function createDoorkeeper({ authenticator, ...clock }: DoorkeeperOptions): Doorkeeper {
  const byAddress = createAttempts({ free: FREE_AT_ADDRESS, ...clock });
  const byCredential = createAttempts({ free: FREE_EACH, ...clock });
  const good = new Set<string>();

  async function admit(credential: string | null, address: string): Promise<Admission> {
    if (credential === null) return { caller: null, waitMs: 0 };
    const print = createHash('sha256').update(credential).digest('base64url');
    const waitMs = Math.max(byCredential.wait(print), good.has(print) ? 0 : byAddress.wait(address));
    if (waitMs > 0) return { caller: null, waitMs };
    const caller = await authenticator.identify(credential);
    good.delete(print);
    if (caller === null) {
      byCredential.failed(print);
      byAddress.failed(address);
      return { caller, waitMs: 0 };
    }
    byCredential.succeeded(print);
    good.add(print);
    const [oldest] = good;
    if (good.size > REMEMBERED && oldest !== undefined) good.delete(oldest);
    return { caller };
  }

  return { admit };
}
