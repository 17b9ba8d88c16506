import { isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import type { Plugin } from 'graphql-yoga';
import type { Journal } from '../rest/journal.ts';
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

export interface WatchOperationsOptions {
  readonly onOperation: (report: OperationReport, facts: RequestFacts) => void;
}

/** Tells of each operation once, when the last part of its answer is ready or its caller has left. Stands behind what makes errors public. */
export function watchOperations({ onOperation }: WatchOperationsOptions): Plugin<object, RequestFacts> {
  const told = new WeakSet<RequestFacts>();

  function tell(facts: RequestFacts, outcome: OperationReport['outcome']): void {
    if (told.has(facts)) return;
    told.add(facts);
    const { operationType, errorCodes = [], startedAt = 0, price, journal } = facts;
    const report = {
      type: operationType ?? 'none',
      outcome,
      codes: errorCodes,
      durationMs: performance.now() - startedAt,
      price: price ?? null,
      journal: journal ?? null,
    };
    onOperation(report, facts);
  }

  return {
    onExecute({ args }) {
      const facts = args.contextValue as RequestFacts & { readonly request: Request };
      facts.request.signal.addEventListener('abort', () => tell(facts, 'left'), { once: true });
    },
    onResultProcess({ result, setResult, serverContext: facts }) {
      const end = () => tell(facts, facts.errorCodes?.length ? 'partial' : 'ok');
      if (isAsyncIterable(result)) setResult(atItsEnd(result, end));
      else if ('data' in result) end();
      else tell(facts, 'refused');
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
