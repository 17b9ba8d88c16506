import { setMaxListeners } from 'node:events';
import { GraphQLError } from 'graphql';
import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import { GatewayError } from '../../errors.ts';
import type { QueryResult } from '../../executor/compile.ts';
import { createCallLog } from '../../rest/client/call-log.ts';
import type { Freshness } from '../../rest/client/freshness.ts';
import type { Charge } from '../cost/budgets.ts';
import { whenKnown } from '../cost/budgets.ts';
import { isBulk } from '../cost/report.ts';
import { staleWarnings } from '../cost/stale-warning.ts';
import type { RequestState } from '../observability/request-log.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { RequestServices } from '../services.ts';
import { type Exchange, isGone } from './exchange.ts';
import type { ExecutionContext } from './execute.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { Respond } from './respond.ts';
import { respondWithErrors } from './respond-with-errors.ts';
import type { SharedAnswer, SharedExecution, SharedExecutions } from './shared-executions.ts';
import type { Sharing } from './sharing.ts';

/** What belongs to one execution. */
export interface ExecutionOptions {
  readonly state: RequestState;
  /** Aborted when no request waits for the answer any more. */
  readonly signal: AbortSignal;
  /** How old cached answers may be. Null if the request does not say. */
  readonly freshness: Freshness | null;
  /** Notes the field that causes each call. @default false */
  readonly explain?: boolean;
}

export interface QueryRunnerOptions {
  readonly prepare: (bodyText: string, caller: Caller) => PreparedOperation | null;
  readonly services: Pick<RequestServices, 'costs' | 'maskResult' | 'operations'>;
  readonly createContext: (options: ExecutionOptions) => ExecutionContext;
  readonly sharing: Sharing;
  readonly executions: SharedExecutions<PreparedOperation>;
  readonly respond: Respond;
  /** The clock of the ages of cached answers. Null if the cache is off. */
  readonly cacheNow: (() => number) | null;
  /** @default no tracing */
  readonly tracing?: Tracing;
}

/** An operation of one request that was charged to its caller. */
interface Run {
  readonly exchange: Exchange;
  readonly operation: PreparedOperation;
  readonly charge: Charge | null;
  readonly bodyText: string;
}

/** Runs the query in a body. `passOn` is called in place of that if it is left to Yoga's path. */
export type RunQuery = (exchange: Exchange, bodyText: string, passOn: () => void) => void;

export function createQueryRunner(options: QueryRunnerOptions): RunQuery {
  const { prepare, services, createContext, sharing, executions, respond, cacheNow, tracing } = options;
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

  function finish(exchange: Exchange, json: string, { document }: PreparedOperation): void {
    operations.report(exchange.state, 'ok');
    tracing?.endRequest(exchange.state, 200);
    respond(exchange, { status: 200, headers: {}, json, document });
  }

  /** Runs an operation. Returns its answer for others that wait for the same, or null. */
  async function execute(
    { exchange, operation, charge }: Run,
    signal: AbortSignal,
  ): Promise<SharedAnswer | null> {
    const { state } = exchange;
    const { variableValues, cost, reportRequest, document } = operation;
    const { caller = ANONYMOUS } = state;
    const contextValue = createContext({ state, signal, freshness: reportRequest.freshness });
    const { callLog, origin } = contextValue;
    state.callLog = callLog;
    if (isBulk(cost)) origin.lane = 'bulk';
    const report = costs.reporter({ cost, caller, callLog }, reportRequest);
    const { data, errors } = await resultOf(() => operation.execute(contextValue, variableValues));
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
    finish(exchange, json, operation);
    return hasExtensions ? null : { json, calls };
  }

  function start(run: Run): void {
    const { exchange, operation, bodyText } = run;
    begin(exchange, operation);
    const controller = new AbortController();
    // Each call in flight adds a listener, and there may be hundreds.
    setMaxListeners(0, controller.signal);
    const abandon = () => controller.abort();
    const answer = execute(run, controller.signal);
    const key = sharing.keyFor(exchange.state.caller, operation, bodyText);
    exchange.cancel =
      key === null ? abandon : executions.offer(key, { facts: operation, answer, abandon }).leave;
  }

  /** Waits for an execution that another request has begun. */
  async function join(running: SharedExecution<PreparedOperation>, run: Run): Promise<void> {
    const { exchange, operation, charge } = run;
    const { state } = exchange;
    running.join();
    exchange.cancel = running.leave;
    begin(exchange, operation);
    const callLog = createCallLog({ requestId: state.requestId ?? null });
    state.callLog = callLog;
    const answer = await running.answer;
    if (isGone(exchange)) return charge?.settle(0);
    // An error contains the id of its request, and can be about the other request's deadline. Those that have waited do not
    // wait for each other again: while the store is down, that would be one after the other.
    if (answer === null) return start(run);
    callLog.countCoalesced(answer.calls);
    charge?.settle(answer.calls);
    finish(exchange, answer.json, operation);
  }

  /** Runs an operation that is allowed, or waits for an equal one. */
  function proceed(run: Run): void {
    const { exchange, charge, bodyText } = run;
    const running = sharing.find(executions, exchange.state.caller ?? ANONYMOUS, bodyText);
    if (isGone(exchange)) charge?.settle(0);
    else if (running === null) start(run);
    else void join(running, run);
  }

  return (exchange, bodyText, passOn) => {
    const { caller = ANONYMOUS } = exchange.state;
    const running = sharing.find(executions, caller, bodyText);
    const operation = running?.facts ?? prepare(bodyText, caller);
    if (operation === null) return passOn();
    whenKnown(costs.charge(caller, operation.cost), (charge) => {
      if (charge instanceof GatewayError) passOn();
      else proceed({ exchange, operation, charge, bodyText });
    });
  };
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
