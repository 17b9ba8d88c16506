/** Token buckets, one per caller, in REST calls. */
export interface CallerBudgets {
  /**
   * Takes the cost of an operation out of its caller's budget.
   *
   * @param callsPerMinute the caller's budget
   * @returns null if the budget is sufficient. If not, nothing is taken, and the milliseconds until the budget will be
   * sufficient are returned: Infinity if the cost exceeds the whole budget.
   */
  charge(caller: string, callsPerMinute: number, calls: number): number | null;
  /**
   * Settles a charge when the operation has ended: returns the calls that it did not make, or takes those that it made in
   * addition. The budget never exceeds one minute's worth. It can be negative for a time.
   */
  settle(caller: string, callsPerMinute: number, charged: number, made: number): void;
}

const MINUTE_MS = 60_000;
/** Number of accounts at which the full ones are evicted. */
const MAX_ACCOUNTS = 10_000;

/** Each budget refills evenly and holds at most one minute's worth. @param now monotonic clock, in milliseconds */
export function createCallerBudgets(now: () => number): CallerBudgets {
  const accounts = new Map<string, { remaining: number; updatedAt: number }>();

  function accountOf(caller: string, callsPerMinute: number) {
    const time = now();
    const account = accounts.get(caller) ?? { remaining: callsPerMinute, updatedAt: time };
    const refill = ((time - account.updatedAt) * callsPerMinute) / MINUTE_MS;
    account.remaining = Math.min(callsPerMinute, account.remaining + refill);
    account.updatedAt = time;
    if (!accounts.has(caller) && accounts.size >= MAX_ACCOUNTS) evictFull();
    accounts.set(caller, account);
    return account;
  }

  // After a minute without a charge an account is full, like a new one.
  function evictFull(): void {
    for (const [caller, { updatedAt }] of accounts)
      if (now() - updatedAt >= MINUTE_MS) accounts.delete(caller);
  }

  return {
    charge(caller, callsPerMinute, calls) {
      const account = accountOf(caller, callsPerMinute);
      if (calls > callsPerMinute) return Number.POSITIVE_INFINITY;
      if (calls > account.remaining) return ((calls - account.remaining) * MINUTE_MS) / callsPerMinute;
      account.remaining -= calls;
      return null;
    },
    settle(caller, callsPerMinute, charged, made) {
      const account = accountOf(caller, callsPerMinute);
      account.remaining = Math.min(callsPerMinute, account.remaining + charged - made);
    },
  };
}
