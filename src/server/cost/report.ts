import { isAsyncIterable } from '@graphql-tools/utils';
import { type ExecutionResult, type GraphQLSchema, getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import type { CostFacts } from '../../cost/plan.ts';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import { type CallLog, redactedQuery } from '../../rest/client/call-log.ts';
import type { Freshness } from '../../rest/client/freshness.ts';
import type { Available } from '../../when-known.ts';
import { requestSignal } from '../http/cancellation.ts';
import { stateOf } from '../observability/request-log.ts';
import type { OperationBudgets } from './budgets.ts';
import { type Estimate, estimateOperation } from './estimate.ts';
import { secondsBetween, withExtensions } from './extensions.ts';
import { traceFields } from './field-trace.ts';
import { isLarge, type LargeQueries } from './large-queries.ts';
import { limitError, type OperationLimits } from './limits.ts';

/** What a request asks to be reported about its operation, in its `extensions`. */
export interface ReportRequest {
  /** How old answers from the cache may be. Null if the request does not say. */
  readonly freshness: Freshness | null;
  /** Adds the cost of the operation to the response, as `extensions.upstream`. */
  readonly upstream: boolean;
  /** `true` adds the plan and the calls in order. `'only'` returns the estimate and its plan, and sends nothing. */
  readonly explain: boolean | 'only';
}

export interface CostReportOptions {
  /** Adds the cost to every response, not only if the request asks for it. */
  readonly always: boolean;
  readonly limits: OperationLimits;
  readonly budgets: OperationBudgets;
  readonly quota: () => GovernorState['quota'];
  /** The clock of the ages of cached answers, in Unix milliseconds. Null if the cache is off. */
  readonly cacheNow: (() => number) | null;
  /** What the cost of operations depends on at the moment, besides the operations themselves. */
  readonly facts: () => CostFacts;
}

/** Reads the report request from the `extensions` of a request. Invalid values count as absent. */
export function parseReportRequest(extensions: unknown): ReportRequest {
  const { upstream, explain } = (typeof extensions === 'object' && extensions !== null ? extensions : {}) as {
    upstream?: unknown;
    explain?: unknown;
  };
  const freshness = parseFreshness(upstream);
  return {
    freshness,
    upstream: upstream === true || freshness !== null,
    explain: explain === 'only' ? 'only' : explain === true,
  };
}

/** Reads `{ maxAge, staleIfError }`, both in seconds. Null if it is no object. */
function parseFreshness(upstream: unknown): Freshness | null {
  if (typeof upstream !== 'object' || upstream === null) return null;
  const { maxAge, staleIfError } = upstream as { maxAge?: unknown; staleIfError?: unknown };
  return { maxAgeMs: toMilliseconds(maxAge), ifErrorMs: toMilliseconds(staleIfError) };
}

function toMilliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** An operation whose cost is known. */
interface PricedOperation {
  readonly cost: Estimate | null;
  readonly caller: Caller;
  readonly callLog: CallLog;
}

/** The cost of operations: before they run, and what is reported of it afterwards. */
export interface OperationCosts {
  /** What the cost of operations depends on at the moment. */
  facts(): CostFacts;
  /** The error for an operation that costs more than any may. Null if it does not. */
  limitError(cost: Estimate): GatewayError | null;
  /** Charges the caller. An error if its budget does not suffice; null if it has none. */
  charge: OperationBudgets['charge'];
  /** Returns what makes the report for the response. Null if the caller gets none. */
  reporter(operation: PricedOperation, requested: ReportRequest): (() => object) | null;
}

export function createOperationCosts({
  always,
  limits,
  budgets,
  quota,
  cacheNow,
  facts,
}: CostReportOptions): OperationCosts {
  return {
    facts,
    limitError: (cost) => limitError(cost, limits),
    charge: budgets.charge,
    reporter({ cost, caller, callLog }, requested) {
      const isRequested = always || requested.upstream || requested.explain !== false;
      // Lookups are shared between callers, so the calls would reveal activity of others to a shopper, signed in or not.
      if (!isRequested || caller.kind === 'shopper' || caller.kind === 'public') return null;
      return () => ({
        requests: callLog.entries.length,
        coalesced: callLog.coalesced,
        cached: callLog.cached,
        estimate: cost?.calls ?? null,
        atMost: cost?.atMost ?? null,
        quota: quota(),
        ...(cacheNow && describeAge(callLog, cacheNow())),
        ...(requested.explain && { plan: cost?.plan ?? [], calls: callLog.entries.map(describeCall) }),
        ...(requested.explain &&
          cacheNow && {
            cachedReads: callLog.cachedReads.map((read) => describeCachedRead(read, cacheNow())),
          }),
      });
    },
  };
}

interface PricedServices {
  readonly costs: OperationCosts;
  readonly largeQueries: LargeQueries;
}

/** Estimates the cost of each operation of Yoga, rejects it if that exceeds a limit, and reports the actual cost. */
export function costReport({ costs, largeQueries }: PricedServices): Plugin<Context> {
  const traced = new WeakMap<GraphQLSchema, GraphQLSchema>();

  function tracedSchema(schema: GraphQLSchema): GraphQLSchema {
    const known = traced.get(schema) ?? traceFields(schema);
    traced.set(schema, known);
    return known;
  }

  return {
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { params, callLog, caller, origin, request } = args.contextValue;
      const requested = parseReportRequest(params.extensions);
      const cost = estimateOperation(args, costs.facts());
      if (cost !== null) stateOf(args.contextValue).estimatedCalls = cost.calls;
      const exceeded = cost === null ? null : costs.limitError(cost);
      if (exceeded !== null) {
        setResultAndStopExecution({ errors: [exceeded as never] });
        return;
      }
      if (requested.explain === 'only' && cost !== null) {
        const upstream = { requests: 0, estimate: cost.calls, atMost: cost.atMost, plan: cost.plan };
        setResultAndStopExecution({ data: null, extensions: { upstream } });
        return;
      }
      const charge = cost === null ? null : await costs.charge(caller, cost);
      if (charge instanceof GatewayError) {
        setResultAndStopExecution({ errors: [charge as never] });
        return;
      }
      if (cost !== null && isLarge(cost)) {
        origin.lane = 'bulk';
        const { operation } = getOperationAST(args.document, args.operationName) ?? {};
        // An incremental response makes its later parts outside the turn.
        if (operation === OperationTypeNode.QUERY) {
          const key = JSON.stringify(params);
          const query = { key, cost, caller: origin.caller, signal: requestSignal(request) };
          setExecuteFn(inTurn(executeFn, () => largeQueries.begin(query)));
        }
      }
      const report = costs.reporter({ cost, caller, callLog }, requested);
      if (report === null && charge === null) return;
      if (report !== null && requested.explain) args.schema = tracedSchema(args.schema);
      return {
        onExecuteDone({ result, setResult }) {
          const settle = () => charge?.settle(callLog.entries.length);
          if (isAsyncIterable(result))
            setResult(reportAtEnd(result as AsyncIterable<ExecutionResult>, report, settle));
          else {
            settle();
            if (report !== null) setResult(withExtensions(result as ExecutionResult, { upstream: report() }));
          }
        },
      };
    },
  };
}

