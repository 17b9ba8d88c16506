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

function withWarning<R extends ExecutionResult>(result: R, callLog: CallLog, now: () => number): R {
  const warnings = staleWarnings(callLog, now());
  return warnings.length === 0 ? result : withExtensions(result, { warnings });
}

/** A warning if parts of an answer are older than the configuration allows. */
export function staleWarnings({ cachedReads }: CallLog, now: number): readonly object[] {
  const stale = cachedReads.filter(({ isStale }) => isStale);
  if (stale.length === 0) return [];
  const oldest = Math.min(...stale.map(({ readAt }) => readAt));
  const age = secondsBetween(oldest, now);
  const message = `The store does not answer. Parts of this answer come from the cache and are up to ${age} s old.`;
  return [{ code: 'STALE_ANSWER', message, age }];
}
