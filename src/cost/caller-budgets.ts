/** A budget of REST calls, which refills evenly. */
export interface Budget {
  /** Identifies the account: a caller, or a group of callers. */
  readonly account: string;
  readonly callsPerMinute: number;
  /** Calls that the full account holds. @default one minute's worth */
  readonly capacity?: number;
}

/** Token buckets, one per account, in REST calls. Those that replicas share answer later. */
export interface CallerBudgets {
  /**
   * Takes the cost of an operation out of a budget.
   *
   * @returns null if the budget is sufficient. If not, nothing is taken, and the milliseconds until the budget will be
   * sufficient are returned: Infinity if the cost exceeds the capacity.
   */
  charge(budget: Budget, calls: number): number | null | Promise<number | null>;
  /**
   * Settles a charge when the operation has ended: returns the calls that it did not make, or takes those that it made in
   * addition. The account never holds more than its capacity. It can be negative for a time.
   */
  settle(budget: Budget, charged: number, made: number): void;
  /** Milliseconds until the account holds a call; 0 if it does. */
  untilOpen(budget: Budget): number | Promise<number>;
}

/** The budgets of one process, which answer at once. */
export interface LocalBudgets extends CallerBudgets {
  charge(budget: Budget, calls: number): number | null;
  untilOpen(budget: Budget): number;
}

const MINUTE_MS = 60_000;

interface Account {
  budget: Budget;
  remaining: number;
  updatedAt: number;
}

/** @param now monotonic clock, in milliseconds */
export function createCallerBudgets(now: () => number): LocalBudgets {
  const accounts = new Map<string, Account>();
  let checkedAt = now();

  function accountOf(budget: Budget): Account {
    const time = now();
    const account = accounts.get(budget.account) ?? {
      budget,
      remaining: capacityOf(budget),
      updatedAt: time,
    };
    account.budget = budget;
    account.remaining = remainingAt(time, account);
    account.updatedAt = time;
    accounts.set(budget.account, account);
    if (time - checkedAt >= MINUTE_MS) forgetIdle(time);
    return account;
  }

  /** Forgets the callers whose accounts are full, as those of new callers are. Once per minute, because it checks all. */
  function forgetIdle(time: number): void {
    checkedAt = time;
    for (const [name, account] of accounts) {
      const isIdle = time - account.updatedAt >= MINUTE_MS;
      if (isIdle && remainingAt(time, account) >= capacityOf(account.budget)) accounts.delete(name);
    }
  }

  return {
    charge(budget, calls) {
      const account = accountOf(budget);
      if (calls > capacityOf(budget)) return Number.POSITIVE_INFINITY;
      if (calls > Math.max(0, account.remaining)) return untilHolds(account, calls);
      account.remaining -= calls;
      return null;
    },
    settle(budget, charged, made) {
      const account = accountOf(budget);
      account.remaining = Math.min(capacityOf(budget), account.remaining + charged - made);
    },
    untilOpen: (budget) => Math.max(0, untilHolds(accountOf(budget), 1)),
  };
}

function untilHolds({ budget, remaining }: Account, calls: number): number {
  return ((calls - remaining) * MINUTE_MS) / budget.callsPerMinute;
}

/** Calls that the full account holds. */
export function capacityOf({ callsPerMinute, capacity = callsPerMinute }: Budget): number {
  return capacity;
}

function remainingAt(time: number, { budget, remaining, updatedAt }: Account): number {
  const refill = ((time - updatedAt) * budget.callsPerMinute) / MINUTE_MS;
  return Math.min(capacityOf(budget), remaining + refill);
}