/** Runs a query when it is its turn. @param begin returns what ends the turn */
function inTurn<A, R>(
  execute: (args: A) => Available<R>,
  begin: () => Available<() => void>,
): (args: A) => Promise<R> {
  return async (args) => {
    const end = await begin();
    try {
      return await execute(args);
    } finally {
      end();
    }
  };
}

/** The oldest part of the answer: its age in seconds, where it came from, and until when it may be out of date. */
function describeAge({ cachedReads }: CallLog, now: number): object {
  const [oldest] = [...cachedReads].sort((one, other) => one.readAt - other.readAt);
  if (oldest === undefined) return { age: 0, source: 'store', staleUntil: null };
  return { age: secondsBetween(oldest.readAt, now), source: 'cache', staleUntil: toIso(oldest.staleUntil) };
}

function describeCachedRead(read: CallLog['cachedReads'][number], now: number): object {
  const { method, path, field, readAt, staleUntil, isComplete } = read;
  return {
    method,
    path,
    query: redactedQuery(read),
    field,
    age: secondsBetween(readAt, now),
    staleUntil: toIso(staleUntil),
    complete: isComplete,
  };
}

function toIso(unixMs: number): string {
  return new Date(unixMs).toISOString();
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

async function* reportAtEnd(
  results: AsyncIterable<ExecutionResult & { hasNext?: boolean }>,
  report: (() => object) | null,
  settle: () => void,
): AsyncGenerator<ExecutionResult> {
  try {
    for await (const result of results)
      yield report !== null && result.hasNext === false
        ? withExtensions(result, { upstream: report() })
        : result;
  } finally {
    settle();
  }
}
