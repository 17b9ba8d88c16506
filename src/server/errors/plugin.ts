import { createGraphQLError, isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { ANONYMOUS } from '../../access/caller.ts';
import { GatewayError } from '../../errors.ts';
import type { RequestState } from '../observability/request-log.ts';
import { maskError } from './mask.ts';

/** A complete result, or one part of an incremental result. */
interface ResultPart extends ExecutionResult {
  readonly incremental?: readonly { readonly errors?: readonly GraphQLError[] }[];
}

/** The request to which a result belongs. */
interface MaskTarget {
  readonly state: RequestState;
  /** Whether its caller has disconnected. */
  readonly aborted: boolean;
}

export interface MaskErrorsOptions {
  readonly logger: Logger;
  /** Allows errors that suggest names from the schema. */
  readonly suggestions: boolean;
}

/** Masks the errors of a result, and logs internal ones. */
export type MaskResult = (result: ResultPart, target: MaskTarget) => ResultPart;

export function createMasks({ logger, suggestions }: MaskErrorsOptions): MaskResult {
  function maskErrorsOf<T extends { readonly errors?: readonly GraphQLError[] }>(
    result: T,
    partial: boolean,
    { state, aborted }: MaskTarget,
  ): T {
    if (!result.errors?.length) return result;
    const { requestId = '', caller = ANONYMOUS } = state;
    const onHiddenFailure = (failure: GatewayError) => logHiddenFailure(logger, failure, requestId);
    const onInternalError = (error: unknown) => {
      // The caller has disconnected, so the execution was aborted, and no one reads the response.
      if (aborted && isAbortError(error)) return;
      logger.error({ requestId, error: stackOf(error) }, 'internal error');
    };
    const errors = firstErrors(result.errors).map((error) =>
      maskError(error, { requestId, partial, suggestions, caller, onHiddenFailure, onInternalError }),
    );
    const codes = errors.map(({ extensions }) => String(extensions.code));
    state.errorCodes = [...new Set([...(state.errorCodes ?? []), ...codes])];
    return { ...result, errors };
  }

  return (result, target) => {
    const { data, ...withoutData } = result;
    // A fully forbidden operation has no data, as if it had been rejected before execution.
    if (isFullyForbidden(result)) return maskErrorsOf(withoutData, false, target);
    const outer = maskErrorsOf(result, 'data' in result, target);
    if (!outer.incremental) return outer;
    return { ...outer, incremental: outer.incremental.map((part) => maskErrorsOf(part, true, target)) };
  };
}

/** Masks all errors in the results of Yoga. */
export function maskErrors(maskResult: MaskResult): Plugin<object, RequestState> {
  return {
    onResultProcess({ request, result, setResult, serverContext: state }) {
      const mask = (part: ResultPart) => maskResult(part, { state, aborted: request.signal.aborted });
      if (Array.isArray(result)) setResult(result.map(mask));
      else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, mask));
      else setResult(mask(result));
    },
  };
}

/** Logs a failure of the store that its caller gets without details. The message has no values of callers or of the store. */
export function logHiddenFailure(
  logger: Logger,
  { code, message, details }: GatewayError,
  requestId: string | null,
): void {
  logger.warn({ requestId, code, status: details.status, reason: message }, 'store failure');
}

/** Errors of one result that are reported. A field of each record can fail, under many aliases. */
const MAX_ERRORS = 1_000;

/** The first errors. If there are more, the last one tells how many. */
function firstErrors(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  if (errors.length <= MAX_ERRORS) return errors;
  const shown = errors.slice(0, MAX_ERRORS - 1);
  const leftOut = errors.length - shown.length;
  const originalError = new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `Too many fields failed: ${leftOut} further errors are left out.`,
    { limitName: 'errors', actual: errors.length, limit: MAX_ERRORS },
  );
  return [...shown, createGraphQLError(originalError.message, { originalError })];
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Whether every root field failed because the caller lacks the permission, so nothing ran. */
function isFullyForbidden({ data, errors = [] }: ResultPart): boolean {
  const isRefused = ({ originalError }: GraphQLError) =>
    originalError instanceof GatewayError && originalError.code === 'FORBIDDEN';
  return (
    errors.length > 0 && errors.every(isRefused) && countNulls(Object.values(data ?? {})) <= errors.length
  );
}

/** The number of nulls in the values and in nested lists. Infinity if there is anything else. */
function countNulls(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => {
    if (Array.isArray(value)) return sum + countNulls(value);
    return value === null ? sum + 1 : Number.POSITIVE_INFINITY;
  }, 0);
}

// The stack frames without the message, which may quote any value.
function stackOf(error: unknown): { readonly type: string; readonly stack?: readonly string[] } {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.match(/^ +at .*$/gm) ?? [];
  return { type: error.name, stack: frames.map((frame) => frame.trim()) };
}
