import type { Caller } from '../../access/caller.ts';
import type { Budget, CallerBudgets } from '../../cost/caller-budgets.ts';
import { mostExpensive } from '../../cost/most-expensive.ts';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import type { Estimate } from './estimate.ts';

export interface OperationBudgetOptions {
  readonly budgets: CallerBudgets;
  /** The fraction of the store's quota that all shoppers together may use; null lifts the limit. @default null */
  readonly shopperShare?: number | null;
  readonly quota: () => Pick<GovernorState, 'quota' | 'windowMs'>;
}

/** What an operation was charged with. */
export interface Charge {
  /** Returns the calls that the operation did not make, or takes those that it made in addition. */
  settle(made: number): void;
}

/** Charges operations to the budget of their caller, and those of shoppers to the budget of all shoppers too. */
export interface OperationBudgets {
  /** Returns an error, and charges nothing, if a budget does not suffice. Null if the caller has no budget. */
  charge(caller: Caller, estimate: Estimate): GatewayError | Charge | null;
}

/** Account of all shoppers. No caller has this name: that of a key contains no space. */
const ALL_SHOPPERS = 'all shoppers';
/** Fraction of a minute's worth that shoppers can use at once, so they never empty a window of the store. */
const SHOPPER_BURST = 0.2;

export function createOperationBudgets(options: OperationBudgetOptions): OperationBudgets {
  const { budgets, shopperShare = null, quota } = options;

  function budgetOfShoppers(): Budget | null {
    const state = quota();
    // A store without a limit has nothing to share.
    if (shopperShare === null || state.quota === null) return null;
    const callsPerMinute = (shopperShare * state.quota.limit * 60_000) / state.windowMs;
    return { account: ALL_SHOPPERS, callsPerMinute, capacity: callsPerMinute * SHOPPER_BURST };
  }

  return {
    charge({ kind, name, callsPerMinute }, estimate) {
      const { calls } = estimate;
      const own = callsPerMinute === null ? null : { account: name, callsPerMinute };
      const shared = kind === 'shopper' ? budgetOfShoppers() : null;
      const ownWaitMs = own && budgets.charge(own, calls);
      if (own !== null && ownWaitMs !== null) return ownBudgetError(estimate, own, ownWaitMs);
      const sharedWaitMs = shared && budgets.charge(shared, calls);
      if (sharedWaitMs !== null) {
        if (own !== null) budgets.settle(own, calls, 0);
        return shoppersBusy(sharedWaitMs);
      }
      const charged = [own, shared].filter((budget) => budget !== null);
      if (charged.length === 0) return null;
      return {
        settle(made) {
          for (const budget of charged) budgets.settle(budget, calls, made);
        },
      };
    },
  };
}

function ownBudgetError({ calls, plan }: Estimate, { callsPerMinute }: Budget, waitMs: number): GatewayError {
  const field = mostExpensive(plan)?.field;
  const isNever = waitMs === Number.POSITIVE_INFINITY;
  const advice = isNever
    ? 'Request fewer records at once.'
    : 'Too little of it is left: request fewer records at once, or retry later.';
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation may cost ${calls} REST calls; this caller's budget is ${callsPerMinute} per minute. ${advice}`,
    {
      estimatedCalls: calls,
      limit: callsPerMinute,
      ...(field !== undefined && { field }),
      ...(!isNever && { retryAfterMs: Math.ceil(waitMs) }),
    },
  );
}

function shoppersBusy(waitMs: number): GatewayError {
  const isNever = waitMs === Number.POSITIVE_INFINITY;
  return new GatewayError(
    'OVERLOADED',
    'The shoppers together have used their share of the store. Try again later.',
    isNever ? {} : { retryAfterMs: Math.ceil(waitMs) },
  );
}
