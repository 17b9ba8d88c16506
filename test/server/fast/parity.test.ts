import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import { type Listener, listen } from '../../../src/server/listen.ts';
import { fakeAuthenticator } from '../../support/fake-authenticator.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { requestText, sendRaw } from '../../support/raw-http.ts';

const SHOP = 'https://shop.example';
const TRUSTED = '{ customer(by: { entityId: 3 }) { email } }';
/** Names its callers, and knows no other credential. */
const CALLERS: Readonly<Record<string, Caller>> = {
  admin: ANONYMOUS,
  reader: { ...ANONYMOUS, kind: 'key', name: 'reader', scopes: new Set(['customers:read']) },
  shopper: { ...ANONYMOUS, kind: 'shopper', name: 'shopper 1', customerEntityId: 1, lane: 'interactive' },
  bound: { ...ANONYMOUS, kind: 'user', name: 'bound' },
};

let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let fast: Listener;
let slow: Listener;
beforeAll(async () => {
  store = await startGatewayOnSandbox(
    { customers: 30 },
    {
      authenticator: fakeAuthenticator(CALLERS),
      maxResponseBytes: 60_000,
      guards: {
        corsOrigins: [SHOP],
        requestBytes: 200_000,
        trusted: { documents: () => new Map([['abc', TRUSTED]]), bound: new Set(['user']) },
      },
    },
  );
  const options = { host: '127.0.0.1', port: 0, graceMs: 0 };
  fast = await listen(store.app, options);
  slow = await listen(
    { ...store.app, handle: (request, response) => void store.app.yoga(request, response) },
    options,
  );
});
afterAll(async () => {
  await fast.stop();
  await slow.stop();
  await store.close();
});

/** A response without what differs between two equal requests, and its log line. */
async function exchange(url: string, request: string | readonly string[]): Promise<object> {
  const logged = store.log.length;
  const answer = await sendRaw(url, ...[request].flat());
  await expect.poll(() => store.log.slice(logged).some((line) => line.includes('"msg":"request'))).toBe(true);
  const lines = store.log.slice(logged).map((line) => JSON.parse(line));
  return {
    answer: answer
      .replaceAll(UUID, 'UUID')
      .replace(/^Date: .*$/m, 'Date')
      .replace(/^[0-9a-f]+\r$/m, 'length of a chunk')
      .replace(/"(resetMs|retryAfterMs)":\d+/, ''),
    log: lines.map(({ time: _, durationMs: __, requestId: ___, pid: ____, ...line }) => line),
  };
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Sends a request along Yoga's path once, and along the fast path twice: the first time its document is unknown. */
async function expectSame(request: string | readonly string[]): Promise<void> {
  const expected = await exchange(slow.url, request);
  expect(await exchange(fast.url, request)).toEqual(expected);
  expect(await exchange(fast.url, request)).toEqual(expected);
}

interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly line?: string;
}

function postText(
  body: unknown,
  { headers = {}, line = 'POST /graphql HTTP/1.1' }: RequestParts = {},
): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = {
    'content-type': 'application/json',
    authorization: 'Bearer admin',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  };
  return requestText(line, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')), text);
}

const QUERY = '{ customers(first: 3) { nodes { entityId email addresses { nodes { city } } } } }';
const BY_ID = 'query Q($id: Int!) { customer(by: { entityId: $id }) { email } }';
const GRAPHQL = 'application/graphql-response+json';

const BODIES: Readonly<Record<string, unknown>> = {
  'a query': { query: QUERY },
  'a query with variables': { query: BY_ID, variables: { id: 2 } },
  'one of several operations': { query: `${BY_ID} query R { __typename }`, operationName: 'R' },
  'several operations without a name': { query: `${BY_ID} query R { __typename }` },
  'a name that no operation has': { query: QUERY, operationName: 'Nobody' },
  'a name that is no text': { query: QUERY, operationName: 5 },
  'a name that is null': { query: QUERY, operationName: null },
  'a missing variable': { query: BY_ID },
  'a variable of another type': { query: BY_ID, variables: { id: 'secret-value' } },
  'a variable out of range': { query: BY_ID, variables: { id: 3_000_000_000 } },
  'variables that are a list': { query: BY_ID, variables: [1] },
  'variables that are text': { query: BY_ID, variables: 'id' },
  'variables that are null': { query: QUERY, variables: null },
  'a list that is too long': { query: BY_ID, variables: { id: Array.from({ length: 6_000 }, () => 1) } },
  'extensions that are text': { query: QUERY, extensions: 'x' },
  'extensions that are a list': { query: QUERY, extensions: [] },
  'an unknown parameter': { query: QUERY, surprise: 1 },
  'an unknown parameter that is null': { query: QUERY, surprise: null },
  'a query that is null': { query: null },
  'a query that is empty': { query: '' },
  'a query that is a number': { query: 5 },
  'no parameters': {},
  'a list of queries': [{ query: QUERY }],
  'an empty list': [],
  'a JSON text': '"x"',
  'JSON null': 'null',
  'half a JSON object': '{"query":',
  'no JSON': 'query=%7B__typename%7D',
  'an empty body': '',
  'a byte order mark': `\uFEFF${JSON.stringify({ query: QUERY })}`,
  'bytes that are no characters': JSON.stringify({ query: `{ __typename } # \u00ff\ud800` }),
  'deep JSON': `{"query":${'['.repeat(5_000)}`,
  'a syntax error': { query: '{ customers( }' },
  'an unknown field': { query: '{ customer(by: { entityId: 1 }) { emall } }' },
  'a document that is too deep': { query: `{${'a{'.repeat(300)}a${'}'.repeat(300)}}` },
  'a document that costs too much': {
    query: `{ ${Array.from({ length: 9 }, (_, i) => `a${i}: customers(first: 250) { nodes { consent { allow } } }`).join(' ')} }`,
  },
  'an argument that a resolver refuses': { query: '{ customers(first: 3, after: "x") { nodes { email } } }' },
  'a field that fails beside one that does not': {
    query:
      '{ a: customer(by: { entityId: 1 }) { email } customers(first: 3, after: "x") { nodes { email } } }',
  },
  'a record that does not exist': { query: '{ customer(by: { entityId: 999 }) { email } }' },
  introspection: { query: '{ __schema { queryType { name } } __type(name: "Customer") { kind } }' },
  'a long document': {
    query: `{ ${Array.from({ length: 400 }, (_, i) => `alias${i}: __typename `).join(' ')} } # ${'x'.repeat(9_000)}`,
  },
  'a mutation': {
    query:
      'mutation { updateCustomerAddresses(input: { addresses: [{ entityId: 99999, city: "Gent" }] }) { results { outcome errors { code } } } }',
  },
  'a subscription': { query: 'subscription { a }' },
  '@defer': { query: '{ customer(by: { entityId: 1 }) { entityId ... @defer { email } } }' },
  '@stream': { query: '{ customers(first: 2) { nodes @stream(initialCount: 1) { email } } }' },
  '@include by variable': {
    query: 'query ($with: Boolean!) { customer(by: { entityId: 1 }) { entityId email @include(if: $with) } }',
    variables: { with: false },
  },
  'a response that is too large': {
    query:
      '{ customers(first: 30) { nodes { ...A b: addresses { nodes { ...B } } c: addresses { nodes { ...B } } } } } fragment A on Customer { email firstName lastName company phone notes } fragment B on CustomerAddress { firstName lastName address1 address2 city postalCode phone }',
  },
  'a report': { query: QUERY, extensions: { upstream: true } },
  'the cost alone': { query: QUERY, extensions: { explain: 'only' } },
  'a trusted document': { documentId: 'sha256:abc' },
  'the hash of another document': { documentId: 'sha256:abc', query: QUERY },
  'an unknown hash': { documentId: 'sha256:def' },
  'a hash that is no text': { documentId: 5 },
  'the hash of an Apollo client': { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } },
};

