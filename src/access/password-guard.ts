import { GatewayError } from '../errors.ts';
import { createAttempts } from './attempts.ts';
import type { Caller } from './caller.ts';
import { createPseudonyms } from './pseudonyms.ts';

/** Slows down who tries passwords. */
export interface PasswordGuard {
  /**
   * Lets a password be checked, unless too many before it were wrong. Those of one customer go one after the other, so that
   * a hundred at a time are not one attempt.
   */
  check<T extends { readonly isValid: boolean }>(
    caller: Caller,
    email: string,
    run: () => Promise<T>,
  ): Promise<T>;
}

export interface PasswordGuardOptions {
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

/** Wrong passwords of one customer, through one caller, that cost no time. */
const FREE_OF_CUSTOMER = 5;
/** The same for those in a row through one caller, of whichever customers: many people mistype at a large shop. */
const FREE_IN_A_ROW = 100;
/** Whoever waits for those is not to blame, as a rule. */
const LONGEST_IN_A_ROW_MS = 5_000;

export function createPasswordGuard(clock: PasswordGuardOptions = {}): PasswordGuard {
  const byCustomer = createAttempts({ free: FREE_OF_CUSTOMER, ...clock });
  const byCaller = createAttempts({ free: FREE_IN_A_ROW, longestMs: LONGEST_IN_A_ROW_MS, ...clock });
  const pseudonym = createPseudonyms();
  const turns = new Map<string, Promise<unknown>>();

  async function guarded<T extends { readonly isValid: boolean }>(
    callerName: string,
    customer: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const waitMs = Math.max(byCustomer.wait(customer), byCaller.wait(callerName));
    if (waitMs > 0) throw tooMany(waitMs);
    // What throws has told nothing of the password, and counts for nothing.
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
      // The table is no list of who signs in.
      const customer = pseudonym('password', caller.name, email.trim().toLowerCase());
      const before = turns.get(customer) ?? Promise.resolve();
      const mine = before.then(() => guarded(caller.name, customer, run));
      const ended = mine.catch(() => {});
      turns.set(customer, ended);
      try {
        return await mine;
      } finally {
        if (turns.get(customer) === ended) turns.delete(customer);
      }
    },
  };
}

function tooMany(waitMs: number): GatewayError {
  const retryAfterMs = Math.ceil(waitMs);
  return new GatewayError('TOO_MANY_ATTEMPTS', 'Too many passwords were wrong; try again later.', {
    retryAfterMs,
  });
}
