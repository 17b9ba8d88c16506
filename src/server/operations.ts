import { isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Journal } from '../rest/journal.ts';
import { leavingOf } from './leaving.ts';
import type { RequestFacts } from './request-log.ts';

/** How one GraphQL operation went, for whoever counts or traces. Holds nothing personal. */
export interface OperationReport {
  /** `query` or `mutation`; `none` where the document could not be read. */
  readonly type: string;
  /** `partial`: some fields failed; `refused`: nothing ran; `left`: the caller did not wait for the answer. */
  readonly outcome: 'ok' | 'partial' | 'refused' | 'left';
  /** Each error code of the answer, once. */
  readonly codes: readonly string[];
  readonly durationMs: number;
  /** REST calls that it was expected to cost at the most; null where nobody could tell. */
  readonly price: number | null;
  /** Null where nothing ran. */
  readonly journal: Journal | null;
}

/** Tells of an answer in a batch which operation it answers. */
const FACTS = Symbol('facts');

interface BatchedAnswer extends ExecutionResult {
  readonly [FACTS]?: RequestFacts;
}

export interface WatchOperationsOptions {
  readonly onOperation: (report: OperationReport, facts: RequestFacts) => void;
}

/** Tells of each operation once, when the last part of its answer is ready or its caller has left. Stands behind what makes errors public. */
export function watchOperations({ onOperation }: WatchOperationsOptions): Plugin<object, RequestFacts> {
  const told = new WeakSet<RequestFacts>();

  function tell(
    facts: RequestFacts,
    outcome: OperationReport['outcome'],
    codes: readonly string[] = facts.errorCodes ?? [],
  ): void {
    if (told.has(facts)) return;
    told.add(facts);
    const { operationType, startedAt = 0, price, journal } = facts;
    const report = {
      type: operationType ?? 'none',
      outcome,
      codes,
      durationMs: performance.now() - startedAt,
      price: price ?? null,
      journal: journal ?? null,
    };
    onOperation(report, facts);
  }

  function tellEach(answers: readonly BatchedAnswer[]): void {
    for (const { [FACTS]: facts, errors = [], ...answer } of answers) {
      const codes = new Set(errors.map(({ extensions }) => String(extensions.code)));
      const outcome = !('data' in answer) ? 'refused' : codes.size > 0 ? 'partial' : 'ok';
      if (facts !== undefined) tell(facts, outcome, [...codes]);
    }
  }

  return {
    onExecute({ args }) {
      const facts = args.contextValue as RequestFacts & { readonly request: Request };
      leavingOf(facts.request).addEventListener('abort', () => tell(facts, 'left'), { once: true });
    },
    onExecutionResult({ result, setResult, context }) {
      // An operation of a batch has facts of its own, which are made from those of the request.
      const isOfBatch = Object.getPrototypeOf(context) !== Object.prototype;
      if (!isOfBatch || isAsyncIterable(result)) return;
      const marked = { ...result, [FACTS]: context };
      setResult(marked);
    },
    onResultProcess({ result, setResult, serverContext: facts }) {
      if (Array.isArray(result)) {
        told.add(facts);
        return tellEach(result);
      }
      const end = () => tell(facts, facts.errorCodes?.length ? 'partial' : 'ok');
      if (isAsyncIterable(result)) setResult(atItsEnd(result, end));
      else if ('data' in result) end();
      else tell(facts, 'refused');
    },
    onResponse({ request, serverContext: facts }) {
      // Who is turned away at the door comes to no result.
      const isRefusal = !told.has(facts) && facts.errorCodes !== undefined;
      if (isRefusal && new URL(request.url).pathname === '/graphql') tell(facts, 'refused');
    },
  };
}

function atItsEnd<T>(parts: AsyncIterable<T>, end: () => void): AsyncIterable<T> {
  const fail = (error: unknown) => {
    end();
    throw error;
  };
  return mapAsyncIterator(parts, (part) => part, fail, end);
}
