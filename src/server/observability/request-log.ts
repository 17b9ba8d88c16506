import type { ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from '../../access/caller.ts';
import type { AuthResult } from '../../access/throttle/login-throttle.ts';
import type { CallLog } from '../../rest/client/call-log.ts';
import { isIncrementalType } from '../http/accept.ts';
import { headOfFetch, type RequestHead } from '../http/request-head.ts';

/** State of one HTTP request while it is handled. Contains no personal data. */
export interface RequestState {
  /** A pseudonym of the client's address. */
  client?: string;
  /** Set after authentication. */
  caller?: Caller;
  /** Set if the caller was authenticated before. */
  authResult?: AuthResult;
  /** The body of the request, if it was read before. */
  bodyText?: string;
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
  callLog?: CallLog | undefined;
  errorCodes?: readonly string[];
  /** Error codes of the items of mutations that were not done. */
  itemErrorCodes?: ReadonlySet<string>;
  /** Set once the operation was reported. */
  isReported?: true;
}

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly newId: () => string;
  /** Returns a pseudonym of the client's address. */
  readonly clientOf: (head: RequestHead) => string;
  /** Called when a response has ended. `aborted`: the caller left before its end. */
  readonly onEnd: (status: number | 'aborted') => void;
}

/** What is known of a response when its headers are sent. */
interface ResponseStart {
  readonly status: number;
  readonly isIncremental: boolean;
}

/** How a response ended. Without a start the caller left before the response began. */
interface ResponseEnd {
  readonly head: RequestHead;
  readonly start: ResponseStart | undefined;
  /** Whether the last byte was sent. */
  readonly isComplete: boolean;
}

/** Logs one line per request, without documents, variables and operation names: callers choose those. */
export interface RequestLog {
  /** Gives a request its id and its time. At once, because a socket that is closed has no address. */
  begin(state: RequestState, head: RequestHead): void;
  /** Logs a request whose response has ended, or whose caller has left. */
  end(state: RequestState, end: ResponseEnd): void;
}

export function createRequestLog({ logger, newId, clientOf, onEnd }: RequestLogOptions): RequestLog {
  return {
    begin(state, head) {
      state.client = clientOf(head);
      state.requestId = newId();
      state.startedAt = performance.now();
    },
    end(state, { head, start, isComplete }) {
      const { requestId, startedAt = performance.now(), operationType, isBatch, client } = state;
      const { errorCodes, itemErrorCodes, caller } = state;
      const isAborted = !isComplete || start === undefined;
      onEnd(isAborted ? 'aborted' : start.status);
      const fields = {
        requestId,
        method: head.method,
        // Callers choose unknown paths, so those are not logged.
        path: head.route ?? 'other',
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
    },
  };
}

/** The part of Yoga's server context that has the response. Yoga adds it under node:http. */
interface NodeServerContext {
  readonly res?: ServerResponse;
}

/** Logs the requests that Yoga handles when their response has ended or their caller has left. */
export function logRequests(log: RequestLog): Plugin<object, RequestState> {
  const started = new WeakMap<object, ResponseStart>();

  return {
    onRequest({ request, serverContext }) {
      const head = headOfFetch(request, serverContext);
      if (serverContext.requestId === undefined) log.begin(serverContext, head);
      const { res } = serverContext as NodeServerContext;
      res?.once('close', () => {
        const start = started.get(serverContext);
        log.end(serverContext, { head, start, isComplete: res.writableFinished });
      });
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
      const start = { status: response.status, isIncremental: isIncrementalType(type) };
      started.set(serverContext, start);
      if ((serverContext as NodeServerContext).res !== undefined) return;
      log.end(serverContext, { head: headOfFetch(request, serverContext), start, isComplete: true });
    },
  };
}

/** The GraphQL context inherits the properties of the request state. */
export function stateOf(contextValue: unknown): RequestState {
  return contextValue as RequestState;
}
