import { GatewayError } from '../errors.ts';
import { createAttempts } from './attempts.ts';
import type { Caller } from './caller.ts';
import { createPseudonyms } from './pseudonyms.ts';

/** Throttles callers who guess passwords. */
export interface PasswordGuard {
  /**
   * Runs a password check, unless too many earlier passwords were wrong. Checks of one customer run one at a time, so a
   * hundred concurrent ones do not count as one attempt.
   * @throws GatewayError TOO_MANY_ATTEMPTS
   */
  check<T extends { readonly isValid: boolean }>(
    caller: Caller,
    email: string,
    run: () => Promise<T>,
  ): Promise<T>;
}

export interface PasswordGuardOptions {
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Wrong passwords of one customer by one caller without a delay. */
const FREE_OF_CUSTOMER = 5;
/** Consecutive wrong passwords by one caller, of any customers, without a delay: at a large shop many people mistype. */
const FREE_IN_A_ROW = 100;
/** This delay affects customers who did nothing wrong, so it is short. */
const LONGEST_IN_A_ROW_MS = 5_000;

export function createPasswordGuard(clock: PasswordGuardOptions = {}): PasswordGuard {
  const byCustomer = createAttempts({ free: FREE_OF_CUSTOMER, ...clock });
  const byCaller = createAttempts({ free: FREE_IN_A_ROW, longestMs: LONGEST_IN_A_ROW_MS, ...clock });
  const pseudonym = createPseudonyms();
  const queues = new Map<string, Promise<unknown>>();

  async function guarded<T extends { readonly isValid: boolean }>(
    callerName: string,
    customer: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const waitMs = Math.max(byCustomer.wait(customer), byCaller.wait(callerName));
    if (waitMs > 0) throw tooMany(waitMs);
    // An error reveals nothing about the password, so it counts neither as a success nor as a failure.
    const result = await run();
    if (result.isValid) {
      byCustomer.succeeded(customer);
      byCaller.succeeded(callerName);
    } else {
      byCustomer.failed(customer);
      byCaller.failed(callerName);
    }
    return result;
  }

  return {
    async check(caller, email, run) {
      // Hashed, so the table is no list of the customers who log in.
      const customer = pseudonym('password', caller.name, email.trim().toLowerCase());
      const previous = queues.get(customer) ?? Promise.resolve();
      const current = previous.then(() => guarded(caller.name, customer, run));
      const settled = current.catch(() => {});
      queues.set(customer, settled);
      try {
        return await current;
      } finally {
        if (queues.get(customer) === settled) queues.delete(customer);
      }
    },
  };
}

function tooMany(waitMs: number): GatewayError {
  const retryAfterMs = Math.ceil(waitMs);
  return new GatewayError('TOO_MANY_ATTEMPTS', 'Too many wrong passwords. Try again later.', {
    retryAfterMs,
  });
}
