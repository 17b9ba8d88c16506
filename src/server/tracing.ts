import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Plugin } from 'graphql-yoga';
import type { OnBegin } from '../rest/journal.ts';
import type { OperationReport } from './operations.ts';
import type { RequestFacts } from './request-log.ts';

/** Spans of requests, of their operations, and of the REST calls that those cause. */
export interface Tracing {
  readonly plugin: Plugin<object, RequestFacts>;
  /** Traces the REST calls of one request. */
  callsOf(facts: RequestFacts): OnBegin;
  /** Ends the span of an operation. */
  answered(report: OperationReport, facts: RequestFacts): void;
  /** Hands over what was not handed over yet. */
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly tracer: Tracer;
  readonly close: () => Promise<void>;
}

/** Attributes are bounded and hold nothing personal: no document or name of one, no query string, no id in a path. */
export function createTracing({ tracer, close }: TracingOptions): Tracing {
  const requests = new WeakMap<RequestFacts, Span>();
  const operations = new WeakMap<RequestFacts, Span>();

  return {
    plugin: {
      onRequest({ request, url, serverContext: facts }) {
        if (url.pathname !== '/graphql') return;
        const { method } = request;
        const attributes = {
          'http.request.method': method,
          'http.route': url.pathname,
          'gateway.request_id': facts.requestId ?? '',
        };
        const options = { kind: SpanKind.SERVER, attributes };
        requests.set(facts, tracer.startSpan(`${method} ${url.pathname}`, options, callerOf(request)));
      },
      onExecute({ args }) {
        const facts = args.contextValue as RequestFacts;
        const { operationType: type = 'none' } = facts;
        const options = { attributes: { 'graphql.operation.type': type } };
        operations.set(
          facts,
          tracer.startSpan(
            type,
            options,
            under(requests.get(facts) ?? requests.get(Object.getPrototypeOf(facts))),
          ),
        );
      },
      onResponse({ response, serverContext: facts }) {
        end(requests.get(facts), response.status, response.status >= 500);
      },
    },
    callsOf:
      (facts) =>
      ({ operation, method, path }, waitedMs) => {
        const template = templateOf(path);
        const attributes = {
          'gateway.upstream.operation': operation,
          'http.request.method': method,
          'url.template': template,
          'gateway.waited_ms': Math.round(waitedMs),
        };
        const options = { kind: SpanKind.CLIENT, attributes };
        const span = tracer.startSpan(`${method} ${template}`, options, under(operations.get(facts)));
        return (status) => end(span, status, status === null || status >= 400);
      },
    answered({ outcome, codes, price, journal }, facts) {
      const span = operations.get(facts);
      span?.setAttributes({
        'gateway.outcome': outcome,
        ...(codes.length > 0 && { 'gateway.error_codes': [...codes] }),
        ...(price !== null && { 'gateway.price': price }),
        ...(journal !== null && {
          'gateway.calls': journal.entries.length,
          'gateway.coalesced': journal.coalesced,
          'gateway.cached': journal.cached,
        }),
      });
      if (outcome !== 'ok') fail(span, codes[0] ?? outcome);
      span?.end();
      // Whoever has left is sent no response that would end it.
      if (outcome === 'left') requests.get(facts)?.end();
    },
    close,
  };
}

/** The span of the caller's that this request belongs to. What else it may have sent along is not taken over. */
function callerOf(request: Request) {
  const parent = parseTraceParent(request.headers.get('traceparent') ?? '');
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

function under(span: Span | undefined) {
  return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
}

function fail(span: Span | undefined, type: string): void {
  span?.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}

function end(span: Span | undefined, status: number | null, failed: boolean): void {
  if (status !== null) span?.setAttribute('http.response.status_code', status);
  if (failed) fail(span, status === null ? 'no answer' : String(status));
  span?.end();
}

/** The path as the vendor's description has it, but for the names of the parameters: all that is no word is an id. */
export function templateOf(path: string): string {
  return path.replaceAll(/\/(?![a-z-]+(?:\/|$))[^/]+/g, '/{id}');
}
