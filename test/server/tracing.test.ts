import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../src/server/app.ts';
import { templateOf } from '../../src/server/tracing.ts';
import { createGateway, startGatewayOnSandbox } from '../support/gateway.ts';
import { createSpans, type Spans } from '../support/spans.ts';

let spans: Spans;
let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  spans = createSpans();
  store = await startGatewayOnSandbox({}, { tracing: spans.tracing });
});
afterEach(() => store.close());

const CONSENTS = '{ customers(first: 2) { nodes { consent { allow } } } }';

function post(app: App, query: string, headers: Readonly<Record<string, string>> = {}) {
  return app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

test('an operation is under its request, and the REST calls are under the operation', async () => {
  await store.askText(CONSENTS);
  expect(spans.tree()).toEqual([
    'POST /graphql',
    '  query',
    '    GET /customers',
    '    GET /customers/{id}/consent',
    '    GET /customers/{id}/consent',
  ]);
});

test('a span says what was done and what came of it', async () => {
  const response = await post(store.app, CONSENTS);
  expect(spans.named('POST /graphql').attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'gateway.request_id': response.headers.get('x-request-id'),
  });
  expect(spans.named('query').attributes).toEqual({
    'graphql.operation.type': 'query',
    'gateway.outcome': 'ok',
    'gateway.price': 3,
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

test("the caller's span is the parent, and its sampling decision stands", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await post(store.app, CONSENTS, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  expect(new Set(spans.finished().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  expect(spans.named('POST /graphql').parentSpanContext).toMatchObject({
    spanId: 'b7ad6b7169203331',
    isRemote: true,
  });
  const before = spans.finished().length;
  await post(store.app, CONSENTS, { traceparent: `00-${traceId}-b7ad6b7169203331-00` });
  expect(spans.finished()).toHaveLength(before);
});

test.each(['', 'nonsense', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
  'a traceparent that is none (%s) begins a trace of its own',
  async (traceparent) => {
    await post(store.app, CONSENTS, { traceparent });
    expect(spans.named('POST /graphql').parentSpanContext).toBeUndefined();
  },
);

test('a refusal of the store is an error with its status, and the operation has the code alone', async () => {
  store.sandbox.faults.set([{ operations: ['getCustomers'], fault: { kind: 'status', status: 503 } }]);
  await store.askText('{ customers(first: 1) { nodes { entityId } } }');
  const call = spans.named('GET /customers');
  expect([call.status.code, call.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, '503']);
  expect(spans.named('query').attributes).toMatchObject({
    'gateway.outcome': 'partial',
    'gateway.error_codes': ['UPSTREAM_UNAVAILABLE'],
  });
  // A message may say more than a trace should hold.
  expect(spans.finished().map(({ status }) => status.message)).toEqual([undefined, undefined, undefined]);
});

test('what nothing came of is a request without an operation', async () => {
  await store.askText('{ nothing }');
  expect(spans.tree()).toEqual(['POST /graphql']);
});

test('a call that two operations share belongs to the one that began it', async () => {
  await Promise.all([store.askText(CONSENTS), store.askText(CONSENTS)]);
  const operations = spans.finished().filter(({ name }) => name === 'query');
  expect(operations.map(({ attributes }) => attributes['gateway.calls']).toSorted()).toEqual([0, 3]);
  const sharing = operations.find(({ attributes }) => attributes['gateway.calls'] === 0);
  expect(sharing?.attributes['gateway.coalesced']).toBe(3);
  expect(spans.finished().filter(({ name }) => name === 'GET /customers')).toHaveLength(1);
});

test('an operation that is answered in parts ends with the last one', async () => {
  const query = '{ customers(first: 1) { nodes { entityId ... @defer { consent { allow } } } } }';
  await (await post(store.app, query, { accept: 'multipart/mixed' })).text();
  const operation = spans.named('query');
  expect(operation.attributes['gateway.calls']).toBe(2);
  expect(operation.endTime >= spans.named('GET /customers/{id}/consent').endTime).toBe(true);
});

test('an operation whose caller leaves has left', async () => {
  const leaving = new AbortController();
  const asked = store.askText(CONSENTS, {}, leaving.signal);
  while (store.sandbox.concurrency.highest().getCustomers === undefined) await new Promise(setImmediate);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  expect(spans.named('query').attributes['gateway.outcome']).toBe('left');
  expect(spans.named('POST /graphql')).toBeDefined();
});

test('the operations of a batch are under one request, each with its own calls', async () => {
  const gateway = createGateway({
    baseUrl: store.sandbox.url,
    tracing: spans.tracing,
    front: { batching: true },
  });
  await gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query: '{ customerSettings { __typename } }' }, { query: CONSENTS }]),
  });
  await gateway.close();
  const operations = spans.finished().filter(({ name }) => name === 'query');
  const request = spans.named('POST /graphql').spanContext().spanId;
  expect(operations.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([request, request]);
  expect(operations.map(({ attributes }) => attributes['gateway.calls']).toSorted()).toEqual([1, 3]);
});

test('nothing else that is served is traced', async () => {
  await store.app.yoga.fetch('http://gateway/metrics');
  await store.app.yoga.fetch('http://gateway/health/ready');
  expect(spans.tree()).toEqual([]);
});

test.each([
  ['/customers', '/customers'],
  ['/customers/form-field-values', '/customers/form-field-values'],
  ['/customers/7/metafields/12', '/customers/{id}/metafields/{id}'],
  ['/customers/ana.reis@example.com/Reis', '/customers/{id}/{id}'],
])('of the path %s a span holds %s', (path, template) => {
  expect(templateOf(path)).toBe(template);
});
