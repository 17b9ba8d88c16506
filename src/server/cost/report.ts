import { isAsyncIterable } from '@graphql-tools/utils';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../context.ts';
import type { CostFacts } from '../../cost/plan.ts';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import { BULK_MIN_CALLS } from '../../governor/lanes.ts';
import { type CallLog, redactedQuery } from '../../rest/client/call-log.ts';
import type { Freshness } from '../../rest/client/freshness.ts';
import { stateOf } from '../observability/request-log.ts';
import type { OperationBudgets } from './budgets.ts';
import { estimateOperation } from './estimate.ts';
import { secondsBetween, withExtensions } from './extensions.ts';
import { traceFields } from './field-trace.ts';
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

/** Estimates the cost of each operation, rejects it if that exceeds a limit, and reports the actual cost. */
export function costReport({
  always,
  limits,
  budgets,
  quota,
  cacheNow,
  facts,
}: CostReportOptions): Plugin<Context> {
  const traced = new WeakMap<GraphQLSchema, GraphQLSchema>();

  function tracedSchema(schema: GraphQLSchema): GraphQLSchema {
    const known = traced.get(schema) ?? traceFields(schema);
    traced.set(schema, known);
    return known;
  }

  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { params, callLog, caller, origin } = args.contextValue;
      const requested = parseReportRequest(params.extensions);
      const cost = estimateOperation(args, facts());
      if (cost !== null) stateOf(args.contextValue).estimatedCalls = cost.calls;
      const exceeded = cost === null ? null : limitError(cost, limits);
      if (exceeded !== null) {
        setResultAndStopExecution({ errors: [exceeded as never] });
        return;
      }
      if (requested.explain === 'only' && cost !== null) {
        const upstream = { requests: 0, estimate: cost.calls, atMost: cost.atMost, plan: cost.plan };
        setResultAndStopExecution({ data: null, extensions: { upstream } });
        return;
      }
      const charge = cost === null ? null : budgets.charge(caller, cost);
      if (charge instanceof GatewayError) {
        setResultAndStopExecution({ errors: [charge as never] });
        return;
      }
      if (cost !== null && cost.usual > BULK_MIN_CALLS) origin.lane = 'bulk';
      const isRequested = always || requested.upstream || requested.explain !== false;
      // Lookups are shared between callers, so the calls would reveal activity of others to a shopper.
      const isReported = isRequested && caller.kind !== 'shopper';
      if (!isReported && charge === null) return;
      if (isReported && requested.explain) args.schema = tracedSchema(args.schema);
      const report = () => ({
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
      return {
        onExecuteDone({ result, setResult }) {
          const settle = () => charge?.settle(callLog.entries.length);
          const finalReport = isReported ? report : null;
          if (isAsyncIterable(result))
            setResult(reportAtEnd(result as AsyncIterable<ExecutionResult>, finalReport, settle));
          else {
            settle();
            if (finalReport !== null)
              setResult(withExtensions(result as ExecutionResult, { upstream: finalReport() }));
          }
        },
      };
    },
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
