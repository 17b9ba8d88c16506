import { mostExpensive } from '../../cost/most-expensive.ts';
import { GatewayError } from '../../errors.ts';
import type { Estimate } from './estimate.ts';

/** The limits of every operation. */
export interface OperationLimits {
  /** REST calls. */
  readonly maxCalls: number;
  /** Values of the response. */
  readonly maxValues: number;
}

/** The error for an operation whose estimate exceeds a limit. Null if it exceeds none. */
export function limitError(cost: Estimate, { maxCalls, maxValues }: OperationLimits): GatewayError | null {
  if (cost.calls > maxCalls) return tooManyCalls(cost, maxCalls);
  if (cost.values > maxValues) return tooManyValues(cost, maxValues);
  return null;
}

function tooManyValues({ values, largestList }: Estimate, maxValues: number): GatewayError {
  const actual = Math.ceil(values);
  const largest = largestList && `${largestList.field} alone has up to ${Math.ceil(largestList.values)}. `;
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The response may have ${actual} values; the limit is ${maxValues}. ${largest ?? ''}Request fewer records or fields at once.`,
    { limitName: 'values', actual, limit: maxValues, ...(largestList && { field: largestList.field }) },
  );
}

function tooManyCalls({ calls, plan }: Estimate, maxCalls: number): GatewayError {
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
