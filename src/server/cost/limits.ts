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
