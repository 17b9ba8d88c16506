import { GatewayError } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { createPseudonymizer } from '../pseudonyms.ts';
import { createFailedAttempts } from './failed-attempts.ts';

/** Throttles callers who guess passwords. */
export interface PasswordThrottle {
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

export interface PasswordThrottleOptions {
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Wrong passwords of one customer by one caller without a delay. */
const FREE_ATTEMPTS_PER_CUSTOMER = 5;
/** Consecutive wrong passwords by one caller, of any customers, without a delay: at a large shop many people mistype. */
const FREE_CONSECUTIVE_FAILURES = 100;
/** This delay affects customers who did nothing wrong, so it is short. */
const MAX_CONSECUTIVE_DELAY_MS = 5_000;

export function createPasswordThrottle(clock: PasswordThrottleOptions = {}): PasswordThrottle {
  const byCustomer = createFailedAttempts({ freeAttempts: FREE_ATTEMPTS_PER_CUSTOMER, ...clock });
  const byCaller = createFailedAttempts({
    freeAttempts: FREE_CONSECUTIVE_FAILURES,
    maxDelayMs: MAX_CONSECUTIVE_DELAY_MS,
    ...clock,
  });
  const pseudonym = createPseudonymizer();
  const queues = new Map<string, Promise<unknown>>();

  async function throttled<T extends { readonly isValid: boolean }>(
    callerName: string,
    customer: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const waitMs = Math.max(byCustomer.delayMs(customer), byCaller.delayMs(callerName));
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    // An error reveals nothing about the password, so it counts neither as a success nor as a failure.
    const result = await run();
    if (result.isValid) {
      byCustomer.reset(customer);
      byCaller.reset(callerName);
    } else {
      byCustomer.recordFailure(customer);
      byCaller.recordFailure(callerName);
    }
    return result;
  }

  return {
    async check(caller, email, run) {
      // Hashed, so the table is no list of the customers who log in.
      const customer = pseudonym('password', caller.name, email.trim().toLowerCase());
      const previous = queues.get(customer) ?? Promise.resolve();
      const current = previous.then(() => throttled(caller.name, customer, run));
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

function tooManyAttempts(waitMs: number): GatewayError {
  const retryAfterMs = Math.ceil(waitMs);
  return new GatewayError('TOO_MANY_ATTEMPTS', 'Too many wrong passwords. Try again later.', {
    retryAfterMs,
  });
}
