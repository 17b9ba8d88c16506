import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from '../../access/caller.ts';
import type { CallLog } from '../../rest/client/call-log.ts';
import { routeOf } from '../http/route.ts';

/** State of one HTTP request while it is handled. Contains no personal data. */
export interface RequestState {
  /** Set after authentication. */
  caller?: Caller;
  requestId?: string;
  /** Monotonic clock, in milliseconds. */
  startedAt?: number;
  /** `query` or `mutation`. Set after the document is parsed. */
  operationType?: string;
  /** Estimated maximum cost, in REST calls. Set before execution. */
  estimatedCalls?: number;
  /** The REST calls of the operation. Present during execution, where the GraphQL context has it. */
  readonly callLog?: CallLog;
  errorCodes?: readonly string[];
}

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly newId: () => string;
}

/** Logs one line per request, without documents, variables and operation names: callers choose those. */
export function requestLog({ logger, newId }: RequestLogOptions): Plugin<object, RequestState> {
  return {
    onRequest({ serverContext }) {
      serverContext.requestId = newId();
      serverContext.startedAt = performance.now();
    },
    onExecute({ args }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation) stateOf(args.contextValue).operationType = operation.operation;
    },
    onResponse({ request, response, serverContext }) {
      const { requestId, startedAt = performance.now(), operationType, errorCodes, caller } = serverContext;
      if (requestId !== undefined) response.headers.set('x-request-id', requestId);
      const { pathname } = new URL(request.url);
      const durationMs = Math.round(performance.now() - startedAt);
      const fields = {
        requestId,
        method: request.method,
        // Callers choose unknown paths, so those are not logged.
        path: routeOf(pathname) ?? 'other',
        status: response.status,
        durationMs,
        ...(caller && { caller: caller.name }),
      };
      logger.info(
        { ...fields, ...(operationType && { operationType }), ...(errorCodes?.length && { errorCodes }) },
        'request',
      );
    },
  };
}

/** The GraphQL context inherits the properties of the request state. */
export function stateOf(contextValue: unknown): RequestState {
  return contextValue as RequestState;
}
