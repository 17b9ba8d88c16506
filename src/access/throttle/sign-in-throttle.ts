import { GatewayError } from '../../errors.ts';
import { createPseudonymizer } from '../pseudonyms.ts';

/** An attempt to sign in that was allowed. It counts as a failure until it is known to be none. */
export interface SignInAttempt {
  /** The password is right: the owner of the account is here. */
  succeed(): void;
  /** Nothing was learnt about the password: the attempt does not count. */
  cancel(): void;
}

/** Throttles those who guess the passwords of shoppers, before the store is asked. */
export interface SignInThrottle {
  /**
   * Counts an attempt on an account, by a client and in all.
   * @param email of the account, which need not exist
   * @param address of the client; null if the caller is a backend, which attempts on behalf of many
   * @throws GatewayError TOO_MANY_ATTEMPTS
   */
  attempt(email: string, address: string | null): SignInAttempt | Promise<SignInAttempt>;
}

/** The throttle of one process, which answers at once. */
export interface LocalSignInThrottle extends SignInThrottle {
  attempt(email: string, address: string | null): SignInAttempt;
}

/** Failures without a delay, and how long one of them counts, in milliseconds. */
export interface Allowance {
  readonly failures: number;
  readonly forgetMs: number;
}

export interface SignInThrottleOptions {
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** @default 5, one of which is forgotten each minute */
  readonly perAccount?: Allowance;
  /** @default 20, two of which are forgotten each minute */
  readonly perAddress?: Allowance;
  /** @default 200, 30 of which are forgotten each minute: at a large shop many people mistype */
  readonly inAll?: Allowance;
}

/** The allowances of an account, of an address, and in all. */
export const SIGN_IN_ALLOWANCES = {
  perAccount: { failures: 5, forgetMs: 60_000 },
  perAddress: { failures: 20, forgetMs: 30_000 },
  inAll: { failures: 200, forgetMs: 2_000 },
} as const satisfies Readonly<Record<string, Allowance>>;

/** Creates a throttle. Attempts in flight count too, so a hundred concurrent ones are not one. */
export function createSignInThrottle({
  now = () => performance.now(),
  perAccount = SIGN_IN_ALLOWANCES.perAccount,
  perAddress = SIGN_IN_ALLOWANCES.perAddress,
  inAll = SIGN_IN_ALLOWANCES.inAll,
}: SignInThrottleOptions = {}): LocalSignInThrottle {
  const accounts = createFailureCounts(perAccount, now);
  const addresses = createFailureCounts(perAddress, now);
  const all = createFailureCounts(inAll, now);
  const pseudonym = createPseudonymizer();

  return {
    attempt(email, address) {
      // Hashed, so the table is no list of the customers who sign in.
      const account = pseudonym('account', email.trim().toLowerCase());
      const counts = [
        { table: accounts, key: account },
        ...(address === null ? [] : [{ table: addresses, key: address }]),
        { table: all, key: 'all' },
      ];
      const waitMs = Math.max(...counts.map(({ table, key }) => table.delayMs(key)));
      if (waitMs > 0) throw tooManyAttempts(waitMs);
      for (const { table, key } of counts) table.add(key, 1);
      const cancel = () => {
        for (const { table, key } of counts) table.add(key, -1);
      };
      return {
        cancel,
        succeed() {
          cancel();
          // Not the address: a guesser with one account could otherwise go on forever.
          accounts.reset(account);
        },
      };
    },
  };
}

/** Counts of failures, each of which decreases with time. */
function createFailureCounts({ failures: max, forgetMs }: Allowance, now: () => number) {
  const table = new Map<string, { count: number; at: number }>();
  let sweptAt = now();

  function countOf(key: string): number {
    const entry = table.get(key);
    return entry === undefined ? 0 : Math.max(0, entry.count - (now() - entry.at) / forgetMs);
  }

  /** Forgets the keys without failures. The throttle in all bounds the number of the others. */
  function sweep(): void {
    if (now() - sweptAt < max * forgetMs) return;
    sweptAt = now();
    for (const key of table.keys()) if (countOf(key) === 0) table.delete(key);
  }

  return {
    /** Milliseconds until the next attempt is allowed; 0 if it is now. */
    delayMs: (key: string) => Math.max(0, Math.ceil((countOf(key) - (max - 1)) * forgetMs)),
    add(key: string, failures: number): void {
      sweep();
      const count = Math.max(0, countOf(key) + failures);
      if (count === 0) table.delete(key);
      else table.set(key, { count, at: now() });
    },
    reset(key: string): void {
      table.delete(key);
    },
  };
}

/** @param waitMs milliseconds until the next attempt is allowed */
export function tooManyAttempts(waitMs: number): GatewayError {
  return new GatewayError('TOO_MANY_ATTEMPTS', 'Too many attempts to sign in. Try again later.', {
    retryAfterMs: waitMs,
  });
}
