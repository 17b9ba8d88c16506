import { GraphQLError } from 'graphql';
import { ANONYMOUS } from '../../access/caller.ts';
import type { CancelSignal } from '../../cancel-signal.ts';
import type { QueryResult } from '../../executor/compile.ts';
import type { Freshness } from '../../rest/client/freshness.ts';
import { forgetAuthorization } from '../../schema/authorization.ts';
import type { Charge } from '../cost/budgets.ts';
import { isLarge } from '../cost/large-queries.ts';
import { staleWarnings } from '../cost/stale-warning.ts';
import type { RequestState } from '../observability/request-log.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { RequestServices } from '../services.ts';
import type { Exchange } from './exchange.ts';
import type { ExecutionContext } from './execute.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { Respond } from './respond.ts';
import { respondWithErrors } from './respond-with-errors.ts';
import type { SharedAnswer } from './shared-executions.ts';

/** What belongs to one execution. */
export interface ExecutionOptions {
  readonly state: RequestState;
  /** Aborted when no request waits for the answer any more. */
  readonly signal: CancelSignal;
  /** How old cached answers may be. Null if the request does not say. */
  readonly freshness: Freshness | null;
  /** Notes the field that causes each call. @default false */
  readonly explain?: boolean;
  /** Milliseconds that the operation has waited for its turn. Its deadline does not move. @default 0 */
  readonly waitedMs?: number;
}

/** An operation of one request that was charged to its caller. */
export interface Run {
  readonly exchange: Exchange;
  readonly operation: PreparedOperation;
  readonly charge: Charge | null;
  readonly bodyText: string;
  /** Milliseconds that it has waited for its turn. */
  readonly waitedMs: number;
}

export interface OperationExecutorOptions {
  readonly services: Pick<RequestServices, 'costs' | 'maskResult' | 'operations'>;
  readonly createContext: (options: ExecutionOptions) => ExecutionContext;
  readonly respond: Respond;
  /** The clock of the ages of cached answers. Null if the cache is off. */
  readonly cacheNow: (() => number) | null;
  /** @default no tracing */
  readonly tracing?: Tracing;
}

/** The steps of an operation that runs: each is recorded as on Yoga's path. */
export interface OperationExecutor {
  /** Takes note that an operation runs. */
  begin(exchange: Exchange, operation: PreparedOperation): void;
  /** Runs an operation and responds. Returns the answer for others that wait for the same, or null. */
  execute(run: Run, signal: CancelSignal): Promise<SharedAnswer | null>;
  /** Responds with an answer without errors. */
  finish(exchange: Exchange, body: SharedAnswer['body'], operation: PreparedOperation): void;
}

export function createOperationExecutor(options: OperationExecutorOptions): OperationExecutor {
  const { services, createContext, respond, cacheNow, tracing } = options;
  const { costs, maskResult, operations } = services;

  function begin({ state, head }: Exchange, { cost }: PreparedOperation): void {
    state.caller ??= ANONYMOUS;
    state.operationType = 'query';
    state.estimatedCalls = cost.calls;
    if (tracing === undefined) return;
    const { startedAt = performance.now() } = state;
    tracing.startRequest(state, head, Date.now() - (performance.now() - startedAt));
    tracing.startOperation(state);
  }

  function finish(exchange: Exchange, body: SharedAnswer['body'], { document }: PreparedOperation): void {
    operations.report(exchange.state, 'ok');
    tracing?.endRequest(exchange.state, 200);
    respond(exchange, { status: 200, headers: {}, body, document });
  }

  async function execute(
    { exchange, operation, charge, waitedMs }: Run,
    signal: CancelSignal,
  ): Promise<SharedAnswer | null> {
    const { state } = exchange;
    const { variableValues, cost, reportRequest, document } = operation;
    const { caller = ANONYMOUS } = state;
    const { freshness } = reportRequest;
    const contextValue = createContext({ state, signal, freshness, waitedMs });
    const { callLog, origin } = contextValue;
    state.callLog = callLog;
    if (isLarge(cost)) origin.lane = 'bulk';
    const report = costs.reporter({ cost, caller, callLog }, reportRequest);
    const { data, errors } = await resultOf(() => operation.execute(contextValue, variableValues));
    forgetAuthorization(contextValue);
    const calls = callLog.entries.length;
    charge?.settle(calls);
    const warnings = cacheNow === null ? [] : staleWarnings(callLog, cacheNow());
    const extensions = {
      ...(report !== null && { upstream: report() }),
      ...(warnings.length > 0 && { warnings }),
    };
    const hasExtensions = report !== null || warnings.length > 0;
    if (errors.length > 0) {
      const failed = await respondWithErrors({ maskResult, respond }, exchange, {
        errors,
        data,
        document,
        ...(hasExtensions && { extensions }),
      });
      operations.report(state, failed.hasData ? 'partial' : 'refused');
      tracing?.endRequest(state, failed.status);
      return null;
    }
    const json = hasExtensions
      ? `{"data":${data},"extensions":${JSON.stringify(extensions)}}`
      : `{"data":${data}}`;
    const body = Buffer.from(json);
    finish(exchange, body, operation);
    return hasExtensions ? null : { body, calls };
  }

  return { begin, execute, finish };
}

/** An error that the execution throws is a fault of the gateway. It fails the operation, not the process. */
async function resultOf(
  execute: () => Promise<QueryResult>,
): Promise<{ readonly data: string | undefined; readonly errors: readonly GraphQLError[] }> {
  try {
    return await execute();
  } catch (error) {
    const originalError = error instanceof Error ? error : new Error('not an error');
    return { data: undefined, errors: [new GraphQLError(originalError.message, { originalError })] };
  }
}
