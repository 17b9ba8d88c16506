import { GatewayError } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { createPseudonymizer, type Pseudonymizer } from '../pseudonyms.ts';
import { createFailedAttempts, type DelayRule, type ShareAttempts } from './failed-attempts.ts';

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
  /** @default failures are counted in this process alone */
  readonly share?: ShareAttempts;
  /** Derives the name that stands for a customer, the same in all replicas. @default with a random key */
  readonly pseudonym?: Pseudonymizer;
}

/** Wrong passwords of one customer by one caller without a delay. */
const CUSTOMER_RULE: DelayRule = { freeAttempts: 5 };
/**
 * Consecutive wrong passwords by one caller, of any customers, without a delay: at a large shop many people mistype. The delay
 * affects customers who did nothing wrong, so it is short.
 */
const CALLER_RULE: DelayRule = { freeAttempts: 100, maxDelayMs: 5_000 };

export function createPasswordThrottle({
  share = (_kind, _rule, local) => local,
  pseudonym = createPseudonymizer(),
  ...clock
}: PasswordThrottleOptions = {}): PasswordThrottle {
  const byCustomer = share(
    'password-customer',
    CUSTOMER_RULE,
    createFailedAttempts({ ...CUSTOMER_RULE, ...clock }),
  );
  const byCaller = share('password-caller', CALLER_RULE, createFailedAttempts({ ...CALLER_RULE, ...clock }));
  const queues = new Map<string, Promise<unknown>>();

  async function throttled<T extends { readonly isValid: boolean }>(
    callerName: string,
    customer: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const waits = await Promise.all([byCustomer.delayMs(customer), byCaller.delayMs(callerName)]);
    const waitMs = Math.max(...waits);
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    // An error reveals nothing about the password, so it counts neither as a success nor as a failure.
    const result = await run();
    if (result.isValid) {
      await Promise.all([byCustomer.reset(customer), byCaller.reset(callerName)]);
    } else {
      await Promise.all([byCustomer.recordFailure(customer), byCaller.recordFailure(callerName)]);
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
