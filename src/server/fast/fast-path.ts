import type { IncomingMessage, ServerResponse } from 'node:http';
import { ANONYMOUS } from '../../access/caller.ts';
import type { AuthResult } from '../../access/throttle/login-throttle.ts';
import { whenKnown } from '../../when-known.ts';
import { isForbiddenCrossSite } from '../http/csrf.ts';
import { headOfNode } from '../http/request-head.ts';
import type { RequestState } from '../observability/request-log.ts';
import type { RequestServices } from '../services.ts';
import { type Exchange, isGone } from './exchange.ts';
import { plainResponseType } from './plain-request.ts';
import { readBody } from './read-body.ts';
import type { RunQuery } from './run-query.ts';

export interface FastPathOptions {
  readonly services: Pick<
    RequestServices,
    'requestLog' | 'corsOrigins' | 'authenticate' | 'places' | 'operations'
  >;
  /** Maximum size of a request body. */
  readonly requestBytes: number;
  readonly runQuery: RunQuery;
  /** Yoga's path, with what is known of the request already. */
  readonly yoga: (request: IncomingMessage, response: ServerResponse, state: RequestState) => void;
}

/** Handles a request whose URL begins with its route. */
export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Handles plain JSON queries on node:http, which takes a fraction of the CPU time of Yoga's path. Yoga's path handles all
 * other requests, and all that are refused, so every refusal has one wording.
 */
export function createFastPath({ services, requestBytes, runQuery, yoga }: FastPathOptions): HandleRequest {
  const { requestLog, corsOrigins, authenticate, places, operations } = services;

  function passOn(exchange: Exchange, bodyText?: string): void {
    const { request, response, state } = exchange;
    exchange.isPassedOn = true;
    exchange.freePlace?.();
    yoga(request, response, { ...state, ...(bodyText !== undefined && { bodyText }) });
  }

  /** @param authResult null if authentication is off */
  function begin(exchange: Exchange, authResult: AuthResult | null): void {
    if (isGone(exchange)) return;
    const { state, request } = exchange;
    if (authResult !== null) {
      // Yoga's path refuses the request, and must not count the attempt again.
      state.authResult = authResult;
      if (authResult.caller === null) {
        passOn(exchange);
        return;
      }
      state.caller = authResult.caller;
    }
    exchange.freePlace = places === null ? null : places.take(state.caller ?? ANONYMOUS, 1);
    if (places !== null && exchange.freePlace === null) {
      passOn(exchange);
      return;
    }
    readBody(request, (bodyText) => {
      runQuery(exchange, bodyText, () => passOn(exchange, bodyText));
    });
  }

  function onClose(exchange: Exchange): void {
    const { isPassedOn, response, state, head, status, freePlace, cancel } = exchange;
    if (isPassedOn) return;
    freePlace?.();
    const isComplete = response.writableFinished;
    if (!isComplete && status === null && cancel !== null) {
      cancel();
      operations.report(state, 'aborted');
    }
    const start = status === null ? undefined : { status, isIncremental: false };
    requestLog.end(state, { head, start, isComplete });
    // An exchange that has waited for its turn is freed only when V8 collects the whole heap, with all that it refers to.
    exchange.cancel = null;
    state.callLog = undefined;
  }

  return (request, response) => {
    const responseType = plainResponseType(request, requestBytes);
    const head = headOfNode(request, '/graphql');
    if (responseType === null || isForbiddenCrossSite(head, corsOrigins)) return yoga(request, response, {});
    const exchange: Exchange = {
      request,
      response,
      head,
      responseType,
      state: {},
      freePlace: null,
      cancel: null,
      status: null,
      isPassedOn: false,
    };
    requestLog.begin(exchange.state, head);
    response.once('close', () => onClose(exchange));
    void whenKnown(authenticate?.(head) ?? null, (authResult) => begin(exchange, authResult));
  };
}
