import { type DocumentNode, print } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import {
  DeferredConsentsDocument,
  DeferredCustomerPartsDocument,
  StreamedConsentsDocument,
} from '../generated/operations.ts';
import type { Json } from '../sandbox/support/store-client.ts';
import {
  type ProxiedGateway,
  type ProxiedGatewayOptions,
  startGatewayBehindProxy,
} from '../support/gateway-behind-proxy.ts';
import { mergeParts, readParts, readRest } from '../support/incremental-response.ts';
import { post } from '../support/post.ts';

let gateway: ProxiedGateway;
afterEach(() => gateway.close());

async function start(options: ProxiedGatewayOptions = {}): Promise<void> {
  gateway = await startGatewayBehindProxy({ sandbox: { customers: 30 }, ...options });
}

function postIncremental(
  accept: string,
  document: DocumentNode | string,
  variables: object = {},
  extensions: object = {},
) {
  const query = typeof document === 'string' ? document : print(document);
  return post(gateway, { query, variables, extensions }, accept);
}

const MEDIA_TYPES = [
  ['multipart/mixed', 'multipart/mixed; boundary="-"'],
  ['text/event-stream', 'text/event-stream'],
] as const;

describe.each(MEDIA_TYPES)('%s', (accept, contentType) => {
  test('sends a page of customers before its deferred fields', async () => {
    await start({ paused: true });
    const response = postIncremental(accept, DeferredConsentsDocument, { first: 3 });
    expect(await gateway.proxy.waitForCalls(1)).toEqual(['/customers?limit=3']);
    gateway.proxy.release();
    const parts = readParts(await response);
    const { value: first } = await parts.next();
    expect(first).toEqual({
      data: { customers: { nodes: [{ entityId: 1 }, { entityId: 2 }, { entityId: 3 }] } },
      hasNext: true,
    });
    expect((await gateway.proxy.waitForCalls(3)).toSorted()).toEqual([
      '/customers/1/consent',
      '/customers/2/consent',
      '/customers/3/consent',
    ]);
    gateway.proxy.release();
    const others = await readRest(parts);
    const increments = others.flatMap(({ incremental = [] }) => incremental);
    expect(increments.map(({ path, label }: Json) => ({ path, label }))).toEqual(
      [0, 1, 2].map((place) => ({ path: ['customers', 'nodes', place], label: 'consent' })),
    );
    expect(others.map(({ hasNext }) => hasNext).slice(-1)).toEqual([false]);
    expect(others.slice(0, -1).every(({ hasNext }) => hasNext)).toBe(true);
    expect((await response).headers.get('content-type')).toBe(contentType);
    expect(gateway.proxy.calls).toHaveLength(4);
  });

  test('sends each deferred part when it is ready', async () => {
    await start({ paused: true });
    const response = postIncremental(accept, DeferredCustomerPartsDocument);
    await gateway.proxy.waitForCalls(1);
    gateway.proxy.release();
    const parts = readParts(await response);
    expect((await parts.next()).value.data).toEqual({ customer: { entityId: 4 } });
    expect((await gateway.proxy.waitForCalls(2)).toSorted()).toEqual([
      '/customers/4/metafields?limit=250',
      '/customers/4/stored-instruments',
    ]);
    gateway.proxy.release();
    const labels = (await readRest(parts)).flatMap(({ incremental = [] }) =>
      incremental.map(({ label }: Json) => label),
    );
    expect(labels.toSorted()).toEqual(['instruments', 'metafields']);
  });

  test('streams a list from the first record', async () => {
    await start();
    const parts = await readRest(
      readParts(await postIncremental(accept, StreamedConsentsDocument, { first: 4 })),
    );
    expect(parts[0].data.customers.nodes.map(({ entityId }: Json) => entityId)).toEqual([1]);
    const { data, errors } = mergeParts(parts);
    expect(errors).toEqual([]);
    expect(data.customers.nodes.map(({ entityId }: Json) => entityId)).toEqual([1, 2, 3, 4]);
    expect(data.customers.nodes.every(({ consent }: Json) => consent !== null)).toBe(true);
    expect(gateway.proxy.calls).toHaveLength(5);
  });

  test('merges to the same result as a single response, with the same calls', async () => {
    await start();
    for (const document of [
      DeferredConsentsDocument,
      DeferredCustomerPartsDocument,
      StreamedConsentsDocument,
    ]) {
      const before = gateway.proxy.calls.length;
      const inParts = mergeParts(
        await readRest(readParts(await postIncremental(accept, document, { first: 20 }))),
      );
      const between = gateway.proxy.calls.length;
      const whole = (await (
        await postIncremental('application/json', document, { first: 20 })
      ).json()) as Json;
      expect(inParts).toEqual({ data: whole.data, errors: [] });
      expect(gateway.proxy.calls.length - between).toBe(between - before);
    }
  });

  test('masks errors in later parts and keeps their paths', async () => {
    const title = 'no consent for "ana.reis@example.com" with token sandbox';
    await start({
      override: (call) => (call === '/customers/2/consent' ? { status: 500, body: { title } } : null),
    });
    const parts = await readRest(
      readParts(await postIncremental(accept, DeferredConsentsDocument, { first: 3 })),
    );
    const { data, errors } = mergeParts(parts);
    expect(data.customers.nodes.map(({ consent }: Json) => consent === null)).toEqual([false, true, false]);
    expect(errors.map(({ path, extensions }: Json) => ({ path, code: extensions.code }))).toEqual([
      { path: ['customers', 'nodes', 1, 'consent'], code: 'UPSTREAM_UNAVAILABLE' },
    ]);
    const shown = JSON.stringify(parts);
    for (const secret of ['ana.reis', 'example.com', '    at ', 'stack', 'node_modules']) {
      expect(shown).not.toContain(secret);
    }
  });

  test('reports an invalid argument in a later part by its code', async () => {
    await start();
    const query =
      '{ customers(first: 1) { nodes { entityId ... @defer { metafields(first: 999) { totalCount } } } } }';
    const { data, errors } = mergeParts(await readRest(readParts(await postIncremental(accept, query))));
    expect(data.customers.nodes).toEqual([{ entityId: 1, metafields: null }]);
    expect(errors.map(({ extensions }: Json) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: 'first' },
    ]);
  });

  test('reports the cost with the last part', async () => {
    await start();
    const response = await postIncremental(accept, DeferredConsentsDocument, { first: 3 }, { explain: true });
    const parts = await readRest(readParts(response));
    expect(parts.slice(0, -1).every(({ extensions }) => extensions === undefined)).toBe(true);
    const { requests, estimate, calls } = parts.at(-1).extensions.upstream;
    expect({ requests, estimate }).toEqual({ requests: 4, estimate: 4 });
    expect(calls.map(({ field }: Json) => field)).toEqual([
      'customers',
      'customers.nodes.consent',
      'customers.nodes.consent',
      'customers.nodes.consent',
    ]);
  });

  test('sends an operation without deferred fields in one part', async () => {
    await start();
    const response = await postIncremental(accept, '{ customer(by: { entityId: 1 }) { entityId } }');
    expect(await response.text()).toContain('{"data":{"customer":{"entityId":1}}}');
  });

  test('rejects an operation that costs too much before any call', async () => {
    await start();
    const query =
      '{ customers(first: 250) { nodes { ... @defer { consent { allow } storedInstruments { type } } } } }';
    expect(await (await postIncremental(accept, query)).text()).toContain('OPERATION_TOO_EXPENSIVE');
    expect(gateway.proxy.calls).toEqual([]);
  });
});

