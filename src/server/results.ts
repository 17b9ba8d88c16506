import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { publicError } from './errors.ts';
import type { RequestFacts } from './request-log.ts';

/** Lets no error out of the house before it was made fit to be seen. */
export function safeResults({ logger }: { readonly logger: Logger }): Plugin<object, RequestFacts> {
  function safe(result: ExecutionResult, facts: RequestFacts): ExecutionResult {
    if (!result.errors?.length) return result;
    const { requestId = '' } = facts;
    const partial = 'data' in result;
    const onInternal = (error: unknown) =>
      logger.error({ requestId, error: traceOf(error) }, 'internal error');
    const errors = result.errors.map((error) => publicError(error, { requestId, partial, onInternal }));
    facts.errorCodes = [...new Set(errors.map(({ extensions }) => String(extensions.code)))];
    return { ...result, errors };
  }

  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result)) setResult(result.map((one) => safe(one, serverContext)));
      else if ('errors' in result) setResult(safe(result, serverContext));
    },
  };
}

// Where it happened, without the message: that may quote whatever was at hand.
function traceOf(error: unknown): { readonly type: string; readonly stack?: readonly string[] } {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.match(/^ +at .*$/gm) ?? [];
  return { type: error.name, stack: frames.map((frame) => frame.trim()) };
}
