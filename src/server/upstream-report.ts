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
import type { Caller } from '../access/caller.ts';
import type { Context } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { GovernorState } from '../governor/governor.ts';
import { BULK_CALLS } from '../governor/lanes.ts';
import type { Budgets } from '../price/budgets.ts';
import { costliestOf } from '../price/costliest.ts';
import { type Estimate, estimate } from '../price/estimate.ts';
import { queryOf } from '../rest/journal.ts';
import { traceFields } from './field-trace.ts';
import { factsOf } from './request-log.ts';

/** What a caller may ask about its operation, in the `extensions` of its request. */
export interface Wish {
  /** `extensions.upstream` in the answer: what the operation cost. */
  readonly upstream: boolean;
  /** The calls in order as well; or nothing but the estimate and its plan, with nothing sent. */
  readonly explain: boolean | 'only';
}

export interface UpstreamReportOptions {
  /** Whether every answer tells what it cost, wished or not. */
  readonly always: boolean;
  /** REST calls that one operation may cost at the most. */
  readonly maxCalls: number;
  /** What callers who have a budget may still cause. */
  readonly budgets: Budgets;
  readonly quota: () => GovernorState['quota'];
  readonly knowsDefinitions: () => boolean;
}

/** Reads the wish out of the `extensions` of a request. */
export function wishOf(extensions: unknown): Wish {
  const { upstream, explain } = (typeof extensions === 'object' && extensions !== null ? extensions : {}) as {
    upstream?: unknown;
    explain?: unknown;
  };
  return { upstream: upstream === true, explain: explain === 'only' ? 'only' : explain === true };
}

/** Prices each operation before it runs, refuses one that costs too much, and tells of its cost afterwards. */
export function upstreamReport({
  always,
  maxCalls,
  budgets,
  quota,
  knowsDefinitions,
}: UpstreamReportOptions): Plugin<Context> {
  const traced = new WeakMap<GraphQLSchema, GraphQLSchema>();

  function tracedSchema(schema: GraphQLSchema): GraphQLSchema {
    const known = traced.get(schema) ?? traceFields(schema);
    traced.set(schema, known);
    return known;
  }

  /** What is wrong with the operation for a caller whose budget is smaller. */
  function overdraftOf({ calls, plan }: Estimate, { name, callsPerMinute }: Caller): GatewayError | null {
    if (callsPerMinute === null) return null;
    const waitMs = budgets.charge(name, callsPerMinute, calls);
    if (waitMs === null) return null;
    const field = costliestOf(plan)?.field;
    const when =
      waitMs === Number.POSITIVE_INFINITY
        ? 'Ask for fewer records at once.'
        : 'Of those not enough are left: ask for fewer records at once, or later.';
    return new GatewayError(
      'OPERATION_TOO_EXPENSIVE',
      `The operation may cost ${calls} REST calls; this caller may cause ${callsPerMinute} in a minute. ${when}`,
      {
        price: calls,
        limit: callsPerMinute,
        ...(field !== undefined && { field }),
        ...(waitMs !== Number.POSITIVE_INFINITY && { retryAfterMs: Math.ceil(waitMs) }),
      },
    );
  }

  function giveBack({ name, callsPerMinute }: Caller, calls: number): void {
    if (callsPerMinute !== null && calls > 0) budgets.refund(name, callsPerMinute, calls);
  }

  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { params, journal, caller, asker } = args.contextValue;
      const wish = wishOf(params.extensions);
      const priced = priceOf(args, knowsDefinitions());
      if (priced !== null) factsOf(args.contextValue).price = priced.calls;
      if (priced !== null && priced.calls > maxCalls) {
        setResultAndStopExecution({ errors: [tooExpensive(priced, maxCalls) as never] });
        return;
      }
      if (wish.explain === 'only' && priced !== null) {
        const upstream = { requests: 0, estimate: priced.calls, plan: priced.plan };
        setResultAndStopExecution({ data: null, extensions: { upstream } });
        return;
      }
      const overdraft = priced === null ? null : overdraftOf(priced, caller);
      if (overdraft !== null) {
        setResultAndStopExecution({ errors: [overdraft as never] });
        return;
      }
      if (priced !== null && priced.calls > BULK_CALLS) asker.lane = 'bulk';
      const isAsked = always || wish.upstream || wish.explain !== false;
      // What calls are made, and how many, may tell of others: a look-up can be shared with theirs.
      const isReported = isAsked && caller.kind !== 'shopper';
      if (!isReported && caller.callsPerMinute === null) return;
      if (isReported && wish.explain) args.schema = tracedSchema(args.schema);
      const report = () => ({
        requests: journal.entries.length,
        coalesced: journal.coalesced,
        cached: journal.cached,
        estimate: priced?.calls ?? null,
        quota: quota(),
        ...(wish.explain && { plan: priced?.plan ?? [], calls: journal.entries.map(callOf) }),
      });
      return {
        onExecuteDone({ result, setResult }) {
          const paid = priced?.calls ?? 0;
          const settle = () => giveBack(caller, paid - journal.entries.length);
          const told = isReported ? report : null;
          if (isAsyncIterable(result))
            setResult(inParts(result as AsyncIterable<ExecutionResult>, told, settle));
          else {
            settle();
            if (told !== null) setResult(withReport(result as ExecutionResult, told()));
          }
        },
      };
    },
  };
}

// Variables that cannot be read are told of by the execution; there is nothing to price.
function priceOf(
  { schema, document, operationName, variableValues, contextValue }: ExecutionArgs,
  knowsDefinitions: boolean,
): Estimate | null {
  const operation = getOperationAST(document, operationName);
  const definitions = operation?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (coerced === undefined) return null;
  const { caller } = contextValue as Context;
  const price = () =>
    estimate({ schema, document, operationName, variableValues: coerced, knowsDefinitions, caller });
  if (!operation || definitions.length > 0) return price();
  // Without variables the same operation has the same price for all who may do the same, and it may be asked thousands
  // of times.
  const known = prices.get(operation) ?? new Map<string, Estimate>();
  prices.set(operation, known);
  const key = `${knowsDefinitions} ${caller.kind === 'shopper'} ${[...caller.scopes].join()}`;
  const priced = known.get(key) ?? price();
  known.set(key, priced);
  return priced;
}

const prices = new WeakMap<OperationDefinitionNode, Map<string, Estimate>>();

function tooExpensive({ calls, plan }: Estimate, maxCalls: number): GatewayError {
  const { field, price, items } = costliestOf(plan) ?? { field: '', price: calls, items: 0 };
  // By what an item costs on average; what the other fields cost is spent already.
  const fits = Math.floor((items * (maxCalls - (calls - price))) / price);
  const advice =
    fits > 0
      ? `About ${fits} of its ${items} items fit into one mutation.`
      : 'Ask for fewer records at once.';
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation may cost ${calls} REST calls; ${maxCalls} are allowed. ${field} alone costs up to ${price}. ${advice}`,
    { price: calls, limit: maxCalls, field, ...(fits > 0 && { fits }) },
  );
}

function callOf(entry: Context['journal']['entries'][number]): object {
  const { method, path, status, durationMs, field } = entry;
  return {
    method,
    path,
    query: queryOf(entry),
    status,
    durationMs: durationMs === null ? null : Math.round(durationMs),
    field,
  };
}

function withReport<R extends ExecutionResult>(result: R, upstream: object): R {
  return { ...result, extensions: { ...result.extensions, upstream } };
}

async function* inParts(
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
