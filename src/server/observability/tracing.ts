import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Plugin } from 'graphql-yoga';
import type { OnCallStart } from '../../rest/client/call-log.ts';
import { headOfFetch, type RequestHead } from '../http/request-head.ts';
import type { OperationReport } from './operations.ts';
import type { RequestState } from './request-log.ts';

/** Spans for HTTP requests, the GraphQL operations in them, and the REST calls of those operations. */
export interface Tracing {
  /** Traces the requests that Yoga handles. */
  readonly plugin: Plugin<object, RequestState>;
  /** Starts the span of a request. @param startedAt Unix time in milliseconds. @default now */
  startRequest(state: RequestState, head: RequestHead, startedAt?: number): void;
  /** Starts the span of an operation in a request. */
  startOperation(state: RequestState): void;
  /** Ends the span of a request. */
  endRequest(state: RequestState, status: number): void;
  /** Returns the callback that starts a span for each REST call of one operation. */
  traceCalls(state: RequestState): OnCallStart;
  /** Ends the span of an operation. */
  endOperation(report: OperationReport, state: RequestState): void;
  /** Exports the pending spans. */
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly tracer: Tracer;
  readonly close: () => Promise<void>;
}

/**
 * Creates the tracing plugin. Span attributes have bounded values and no personal data: no documents, operation names,
 * query strings or ids in paths.
 */
export function createTracing({ tracer, close }: TracingOptions): Tracing {
  const requests = new WeakMap<RequestState, Span>();
  const operations = new WeakMap<RequestState, Span>();

  function startRequest(state: RequestState, head: RequestHead, startedAt?: number): void {
    const { method, route } = head;
    const attributes = {
      'http.request.method': method,
      'http.route': route ?? '',
      'gateway.request_id': state.requestId ?? '',
    };
    const options = {
      kind: SpanKind.SERVER,
      attributes,
      ...(startedAt !== undefined && { startTime: startedAt }),
    };
    requests.set(state, tracer.startSpan(`${method} ${route}`, options, remoteParent(head)));
  }

  function startOperation(state: RequestState): void {
    const { operationType: type = 'none' } = state;
    const options = { attributes: { 'graphql.operation.type': type } };
    // The state of an operation in a batch inherits from the state of the request.
    const parent = requests.get(state) ?? requests.get(Object.getPrototypeOf(state));
    operations.set(state, tracer.startSpan(type, options, contextWith(parent)));
  }

  function endRequest(state: RequestState, status: number): void {
    endSpan(requests.get(state), status, status >= 500);
  }

  return {
    plugin: {
      onRequest({ request, serverContext: state }) {
        const head = headOfFetch(request, state);
        if (head.route === '/graphql') startRequest(state, head);
      },
      onExecute({ args }) {
        startOperation(args.contextValue as RequestState);
      },
      onResponse({ response, serverContext: state }) {
        endRequest(state, response.status);
      },
    },
    startRequest,
    startOperation,
    endRequest,
    traceCalls:
      (state) =>
      ({ operation, method, path }, waitedMs) => {
        const template = urlTemplate(path);
        const attributes = {
          'gateway.upstream.operation': operation,
          'http.request.method': method,
          'url.template': template,
          'gateway.waited_ms': Math.round(waitedMs),
        };
        const options = { kind: SpanKind.CLIENT, attributes };
        const span = tracer.startSpan(`${method} ${template}`, options, contextWith(operations.get(state)));
        return (status) => endSpan(span, status, status === null || status >= 400);
      },
    endOperation({ outcome, codes, estimatedCalls, callLog }, state) {
      const span = operations.get(state);
      span?.setAttributes({
        'gateway.outcome': outcome,
        ...(codes.length > 0 && { 'gateway.error_codes': [...codes] }),
        ...(estimatedCalls !== null && { 'gateway.estimated_calls': estimatedCalls }),
        ...(callLog !== null && {
          'gateway.calls': callLog.entries.length,
          'gateway.coalesced': callLog.coalesced,
          'gateway.cached': callLog.cached,
        }),
      });
      if (outcome !== 'ok') setError(span, codes[0] ?? outcome);
      span?.end();
      // An aborted request gets no response, so `onResponse` does not end its span.
      if (outcome === 'aborted') requests.get(state)?.end();
    },
    close,
  };
}

/** A context with the caller's span from `traceparent` as the remote parent. `tracestate` and baggage are ignored. */
function remoteParent({ header }: RequestHead) {
  const parent = parseTraceParent(header('traceparent') ?? '');
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

function contextWith(span: Span | undefined) {
  return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
}

function setError(span: Span | undefined, type: string): void {
  span?.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}

function endSpan(span: Span | undefined, status: number | null, failed: boolean): void {
  if (status !== null) span?.setAttribute('http.response.status_code', status);
  if (failed) setError(span, status === null ? 'no answer' : String(status));
  span?.end();
}

/** The path template, with `{id}` for every segment that is not lower-case letters and hyphens. */
export function urlTemplate(path: string): string {
  return path.replaceAll(/\/(?![a-z-]+(?:\/|$))[^/]+/g, '/{id}');
}
