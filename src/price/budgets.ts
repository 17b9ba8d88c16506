/** What callers may still cause, in REST calls. */
export interface Budgets {
  /**
   * Takes the price of an operation off its caller's budget.
   *
   * @param callsPerMinute the caller's budget
   * @returns null where it sufficed; else the milliseconds until it would, Infinity where it never does
   */
  charge(caller: string, callsPerMinute: number, calls: number): number | null;
  /** Gives back what an operation was charged and did not need. */
  refund(caller: string, callsPerMinute: number, calls: number): void;
}

const MINUTE_MS = 60_000;
/** Callers after which those are forgotten whose budget is whole again. */
const MANY = 10_000;

/** A budget fills up evenly, and holds a minute's worth at the most. @param now milliseconds that only grow */
export function createBudgets(now: () => number): Budgets {
  const accounts = new Map<string, { left: number; at: number }>();

  function accountOf(caller: string, callsPerMinute: number) {
    const time = now();
    const account = accounts.get(caller) ?? { left: callsPerMinute, at: time };
    const earned = ((time - account.at) * callsPerMinute) / MINUTE_MS;
    account.left = Math.min(callsPerMinute, account.left + earned);
    account.at = time;
    if (!accounts.has(caller) && accounts.size >= MANY) forgetTheIdle();
    accounts.set(caller, account);
    return account;
  }

  // After a minute without a charge an account is whole, as a new one is.
  function forgetTheIdle(): void {
    for (const [caller, { at }] of accounts) if (now() - at >= MINUTE_MS) accounts.delete(caller);
  }

  return {
    charge(caller, callsPerMinute, calls) {
      const account = accountOf(caller, callsPerMinute);
      if (calls > callsPerMinute) return Number.POSITIVE_INFINITY;
      if (calls > account.left) return ((calls - account.left) * MINUTE_MS) / callsPerMinute;
      account.left -= calls;
      return null;
    },
    refund(caller, callsPerMinute, calls) {
      const account = accountOf(caller, callsPerMinute);
      account.left = Math.min(callsPerMinute, account.left + calls);
    },
  };
}
