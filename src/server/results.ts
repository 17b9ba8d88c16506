import { isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { GatewayError } from '../errors.ts';
import { publicError } from './errors.ts';
import type { RequestFacts } from './request-log.ts';

/** An answer, or a part of one that comes in parts. */
interface Answer extends ExecutionResult {
  readonly incremental?: readonly { readonly errors?: readonly GraphQLError[] }[];
}

export interface SafeResultsOptions {
  readonly logger: Logger;
  /** Whether errors may suggest names of the schema. */
  readonly suggestions: boolean;
}

/** Lets no error out of the house before it was made fit to be seen. */
export function safeResults({ logger, suggestions }: SafeResultsOptions): Plugin<object, RequestFacts> {
  function safeErrors<T extends { readonly errors?: readonly GraphQLError[] }>(
    answer: T,
    partial: boolean,
    facts: RequestFacts,
  ): T {
    if (!answer.errors?.length) return answer;
    const { requestId = '' } = facts;
    const onInternal = (error: unknown) =>
      logger.error({ requestId, error: traceOf(error) }, 'internal error');
    const errors = answer.errors.map((error) =>
      publicError(error, { requestId, partial, suggestions, onInternal }),
    );
    const codes = errors.map(({ extensions }) => String(extensions.code));
    facts.errorCodes = [...new Set([...(facts.errorCodes ?? []), ...codes])];
    return { ...answer, errors };
  }

  function safe(answer: Answer, facts: RequestFacts): Answer {
    const { data, ...withoutData } = answer;
    // What was refused whole has no answer, as if it had been refused before it was looked at.
    if (isRefusedWhole(answer)) return safeErrors(withoutData, false, facts);
    const outer = safeErrors(answer, 'data' in answer, facts);
    if (!outer.incremental) return outer;
    return { ...outer, incremental: outer.incremental.map((part) => safeErrors(part, true, facts)) };
  }

  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result)) setResult(result.map((one) => safe(one, serverContext)));
      else if (isAsyncIterable(result))
        setResult(mapAsyncIterator(result, (part) => safe(part, serverContext)));
      else setResult(safe(result, serverContext));
    },
  };
}

/** Whether nothing of an operation ran, since its caller may have none of what it asks for. */
function isRefusedWhole({ data, errors = [] }: Answer): boolean {
  const isRefused = ({ originalError }: GraphQLError) =>
    originalError instanceof GatewayError && originalError.code === 'FORBIDDEN';
  return errors.length > 0 && errors.every(isRefused) && nullsIn(Object.values(data ?? {})) <= errors.length;
}

/** How many nulls an answer holds at its top; infinitely many where it holds anything else. */
function nullsIn(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => {
    if (Array.isArray(value)) return sum + nullsIn(value);
    return value === null ? sum + 1 : Number.POSITIVE_INFINITY;
  }, 0);
}

// Where it happened, without the message: that may quote whatever was at hand.
function traceOf(error: unknown): { readonly type: string; readonly stack?: readonly string[] } {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.match(/^ +at .*$/gm) ?? [];
  return { type: error.name, stack: frames.map((frame) => frame.trim()) };
}
