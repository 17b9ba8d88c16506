import type { ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from '../../access/caller.ts';
import type { CallLog } from '../../rest/client/call-log.ts';
import { isIncrementalType } from '../http/accept.ts';
import { routeOf } from '../http/route.ts';

/** State of one HTTP request while it is handled. Contains no personal data. */
export interface RequestState {
  /** A pseudonym of the client's address. */
  client?: string;
  /** Set after authentication. */
  caller?: Caller;
  requestId?: string;
  /** Monotonic clock, in milliseconds. */
  startedAt?: number;
  /** `query` or `mutation`. Set after the document is parsed. */
  operationType?: string;
  /** Whether the request has several operations, each of which has a state that inherits from this one. */
  isBatch?: boolean;
  /** Estimated maximum cost, in REST calls. Set before execution. */
  estimatedCalls?: number;
  /** The REST calls of the operation. Present during execution, where the GraphQL context has it. */
  readonly callLog?: CallLog;
  errorCodes?: readonly string[];
  /** Error codes of the items of mutations that were not done. */
  itemErrorCodes?: ReadonlySet<string>;
}

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly newId: () => string;
  /** Returns a pseudonym of the client's address. */
  readonly clientOf: (request: Request, serverContext: object) => string;
  /** Called when a response has ended. `aborted`: the caller left before its end. */
  readonly onEnd: (status: number | 'aborted') => void;
}

/** What is known of a response when its headers are sent. */
interface ResponseStart {
  readonly status: number;
  readonly isIncremental: boolean;
}

/** The part of Yoga's server context that has the response. Yoga adds it under node:http. */
interface NodeServerContext {
  readonly res?: ServerResponse;
}

/**
 * Logs one line per request when its response has ended or its caller has left, without documents, variables and operation
 * names: callers choose those.
 */
export function requestLog({
  logger,
  newId,
  clientOf,
  onEnd,
}: RequestLogOptions): Plugin<object, RequestState> {
  const started = new WeakMap<object, ResponseStart>();

  function logEnd(request: Request, path: string, state: RequestState, isComplete: boolean): void {
    const {
      requestId,
      startedAt = performance.now(),
      operationType,
      errorCodes,
      itemErrorCodes,
      caller,
      isBatch,
      client,
    } = state;
    const start = started.get(state);
    const isAborted = !isComplete || start === undefined;
    onEnd(isAborted ? 'aborted' : start.status);
    const fields = {
      requestId,
      method: request.method,
      path,
      // Absent if the caller left before the response began.
      ...(start && { status: start.status }),
      ...(isAborted && { aborted: true }),
      ...(start?.isIncremental && { incremental: true }),
      durationMs: Math.round(performance.now() - startedAt),
      client,
      ...(caller && { caller: caller.name }),
      ...(isBatch ? { operationType: 'batch' } : operationType && { operationType }),
      ...(errorCodes?.length && { errorCodes }),
      ...(itemErrorCodes?.size && { itemErrorCodes: [...itemErrorCodes] }),
    };
    logger.info(fields, 'request');
  }

  return {
    onRequest({ request, url, serverContext }) {
      // Now, because a socket that is closed has no address.
      serverContext.client = clientOf(request, serverContext);
      serverContext.requestId = newId();
      serverContext.startedAt = performance.now();
      // Callers choose unknown paths, so those are not logged.
      const path = routeOf(url.pathname) ?? 'other';
      const { res } = serverContext as NodeServerContext;
      res?.once('close', () => logEnd(request, path, serverContext, res.writableFinished));
    },
    onExecute({ args }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation === null || operation === undefined) return;
      const state = stateOf(args.contextValue);
      state.operationType = operation.operation;
      const batch: unknown = Object.getPrototypeOf(state);
      if (batch !== Object.prototype) stateOf(batch).isBatch = true;
    },
    onResponse({ request, response, serverContext }) {
      const { requestId } = serverContext;
      if (requestId !== undefined) response.headers.set('x-request-id', requestId);
      const type = response.headers.get('content-type') ?? '';
      started.set(serverContext, { status: response.status, isIncremental: isIncrementalType(type) });
      if ((serverContext as NodeServerContext).res === undefined)
        logEnd(request, routeOf(new URL(request.url).pathname) ?? 'other', serverContext, true);
    },
  };
}

/** The GraphQL context inherits the properties of the request state. */
export function stateOf(contextValue: unknown): RequestState {
  return contextValue as RequestState;
}
