import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../src/server/app.ts';
import { urlTemplate } from '../../../src/server/observability/tracing.ts';
import { createGateway, startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';
import { createSpanRecorder, type SpanRecorder } from '../../support/spans.ts';

let spans: SpanRecorder;
let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  spans = createSpanRecorder();
  store = await startGatewayOnSandbox({}, { tracing: spans.tracing });
});
afterEach(() => store.close());

const CONSENT_QUERY = '{ customers(first: 2) { nodes { consent { allow } } } }';

function post(app: App, query: string, headers: Readonly<Record<string, string>> = {}) {
  return app.yoga.fetch('http://gateway/graphql', jsonPost({ query }, headers));
}

test('REST call spans are children of the operation span, which is a child of the request span', async () => {
  await store.executeText(CONSENT_QUERY);
  expect(spans.tree()).toEqual([
    'POST /graphql',
    '  query',
    '    GET /customers',
    '    GET /customers/{id}/consent',
    '    GET /customers/{id}/consent',
  ]);
});

test('spans have attributes for the request and its result', async () => {
  const response = await post(store.app, CONSENT_QUERY);
  expect(spans.named('POST /graphql').attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'gateway.request_id': response.headers.get('x-request-id'),
  });
  expect(spans.named('query').attributes).toEqual({
    'graphql.operation.type': 'query',
    'gateway.outcome': 'ok',
    'gateway.estimated_calls': 3,
    'gateway.calls': 3,
    'gateway.coalesced': 0,
    'gateway.cached': 0,
  });
  expect(spans.named('GET /customers').attributes).toEqual({
    'gateway.upstream.operation': 'getCustomers',
    'http.request.method': 'GET',
    'gateway.waited_ms': expect.any(Number),
    'url.template': '/customers',
    'http.response.status_code': 200,
  });
});

test("the caller's span is the parent, and its sampling decision applies", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await post(store.app, CONSENT_QUERY, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  expect(new Set(spans.finished().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  expect(spans.named('POST /graphql').parentSpanContext).toMatchObject({
    spanId: 'b7ad6b7169203331',
    isRemote: true,
  });
  const before = spans.finished().length;
  await post(store.app, CONSENT_QUERY, { traceparent: `00-${traceId}-b7ad6b7169203331-00` });
  expect(spans.finished()).toHaveLength(before);
});

test.each(['', 'nonsense', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
  'an invalid traceparent (%s) starts a new trace',
  async (traceparent) => {
    await post(store.app, CONSENT_QUERY, { traceparent });
    expect(spans.named('POST /graphql').parentSpanContext).toBeUndefined();
  },
);

test('a failed REST call has an error status, and its operation has only the error code', async () => {
  store.sandbox.faults.set([{ operations: ['getCustomers'], fault: { kind: 'status', status: 503 } }]);
  await store.executeText('{ customers(first: 1) { nodes { entityId } } }');
  const call = spans.named('GET /customers');
  expect([call.status.code, call.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, '503']);
  expect(spans.named('query').attributes).toMatchObject({
    'gateway.outcome': 'partial',
    'gateway.error_codes': ['UPSTREAM_UNAVAILABLE'],
  });
  // A status message could contain personal data.
  expect(spans.finished().map(({ status }) => status.message)).toEqual([undefined, undefined, undefined]);
});

test('an invalid document creates no operation span', async () => {
  await store.executeText('{ nothing }');
  expect(spans.tree()).toEqual(['POST /graphql']);
});

test('the span of a shared call is a child of the operation that started it', async () => {
  await Promise.all([store.executeText(CONSENT_QUERY), store.executeText(CONSENT_QUERY)]);
  const operations = spans.finished().filter(({ name }) => name === 'query');
  expect(operations.map(({ attributes }) => attributes['gateway.calls']).toSorted()).toEqual([0, 3]);
  const sharing = operations.find(({ attributes }) => attributes['gateway.calls'] === 0);
  expect(sharing?.attributes['gateway.coalesced']).toBe(3);
  expect(spans.finished().filter(({ name }) => name === 'GET /customers')).toHaveLength(1);
});

test('the span of an incremental operation ends with its last part', async () => {
  const query = '{ customers(first: 1) { nodes { entityId ... @defer { consent { allow } } } } }';
  await (await post(store.app, query, { accept: 'multipart/mixed' })).text();
  const operation = spans.named('query');
  expect(operation.attributes['gateway.calls']).toBe(2);
  // In the order in which they ended: the clocks of two spans can differ by a millisecond.
  const ended = spans.finished().map(({ name }) => name);
  expect(ended.indexOf('query')).toBeGreaterThan(ended.indexOf('GET /customers/{id}/consent'));
});

test('an operation whose caller disconnects has the outcome aborted', async () => {
  const controller = new AbortController();
  const response = store.executeText(CONSENT_QUERY, {}, controller.signal);
  while (store.sandbox.concurrency.peak().getCustomers === undefined) await new Promise(setImmediate);
  controller.abort();
  await expect(response).rejects.toThrow();
  expect(spans.named('query').attributes['gateway.outcome']).toBe('aborted');
  expect(spans.named('POST /graphql')).toBeDefined();
});

test('the operations of a batch are children of one request span, each with its own calls', async () => {
  const gateway = createGateway({
    baseUrl: store.sandbox.url,
    tracing: spans.tracing,
    guards: { batching: true },
  });
  await gateway.app.yoga.fetch(
    'http://gateway/graphql',
    jsonPost([{ query: '{ customerSettings { __typename } }' }, { query: CONSENT_QUERY }]),
  );
  await gateway.close();
  const operations = spans.finished().filter(({ name }) => name === 'query');
  const request = spans.named('POST /graphql').spanContext().spanId;
  expect(operations.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([request, request]);
  expect(operations.map(({ attributes }) => attributes['gateway.calls']).toSorted()).toEqual([1, 3]);
});

test('other endpoints are not traced', async () => {
  await store.app.yoga.fetch('http://gateway/metrics');
  await store.app.yoga.fetch('http://gateway/health/ready');
  expect(spans.tree()).toEqual([]);
});

test.each([
  ['/customers', '/customers'],
  ['/customers/form-field-values', '/customers/form-field-values'],
  ['/customers/7/metafields/12', '/customers/{id}/metafields/{id}'],
  ['/customers/ana.reis@example.com/Reis', '/customers/{id}/{id}'],
])('the path %s has the template %s', (path, template) => {
  expect(urlTemplate(path)).toBe(template);
});
