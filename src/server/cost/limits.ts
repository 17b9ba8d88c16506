import type { Caller } from '../../access/caller.ts';
import type { CallerBudgets } from '../../cost/caller-budgets.ts';
import { mostExpensive } from '../../cost/most-expensive.ts';
import { GatewayError } from '../../errors.ts';
import type { Estimate } from './estimate.ts';

/** The error for an operation whose estimate exceeds the limit of all operations. */
export function limitError({ calls, plan }: Estimate, maxCalls: number): GatewayError {
  const { field, cost, items } = mostExpensive(plan) ?? { field: '', cost: calls, items: 0 };
  // From the average cost of an item, after the cost of the other fields.
  const maxItems = Math.floor((items * (maxCalls - (calls - cost))) / cost);
  const advice =
    maxItems > 0
      ? `About ${maxItems} of its ${items} items fit into one mutation.`
      : 'Request fewer records at once.';
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation may cost ${calls} REST calls; the limit is ${maxCalls}. ${field} alone costs up to ${cost}. ${advice}`,
    { estimatedCalls: calls, limit: maxCalls, field, ...(maxItems > 0 && { maxItems }) },
  );
}

/**
 * Charges the caller's budget with the estimate; what the operation does not use is refunded when it ends. Returns an
 * error, and charges nothing, if the budget does not suffice.
 */
export function chargeBudget(
  budgets: CallerBudgets,
  { name, callsPerMinute }: Caller,
  { calls, plan }: Estimate,
): GatewayError | null {
  if (callsPerMinute === null) return null;
  const waitMs = budgets.charge(name, callsPerMinute, calls);
  if (waitMs === null) return null;
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