describe('the fast path answers as the other does', () => {
  test.each(Object.entries(BODIES))('%s', async (_name, body) => {
    await expectSame(postText(body));
    await expectSame(postText(body, { headers: { accept: GRAPHQL } }));
  });

  test.each(Object.keys(CALLERS).concat('stranger'))('to the caller %s', async (name) => {
    const headers = { authorization: `Bearer ${name}`, accept: GRAPHQL };
    const viewer = '{ viewer { customer { email notes } } }';
    const refused = '{ customers(first: 1) { nodes { storedInstruments { type token } } } }';
    for (const query of [QUERY, viewer, refused, TRUSTED, '{ channelCustomerSettings(channelId: 1) { id } }'])
      await expectSame(postText({ query }, { headers }));
    await expectSame(postText({ query: QUERY, extensions: { upstream: true } }, { headers }));
  });

  test.each<[string, Record<string, string>]>([
    ['no accept', {}],
    ['any type', { accept: '*/*' }],
    ['any application type', { accept: 'application/*' }],
    ['the GraphQL type before JSON', { accept: `${GRAPHQL}, application/json` }],
    ['JSON before the GraphQL type', { accept: `application/json, ${GRAPHQL}` }],
    ['a preferred type', { accept: `application/json;q=0.5, ${GRAPHQL};q=0.9` }],
    ['a type that is not acceptable', { accept: `${GRAPHQL};q=0, application/json` }],
    ['HTML', { accept: 'text/html' }],
    ['HTML or anything', { accept: 'text/html, */*;q=0.1' }],
    ['parts', { accept: 'multipart/mixed; deferSpec=20220824, application/json' }],
    ['another character set', { accept: 'application/json; charset=latin1' }],
    ['an empty accept', { accept: ' ' }],
    ['JSON with a character set', { 'content-type': 'Application/JSON ; charset=utf-8' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['GraphQL text', { 'content-type': 'application/graphql' }],
    ['no content type', { 'content-type': '' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
    ['gzip', { 'accept-encoding': 'gzip' }],
    ['no coding', { 'accept-encoding': 'identity' }],
    ['an allowed origin', { origin: SHOP, 'sec-fetch-site': 'cross-site' }],
    ['another origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another origin of an old browser', { origin: 'https://evil.example' }],
    ['the same origin', { 'sec-fetch-site': 'same-origin' }],
    ['no credential', { authorization: '' }],
    ['a credential of another scheme', { authorization: 'Basic YTpi' }],
    ['a body that is too long', { 'content-length': '200001' }],
    ['a length that is no number', { 'content-length': 'x' }],
    ['a trace', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
  ])('with %s', async (_name, headers) => {
    await expectSame(postText({ query: QUERY }, { headers }));
    await expectSame(postText({ query: '{ nothing }' }, { headers }));
  });

  test('to a body in chunks', async () => {
    const body = JSON.stringify({ query: QUERY });
    const headers = { 'content-length': '', 'transfer-encoding': 'chunked' };
    const chunked = postText(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, { headers });
    await expectSame(chunked);
  });

  test('to other methods and paths', async () => {
    for (const line of [
      'PUT /graphql HTTP/1.1',
      'OPTIONS /graphql HTTP/1.1',
      'POST / HTTP/1.1',
      'POST /graphql/ HTTP/1.1',
      'POST /graphql?a=1 HTTP/1.1',
      'POST /GRAPHQL HTTP/1.1',
      'POST /graphql HTTP/1.0',
    ])
      await expectSame(postText({ query: QUERY }, { line }));
  });
});
