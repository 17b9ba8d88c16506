import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from '../access/caller.ts';
import type { Journal } from '../rest/journal.ts';

/** What is known of one HTTP request while it is served. Holds nothing personal. */
export interface RequestFacts {
  /** Who asks; set once they are known. */
  caller?: Caller;
  requestId?: string;
  startedAt?: number;
  /** `query` or `mutation`, once the document is read. */
  operationType?: string;
  /** REST calls that the operation may cost at the most, once it is priced. */
  price?: number;
  /** Its REST calls, from when it runs. */
  readonly journal?: Journal;
  errorCodes?: readonly string[];
}

const OURS: ReadonlySet<string> = new Set(['/', '/graphql', '/health/live', '/health/ready', '/metrics']);

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly newId: () => string;
}

/** One line a request. Neither documents nor variables nor operation names appear: callers write those. */
export function requestLog({ logger, newId }: RequestLogOptions): Plugin<object, RequestFacts> {
  return {
    onRequest({ serverContext }) {
      serverContext.requestId = newId();
      serverContext.startedAt = performance.now();
    },
    onExecute({ args }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation) factsOf(args.contextValue).operationType = operation.operation;
    },
    onResponse({ request, response, serverContext }) {
      const { requestId, startedAt = performance.now(), operationType, errorCodes, caller } = serverContext;
      if (requestId !== undefined) response.headers.set('x-request-id', requestId);
      const { pathname } = new URL(request.url);
      const durationMs = Math.round(performance.now() - startedAt);
      const facts = {
        requestId,
        method: request.method,
        // What is not ours is whatever a caller wrote.
        path: OURS.has(pathname) ? pathname : 'other',
        status: response.status,
        durationMs,
        ...(caller && { caller: caller.name }),
      };
      logger.info(
        { ...facts, ...(operationType && { operationType }), ...(errorCodes?.length && { errorCodes }) },
        'request',
      );
    },
  };
}

/** The execution's context is made from the request's facts, so it holds them too. */
export function factsOf(contextValue: unknown): RequestFacts {
  return contextValue as RequestFacts;
}
