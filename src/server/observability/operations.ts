import { isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CallLog } from '../../rest/client/call-log.ts';
import { requestSignal } from '../http/cancellation.ts';
import type { RequestState } from './request-log.ts';

/** The result of one GraphQL operation, for metrics and traces. Contains no personal data. */
export interface OperationReport {
  /** `query` or `mutation`; `none` if the document is invalid. */
  readonly type: string;
  /**
   * `partial`: some fields or items failed; `refused`: nothing ran; `aborted`: the caller disconnected before the response.
   */
  readonly outcome: 'ok' | 'partial' | 'refused' | 'aborted';
  /** The distinct error codes of the response, also of the items of mutations. */
  readonly codes: readonly string[];
  readonly durationMs: number;
  /** Estimated maximum cost, in REST calls. Null if there is no estimate. */
  readonly estimatedCalls: number | null;
  /** Null if nothing ran. */
  readonly callLog: CallLog | null;
}

/** Links a result of a batch to the state of its operation. */
const STATE = Symbol('state');

interface BatchedResult extends ExecutionResult {
  readonly [STATE]?: RequestState;
}

export type OnOperation = (report: OperationReport, state: RequestState) => void;

/** Reports each operation once. */
export interface OperationReporter {
  report(state: RequestState, outcome: OperationReport['outcome'], codes?: readonly string[]): void;
  /** Whether an operation was reported, or is not to be. */
  isReported(state: RequestState): boolean;
  /** Takes note that the operations of a batch are reported one by one. */
  skip(state: RequestState): void;
}

export function createOperationReporter(onOperation: OnOperation): OperationReporter {
  function report(
    state: RequestState,
    outcome: OperationReport['outcome'],
    codes: readonly string[] = state.errorCodes ?? [],
  ): void {
    if (isReported(state)) return;
    state.isReported = true;
    const { operationType, startedAt = 0, estimatedCalls, callLog, itemErrorCodes = [] } = state;
    const allCodes = new Set([...codes, ...itemErrorCodes]);
    const operation: OperationReport = {
      type: operationType ?? 'none',
      outcome: outcome === 'ok' && allCodes.size > 0 ? 'partial' : outcome,
      codes: [...allCodes],
      durationMs: performance.now() - startedAt,
      estimatedCalls: estimatedCalls ?? null,
      callLog: callLog ?? null,
    };
    onOperation(operation, state);
  }

  function skip(state: RequestState): void {
    state.isReported = true;
  }

  return { report, isReported, skip };
}

/** The operations of a batch inherit from the state of the request, whose own report is skipped. */
function isReported(state: RequestState): boolean {
  return Object.hasOwn(state, 'isReported');
}

/**
 * Reports the operations of Yoga: when the last part of a response is ready, or when its caller disconnects. Has to be
 * registered after the plugin that masks errors.
 */
export function observeOperations({
  report,
  isReported,
  skip,
}: OperationReporter): Plugin<object, RequestState> {
  function reportBatch(results: readonly BatchedResult[]): void {
    for (const { [STATE]: state, errors = [], ...result } of results) {
      const codes = new Set(errors.map(({ extensions }) => String(extensions.code)));
      const outcome = !('data' in result) ? 'refused' : codes.size > 0 ? 'partial' : 'ok';
      if (state !== undefined) report(state, outcome, [...codes]);
    }
  }

  return {
    onExecute({ args }) {
      const state = args.contextValue as RequestState & { readonly request: Request };
      const onAbort = () => report(state, 'aborted');
      requestSignal(state.request).addEventListener('abort', onAbort, { once: true });
    },
    onExecutionResult({ result, setResult, context }) {
      // Each operation of a batch has a state of its own, whose prototype is the state of the request.
      const isBatched = Object.getPrototypeOf(context) !== Object.prototype;
      if (!isBatched || isAsyncIterable(result)) return;
      const linked = { ...result, [STATE]: context };
      setResult(linked);
    },
    onResultProcess({ result, setResult, serverContext: state }) {
      if (Array.isArray(result)) {
        skip(state);
        return reportBatch(result);
      }
      const end = () => report(state, state.errorCodes?.length ? 'partial' : 'ok');
      if (isAsyncIterable(result)) setResult(notifyAtEnd(result, end));
      else if ('data' in result) end();
      else report(state, 'refused');
    },
    onResponse({ request, response, serverContext: state }) {
      // A request rejected before execution, for example by authentication, has no execution result.
      const isRefused = !isReported(state) && (state.errorCodes !== undefined || response.status >= 400);
      if (isRefused && new URL(request.url).pathname === '/graphql') report(state, 'refused');
    },
  };
}

/** Calls `end` after the last part, or after a failure. */
function notifyAtEnd<T>(parts: AsyncIterable<T>, end: () => void): AsyncIterable<T> {
  const fail = (error: unknown) => {
    end();
    throw error;
  };
  return mapAsyncIterator(parts, (part) => part, fail, end);
}
