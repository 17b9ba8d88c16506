import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../../src/access/authenticator.ts';
import { SCOPES } from '../../../src/access/caller.ts';
import { createKeyLookup, generateKey } from '../../../src/access/keys/api-keys.ts';
import { createTestKey } from '../../support/api-keys.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../../support/hostile-store.ts';
import { jsonPost } from '../../support/post.ts';

const SHOP = createTestKey('shop');
const find = createKeyLookup([SHOP.stored]);
const BODY = { query: '{ customer(by: { entityId: 1 }) { entityId } }' };

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore({ '/customers': respondJson({ data: [{ id: 1 }] }) });
  const authenticator = createAuthenticator({
    findKey: find,
    tokenVerifiers: new Map(),
  });
  gateway = createGateway({ baseUrl: store.url, authenticator });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return gateway.app.yoga.fetch(`http://gateway${path}`, { method, headers, redirect: 'manual' });
}

async function post(headers: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  return gateway.app.yoga.fetch('http://gateway/graphql', { ...jsonPost(BODY, headers), ...init });
}

test.each(['Bearer', 'bearer', 'BEARER'])('accepts an API key with the scheme %s', async (scheme) => {
  const response = await post({ authorization: `${scheme} ${SHOP.key}` });
  expect([response.status, await response.json()]).toEqual([200, { data: { customer: { entityId: 1 } } }]);
});

test.each<[string, Record<string, string>]>([
  ['no credential', {}],
  ['an unknown key', { authorization: `Bearer ${generateKey()}` }],
  ['a part of a key', { authorization: `Bearer ${SHOP.key.slice(0, 20)}` }],
  ['a key followed by another word', { authorization: `Bearer ${SHOP.key} ${SHOP.key}` }],
  ['a key without a scheme', { authorization: SHOP.key }],
  ['a key as the password of Basic authentication', { authorization: `Basic ${btoa(`shop:${SHOP.key}`)}` }],
  ['a key in another header', { 'x-api-key': SHOP.key }],
  ['a key in a cookie', { cookie: `authorization=Bearer ${SHOP.key}` }],
  ['the hash of a key', { authorization: `Bearer ${SHOP.stored.sha256}` }],
  ['the prefix of all keys', { authorization: 'Bearer gfbc_' }],
  ['a scheme without a credential', { authorization: 'Bearer' }],
  ['a credential of one megabyte', { authorization: `Bearer gfbc_${'x'.repeat(1_000_000)}` }],
  ['a malformed token', { authorization: 'Bearer a.b.c' }],
])('rejects %s with the same response and sends no call', async (_credential, headers) => {
  const callsBefore = store.calls.length;
  const response = await post(headers);
  expect([
    response.status,
    response.headers.get('www-authenticate'),
    response.headers.get('content-type'),
  ]).toEqual([401, 'Bearer', 'application/json; charset=utf-8']);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Missing or invalid credentials. Send an API key or token as "Authorization: Bearer ...".',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  });
  expect(store.calls).toHaveLength(callsBefore);
});

test('rejects before parsing: malformed JSON and a wrong media type are 401', async () => {
  expect((await post({}, { body: '{oops' })).status).toBe(401);
  expect((await post({ 'content-type': 'text/plain' })).status).toBe(401);
  expect((await get('/graphql?query=%7B__typename%7D')).status).toBe(401);
  expect((await get(`/graphql?query=%7B__typename%7D&access_token=${SHOP.key}`)).status).toBe(401);
});

test('responds with the media type that the client accepts', async () => {
  const response = await post({ accept: 'application/graphql-response+json' });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    401,
    'application/graphql-response+json; charset=utf-8',
  ]);
});

describe('the other endpoints', () => {
  test('serve health and GraphiQL without credentials, but not metrics', async () => {
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/')).status).toBe(302);
    const page = await get('/graphql', { accept: 'text/html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${SHOP.key}` })).status).toBe(200);
  });
});

test('only the scope metrics:read opens the metrics', async () => {
  const scraper = createTestKey('scraper', { scopes: ['metrics:read'] });
  const reader = createTestKey('reader', { scopes: SCOPES.filter((scope) => scope !== 'metrics:read') });
  const keys = createKeyLookup([scraper.stored, reader.stored]);
  const authenticator = createAuthenticator({
    findKey: keys,
    tokenVerifiers: new Map(),
  });
  const { app, close } = createGateway({ baseUrl: store.url, authenticator });
  const read = (key: string) =>
    app.yoga.fetch('http://gateway/metrics', { headers: { authorization: `Bearer ${key}` } });
  expect((await read(scraper.key)).status).toBe(200);
  const refused = await read(reader.key);
  const [message, extensions] = [
    '/metrics requires the scope metrics:read.',
    { code: 'FORBIDDEN', scope: 'metrics:read' },
  ];
  expect([refused.status, await refused.json()]).toEqual([403, { errors: [{ message, extensions }] }]);
  await close();
});

test('logs the name of the caller but no keys', async () => {
  const unknownKey = generateKey();
  await post({ authorization: `Bearer ${SHOP.key}` });
  await post({ authorization: `Bearer ${unknownKey}` });
  const lines = gateway.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(lines.at(-2)).toMatchObject({ caller: 'shop', status: 200 });
  expect(lines.at(-1)).toMatchObject({ status: 401, errorCodes: ['UNAUTHENTICATED'] });
  expect(lines.at(-1)).not.toHaveProperty('caller');
  const metrics = await (await get('/metrics', { authorization: `Bearer ${SHOP.key}` })).text();
  for (const secret of [SHOP.key, SHOP.key.slice(5), unknownKey, unknownKey.slice(5)]) {
    expect(gateway.log.join('\n') + metrics).not.toContain(secret);
  }
});

test('throttles repeated failures with the same key and reports the delay', async () => {
  const headers = { authorization: `Bearer ${generateKey()}`, accept: 'application/graphql-response+json' };
  for (let i = 0; i < 6; i += 1) expect((await post(headers)).status).toBe(401);
  const response = await post(headers);
  expect([
    response.status,
    response.headers.get('retry-after'),
    response.headers.get('content-type'),
  ]).toEqual([429, '1', 'application/graphql-response+json; charset=utf-8']);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Too many failed authentication attempts. Try again later.',
        extensions: { code: 'TOO_MANY_ATTEMPTS', retryAfterMs: expect.any(Number) },
      },
    ],
  });
  expect((await post({ authorization: `Bearer ${SHOP.key}` })).status).toBe(200);
});
