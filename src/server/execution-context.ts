import { isAsyncIterable } from '@graphql-tools/utils';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { ANONYMOUS } from '../access/caller.ts';
import { type Context, createContext } from '../context.ts';
import { createCallLog } from '../rest/client/call-log.ts';
import { forgetAuthorization } from '../schema/authorization.ts';
import { currentField } from './cost/field-trace.ts';
import { logHiddenFailure } from './errors/plugin.ts';
import type { ExecutionContext } from './fast/execute.ts';
import type { ExecutionOptions } from './fast/operation-executor.ts';
import { createTimeSlices } from './limits/time-slices.ts';
import type { Tracing } from './observability/tracing.ts';
import type { Runtime } from './runtime.ts';

export interface ExecutionContextOptions {
  readonly logger: Logger;
  /** Maximum number of reads of an operation. */
  readonly maxCalls: number;
  /** Deadline of an operation, in milliseconds. */
  readonly deadlineMs: number;
  /** How long one request may hold the event loop, in milliseconds. @default 25 */
  readonly sliceMs?: number;
  readonly tracing?: Tracing;
}

/** Returns what makes the GraphQL context of one execution, on either path. */
export function createExecutionContexts(
  runtime: Pick<Runtime, 'context' | 'clock'>,
  { logger, maxCalls, deadlineMs, sliceMs, tracing }: ExecutionContextOptions,
): (options: ExecutionOptions) => ExecutionContext {
  const timeSlices = createTimeSlices(sliceMs === undefined ? {} : { sliceMs });

  return ({ state, signal, freshness, explain = false, waitedMs = 0 }) => {
    const { caller = ANONYMOUS, requestId = null, client } = state;
    const task = timeSlices.createTask();
    const context = createContext(runtime.context, {
      caller,
      ...(client !== undefined && { client }),
      signal,
      onHiddenFailure: (failure) => logHiddenFailure(logger, failure, requestId),
      deadlineAt: runtime.clock.now() + deadlineMs - waitedMs,
      callLog: createCallLog({
        requestId,
        maxReads: maxCalls,
        ...(tracing && { onStart: tracing.traceCalls(state) }),
        ...(explain && { currentField }),
      }),
      deferredWork: task.deferredWork,
      ...(freshness && { freshness }),
    });
    return Object.assign(context, { task });
  };
}

/** Frees what was decided for an execution when it has ended, on Yoga's path. */
export function forgetAuthorizations(): Plugin<Context> {
  return {
    onExecute: ({ args: { contextValue } }) => ({
      onExecuteDone({ result }) {
        // The parts of an incremental response are still to be decided.
        if (!isAsyncIterable(result)) forgetAuthorization(contextValue);
      },
    }),
  };
}
