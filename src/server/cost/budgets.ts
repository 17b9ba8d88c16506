import type { Caller } from '../../access/caller.ts';
import type { CallWindow } from '../../cost/call-window.ts';
import type { Budget, CallerBudgets } from '../../cost/caller-budgets.ts';
import { mostExpensive } from '../../cost/most-expensive.ts';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import { whenKnown } from '../../when-known.ts';
import type { Estimate } from './estimate.ts';

export interface OperationBudgetOptions {
  readonly budgets: CallerBudgets;
  /** The calls of all callers without credentials of this process. */
  readonly publicCalls: CallWindow;
  /** Whether other replicas charge the same budgets. @default false */
  readonly isShared?: boolean;
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
  charge(caller: Caller, estimate: Estimate): Charged | Promise<Charged>;
}

type Charged = GatewayError | Charge | null;

/** Accounts of all shoppers. No caller has such a name: that of a key contains no space. */
const ALL_SHOPPERS = 'all shoppers';
const ALL_SHOPPERS_IN_FLIGHT = 'all shoppers in flight';
/** Fraction of a minute's worth that shoppers can use at once, so they never empty a window of the store. */
const SHOPPER_BURST = 0.2;
/** Maximum estimate of the operations of shoppers in flight, as a fraction of a minute's worth. */
const SHOPPERS_IN_FLIGHT = 0.5;
/** The fraction of the store's quota that all callers without credentials together may use. */
const PUBLIC_SHARE = 0.1;
/** Account of all callers without credentials of all replicas. */
const ALL_PUBLIC = 'all public callers';
/** Fraction of their calls per window that they can use at once, if replicas share them. The rest comes with time. */
const PUBLIC_BURST = 0.5;
/** Calls per window of the plans with the lowest quota, for a store that has not told its own. */
const LOWEST_QUOTA = 150;

export function createOperationBudgets(options: OperationBudgetOptions): OperationBudgets {
  const { budgets, publicCalls, isShared = false, shopperShare = null, quota } = options;

  function beginAsPublic({ calls }: Estimate): Charged | Promise<Charged> {
    const { quota: known, windowMs } = quota();
    const limit = Math.floor((known?.limit ?? LOWEST_QUOTA) * PUBLIC_SHARE);
    const reserved = publicCalls.reserve(calls, limit, windowMs);
    if (typeof reserved === 'number') return publicError(calls, limit, reserved);
    if (!isShared) return reserved;
    // The burst and what comes back in a window are the limit together.
    const capacity = limit * PUBLIC_BURST;
    const callsPerMinute = ((limit - capacity) * 60_000) / windowMs;
    const budget = { account: ALL_PUBLIC, callsPerMinute, capacity };
    return whenKnown(budgets.charge(budget, calls), (waitMs) => {
      if (waitMs !== null) {
        reserved.settle(0);
        return publicError(calls, capacity, waitMs);
      }
      return {
        settle(made) {
          reserved.settle(made);
          budgets.settle(budget, calls, made);
        },
      };
    });
  }

  function budgetOfShoppers(): Budget | null {
    const state = quota();
    // A store without a limit has nothing to share.
    if (shopperShare === null || state.quota === null) return null;
    const callsPerMinute = (shopperShare * state.quota.limit * 60_000) / state.windowMs;
    return { account: ALL_SHOPPERS, callsPerMinute, capacity: Math.max(1, callsPerMinute * SHOPPER_BURST) };
  }

  /**
   * Begins an operation of a shopper. The shoppers' budget is charged with the calls that were made, when they are known: the
   * lookups of many shoppers share one call.
   */
  function beginAsShopper(calls: number): Charged | Promise<Charged> {
    const budget = budgetOfShoppers();
    if (budget === null) return { settle: settleShoppers };
    return whenKnown(budgets.untilOpen(budget), (waitMs) =>
      waitMs > 0 ? shoppersBusy(waitMs) : reserveForShopper(budget, calls),
    );
  }

  function reserveForShopper({ callsPerMinute }: Budget, calls: number): Charged | Promise<Charged> {
    // It refills by itself too, so an operation that ends without being settled blocks nothing for long.
    const inFlight = {
      account: ALL_SHOPPERS_IN_FLIGHT,
      callsPerMinute,
      capacity: Math.max(1, callsPerMinute * SHOPPERS_IN_FLIGHT),
    };
    const reserved = Math.min(calls, inFlight.capacity);
    return whenKnown(budgets.charge(inFlight, reserved), (waitMs) => {
      if (waitMs !== null) return shoppersBusy(waitMs);
      return {
        settle(made) {
          budgets.settle(inFlight, reserved, 0);
          settleShoppers(made);
        },
      };
    });
  }

  /** The quota can have become known since the operation began. */
  function settleShoppers(made: number): void {
    const current = budgetOfShoppers();
    if (current !== null) budgets.settle(current, 0, made);
  }

  function chargeOwn(estimate: Estimate, own: Budget, kind: Caller['kind']): Charged | Promise<Charged> {
    const { calls } = estimate;
    return whenKnown(budgets.charge(own, calls), (waitMs) => {
      if (waitMs !== null) return ownBudgetError(estimate, own, waitMs);
      return whenKnown(kind === 'shopper' ? beginAsShopper(calls) : null, (shared) => {
        if (shared instanceof GatewayError) {
          budgets.settle(own, calls, 0);
          return shared;
        }
        return {
          settle(made) {
            budgets.settle(own, calls, made);
            shared?.settle(made);
          },
        };
      });
    });
  }

  return {
    charge({ kind, name, callsPerMinute }, estimate) {
      if (kind === 'public') return beginAsPublic(estimate);
      if (callsPerMinute !== null) return chargeOwn(estimate, { account: name, callsPerMinute }, kind);
      return kind === 'shopper' ? beginAsShopper(estimate.calls) : null;
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
  return new GatewayError(
    'OVERLOADED',
    'The shoppers together have used their share of the store. Try again later.',
    { retryAfterMs: Math.ceil(waitMs) },
  );
}

/** @param limit calls that all callers without credentials together may make at once */
function publicError(calls: number, limit: number, waitMs: number): GatewayError {
  if (waitMs === Number.POSITIVE_INFINITY) {
    return new GatewayError(
      'OPERATION_TOO_EXPENSIVE',
      `The operation may cost ${calls} REST calls; callers without credentials may use ${limit} at once. Request less of the customer.`,
      { estimatedCalls: calls, limit },
    );
  }
  return new GatewayError('OVERLOADED', 'Too many shoppers are signing in. Try again later.', {
    retryAfterMs: Math.ceil(waitMs),
  });
}
