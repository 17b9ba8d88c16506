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

/** Each budget refills evenly and holds at most one minute's worth. @param now monotonic clock, in milliseconds */
export function createCallerBudgets(now: () => number): CallerBudgets {
  const accounts = new Map<string, Account>();
  let checkedAt = now();

  function accountOf(caller: string, callsPerMinute: number): Account {
    const time = now();
    const account = accounts.get(caller) ?? { callsPerMinute, remaining: callsPerMinute, updatedAt: time };
    account.callsPerMinute = callsPerMinute;
    account.remaining = remainingAt(time, account);
    account.updatedAt = time;
    accounts.set(caller, account);
    if (time - checkedAt >= MINUTE_MS) forgetIdle(time);
    return account;
  }

  /** Forgets the callers whose accounts are full, as those of new callers are. Once per minute, because it checks all. */
  function forgetIdle(time: number): void {
    checkedAt = time;
    for (const [caller, account] of accounts) {
      const isIdle = time - account.updatedAt >= MINUTE_MS;
      if (isIdle && remainingAt(time, account) >= account.callsPerMinute) accounts.delete(caller);
    }
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

interface Account {
  callsPerMinute: number;
  remaining: number;
  updatedAt: number;
}

function remainingAt(time: number, { callsPerMinute, remaining, updatedAt }: Account): number {
  return Math.min(callsPerMinute, remaining + ((time - updatedAt) * callsPerMinute) / MINUTE_MS);
}
