import { isAsyncIterable } from '@graphql-tools/utils';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import type { CallerBudgets } from '../../cost/caller-budgets.ts';
import { type Estimate, estimate } from '../../cost/estimate.ts';
import { mostExpensive } from '../../cost/most-expensive.ts';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import { BULK_MIN_CALLS } from '../../governor/lanes.ts';
import { redactedQuery } from '../../rest/client/call-log.ts';
import { stateOf } from '../observability/request-log.ts';
import { traceFields } from './field-trace.ts';

/** What a request asks to be reported about its operation, in its `extensions`. */
export interface ReportRequest {
  /** Adds the cost of the operation to the response, as `extensions.upstream`. */
  readonly upstream: boolean;
  /** `true` adds the plan and the calls in order. `'only'` returns the estimate and its plan, and sends nothing. */
  readonly explain: boolean | 'only';
}

export interface CostReportOptions {
  /** Adds the cost to every response, not only if the request asks for it. */
  readonly always: boolean;
  /** Maximum cost of one operation, in REST calls. */
  readonly maxCalls: number;
  /** The remaining REST calls of callers with a budget. */
  readonly budgets: CallerBudgets;
  readonly quota: () => GovernorState['quota'];
  /** Whether the attribute definitions are cached, so an operation needs no call for them. */
  readonly knowsDefinitions: () => boolean;
}

/** Reads the report request from the `extensions` of a request. Invalid values count as absent. */
export function parseReportRequest(extensions: unknown): ReportRequest {
  const { upstream, explain } = (typeof extensions === 'object' && extensions !== null ? extensions : {}) as {
    upstream?: unknown;
    explain?: unknown;
  };
  return { upstream: upstream === true, explain: explain === 'only' ? 'only' : explain === true };
}

/** Estimates the cost of each operation, rejects it if that exceeds a limit, and reports the actual cost. */
export function costReport({
  always,
  maxCalls,
  budgets,
  quota,
  knowsDefinitions,
}: CostReportOptions): Plugin<Context> {
  const traced = new WeakMap<GraphQLSchema, GraphQLSchema>();

  function tracedSchema(schema: GraphQLSchema): GraphQLSchema {
    const known = traced.get(schema) ?? traceFields(schema);
    traced.set(schema, known);
    return known;
  }

  /** Charges the caller's budget. Returns an error if the budget does not suffice. */
  function budgetError({ calls, plan }: Estimate, { name, callsPerMinute }: Caller): GatewayError | null {
    if (callsPerMinute === null) return null;
    const waitMs = budgets.charge(name, callsPerMinute, calls);
    if (waitMs === null) return null;
    const field = mostExpensive(plan)?.field;
    const advice =
      waitMs === Number.POSITIVE_INFINITY
        ? 'Request fewer records at once.'
        : 'Too little of it is left: request fewer records at once, or retry later.';
    return new GatewayError(
      'OPERATION_TOO_EXPENSIVE',
      `The operation may cost ${calls} REST calls; this caller's budget is ${callsPerMinute} per minute. ${advice}`,
      {
        estimatedCalls: calls,
        limit: callsPerMinute,
        ...(field !== undefined && { field }),
        ...(waitMs !== Number.POSITIVE_INFINITY && { retryAfterMs: Math.ceil(waitMs) }),
      },
    );
  }

  function refund({ name, callsPerMinute }: Caller, calls: number): void {
    if (callsPerMinute !== null && calls > 0) budgets.refund(name, callsPerMinute, calls);
  }

  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { params, callLog, caller, origin } = args.contextValue;
      const requested = parseReportRequest(params.extensions);
      const cost = estimateCost(args, knowsDefinitions());
      if (cost !== null) stateOf(args.contextValue).estimatedCalls = cost.calls;
      if (cost !== null && cost.calls > maxCalls) {
        setResultAndStopExecution({ errors: [tooExpensive(cost, maxCalls) as never] });
        return;
      }
      if (requested.explain === 'only' && cost !== null) {
        const upstream = { requests: 0, estimate: cost.calls, plan: cost.plan };
        setResultAndStopExecution({ data: null, extensions: { upstream } });
        return;
      }
      const error = cost === null ? null : budgetError(cost, caller);
      if (error !== null) {
        setResultAndStopExecution({ errors: [error as never] });
        return;
      }
      if (cost !== null && cost.calls > BULK_MIN_CALLS) origin.lane = 'bulk';
      const isRequested = always || requested.upstream || requested.explain !== false;
      // Lookups are shared between callers, so the calls would reveal activity of others to a shopper.
      const isReported = isRequested && caller.kind !== 'shopper';
      if (!isReported && caller.callsPerMinute === null) return;
      if (isReported && requested.explain) args.schema = tracedSchema(args.schema);
      const report = () => ({
        requests: callLog.entries.length,
        coalesced: callLog.coalesced,
        cached: callLog.cached,
        estimate: cost?.calls ?? null,
        quota: quota(),
        ...(requested.explain && { plan: cost?.plan ?? [], calls: callLog.entries.map(describeCall) }),
      });
      return {
        onExecuteDone({ result, setResult }) {
          const charged = cost?.calls ?? 0;
          const settle = () => refund(caller, charged - callLog.entries.length);
          const finalReport = isReported ? report : null;
          if (isAsyncIterable(result))
            setResult(reportAtEnd(result as AsyncIterable<ExecutionResult>, finalReport, settle));
          else {
            settle();
            if (finalReport !== null) setResult(withReport(result as ExecutionResult, finalReport()));
          }
        },
      };
    },
  };
}

// Null if the variables are invalid: the execution reports that.
function estimateCost(
  { schema, document, operationName, variableValues, contextValue }: ExecutionArgs,
  definitionsCached: boolean,
): Estimate | null {
  const operation = getOperationAST(document, operationName);
  const definitions = operation?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (coerced === undefined) return null;
  const { caller, writes } = contextValue as Context;
  const addressIdsKnown = writes.recent.hasLearnedIds('address');
  const known = { definitionsCached, addressIdsKnown, caller };
  const compute = () => estimate({ schema, document, operationName, variableValues: coerced, ...known });
  if (!operation || definitions.length > 0) return compute();
  // Without variables the estimate depends only on the caller's permissions, and the same operation may be sent thousands
  // of times.
  const estimates = cachedEstimates.get(operation) ?? new Map<string, Estimate>();
  cachedEstimates.set(operation, estimates);
  const key = JSON.stringify([
    definitionsCached,
    addressIdsKnown,
    caller.kind === 'shopper',
    ...caller.scopes,
  ]);
  const cost = estimates.get(key) ?? compute();
  estimates.set(key, cost);
  return cost;
}

const cachedEstimates = new WeakMap<OperationDefinitionNode, Map<string, Estimate>>();

function tooExpensive({ calls, plan }: Estimate, maxCalls: number): GatewayError {
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

function describeCall(entry: Context['callLog']['entries'][number]): object {
  const { method, path, status, durationMs, field } = entry;
  return {
    method,
    path,
    query: redactedQuery(entry),
    status,
    durationMs: durationMs === null ? null : Math.round(durationMs),
    field,
  };
}

function withReport<R extends ExecutionResult>(result: R, upstream: object): R {
  return { ...result, extensions: { ...result.extensions, upstream } };
}

async function* reportAtEnd(
  results: AsyncIterable<ExecutionResult & { hasNext?: boolean }>,
  report: (() => object) | null,
  settle: () => void,
): AsyncGenerator<ExecutionResult> {
  try {
    for await (const result of results)
      yield report !== null && result.hasNext === false ? withReport(result, report()) : result;
  } finally {
    settle();
  }
}
