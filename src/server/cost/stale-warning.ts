import { isAsyncIterable } from '@graphql-tools/utils';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../context.ts';
import type { CallLog } from '../../rest/client/call-log.ts';
import { secondsBetween, withExtensions } from './extensions.ts';

/** Says in `extensions.warnings` that an answer is older than the configuration allows, because the store is down. */
export function staleWarning(now: () => number): Plugin<Context> {
  return {
    onExecute({ args }) {
      const { callLog } = args.contextValue;
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) setResult(warnAtEnd(result as AsyncIterable<Part>, callLog, now));
          else setResult(withWarning(result as ExecutionResult, callLog, now));
        },
      };
    },
  };
}

type Part = ExecutionResult & { readonly hasNext?: boolean };

async function* warnAtEnd(
  parts: AsyncIterable<Part>,
  callLog: CallLog,
  now: () => number,
): AsyncGenerator<ExecutionResult> {
  for await (const part of parts) yield part.hasNext === false ? withWarning(part, callLog, now) : part;
}

function withWarning<R extends ExecutionResult>(result: R, { cachedReads }: CallLog, now: () => number): R {
  const stale = cachedReads.filter(({ isStale }) => isStale);
  if (stale.length === 0) return result;
  const oldest = Math.min(...stale.map(({ readAt }) => readAt));
  const age = secondsBetween(oldest, now());
  const message = `The store does not answer. Parts of this answer come from the cache and are up to ${age} s old.`;
  return withExtensions(result, { warnings: [{ code: 'STALE_ANSWER', message, age }] });
}