test.each([
  ['application/json', 'application/json; charset=utf-8'],
  ['*/*', 'application/json; charset=utf-8'],
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
])('sends a single response to a client that accepts %s', async (accept, contentType) => {
  await start();
  for (const document of [DeferredConsentsDocument, StreamedConsentsDocument]) {
    const response = await postIncremental(accept, document, { first: 3 });
    expect(response.headers.get('content-type')).toBe(contentType);
    const { data, errors, hasNext } = (await response.json()) as Json;
    expect({ errors, hasNext }).toEqual({ errors: undefined, hasNext: undefined });
    expect(data.customers.nodes).toHaveLength(3);
    expect(data.customers.nodes.every(({ consent }: Json) => consent !== null)).toBe(true);
  }
});

test('makes no further calls after the caller has disconnected', async () => {
  await start({ paused: true, sandbox: { customers: 100 } });
  const leaving = new AbortController();
  const answer = gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
    body: JSON.stringify({ query: print(DeferredConsentsDocument), variables: { first: 100 } }),
    signal: leaving.signal,
  });
  await gateway.proxy.waitForCalls(1);
  gateway.proxy.release();
  const parts = readParts(await answer);
  expect((await parts.next()).value.hasNext).toBe(true);
  await gateway.proxy.waitForCalls(64);
  leaving.abort();
  await readRest(parts).catch(() => []);
  gateway.proxy.resume();
  for (let turn = 0; turn < 5; turn += 1) await fetch(`${gateway.sandbox.url}/customers/settings`);
  expect(gateway.proxy.calls).toHaveLength(65);
});

describe('a caller that cannot receive parts', () => {
  test.each([
    'multipart/mixed;incrementalSpec=v9.9, application/json;q=0.9',
    'multipart/mixed; incrementalSpec="v0.2"',
    'multipart/mixed;q=0, application/json',
    'multipart/mixed;deferSpec=20991231, text/event-stream;q=0, application/graphql-response+json',
  ])('gets the whole response as JSON: %s', async (accept) => {
    await start();
    const response = await postIncremental(accept, DeferredConsentsDocument, { first: 1 });
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    expect(await response.json()).toMatchObject({
      data: { customers: { nodes: [{ entityId: 1, consent: {} }] } },
    });
  });
});

test('proxies are asked not to buffer a response in parts', async () => {
  await start();
  for (const [accept] of MEDIA_TYPES) {
    const response = await postIncremental(accept, DeferredConsentsDocument, { first: 1 });
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await response.text();
  }
});

test.each([
  ['{ customers(first: 2) { nodes @stream(initialCount: -1) { entityId } } }', {}],
  ['query ($n: Int) { customers(first: 2) { nodes @stream(initialCount: $n) { entityId } } }', { n: -5 }],
  ['query ($n: Int = -1) { customers(first: 2) { nodes @stream(initialCount: $n) { entityId } } }', {}],
  ['{ customers(first: 2) { nodes @stream(initialCount: null) { entityId } } }', {}],
  ['query ($n: Int) { customers(first: 2) { nodes @stream(initialCount: $n) { entityId } } }', { n: null }],
])('an initialCount that is null or negative is the mistake of the caller: %s', async (query, variables) => {
  await start();
  const response = await postIncremental('multipart/mixed', query, variables);
  expect(await response.text()).toContain('"code":"BAD_USER_INPUT"');
});
