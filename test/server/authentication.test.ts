import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/access/authenticator.ts';
import { createKey, createKeyFinder } from '../../src/access/keys.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, json, startHostileStore } from '../support/hostile-store.ts';
import { keyNamed } from '../support/key.ts';

const SHOP = keyNamed('shop');
const find = createKeyFinder([SHOP.stored]);
const QUERY = JSON.stringify({ query: '{ customer(by: { entityId: 1 }) { entityId } }' });

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore({ '/customers': json({ data: [{ id: 1 }] }) });
  const authenticator = createAuthenticator({
    keys: { find: async (key) => find(key) },
    tokens: new Map(),
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

async function post(headers: Record<string, string>, body = QUERY): Promise<Response> {
  return gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

test.each(['Bearer', 'bearer', 'BEARER'])('lets in who has a key: %s', async (scheme) => {
  const response = await post({ authorization: `${scheme} ${SHOP.key}` });
  expect([response.status, await response.json()]).toEqual([200, { data: { customer: { entityId: 1 } } }]);
});

test.each<[string, Record<string, string>]>([
  ['says nothing', {}],
  ['has a key that is not known', { authorization: `Bearer ${createKey()}` }],
  ['has a part of a key', { authorization: `Bearer ${SHOP.key.slice(0, 20)}` }],
  ['has a key and something else', { authorization: `Bearer ${SHOP.key} ${SHOP.key}` }],
  ['sends the key without a scheme', { authorization: SHOP.key }],
  ['sends it as a password', { authorization: `Basic ${btoa(`shop:${SHOP.key}`)}` }],
  ['sends it in another header', { 'x-api-key': SHOP.key }],
  ['sends it as a cookie', { cookie: `authorization=Bearer ${SHOP.key}` }],
  ['sends the hash', { authorization: `Bearer ${SHOP.stored.sha256}` }],
  ['sends the beginning of every key', { authorization: 'Bearer gfbc_' }],
  ['sends a scheme alone', { authorization: 'Bearer' }],
  ['sends megabytes', { authorization: `Bearer gfbc_${'x'.repeat(1_000_000)}` }],
  ['sends something that looks like a token', { authorization: 'Bearer a.b.c' }],
])('refuses who %s, always alike, and asks the store nothing', async (_who, headers) => {
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
        message: 'It is not known who asks: send a valid key or token as "Authorization: Bearer ...".',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  });
  expect(store.calls).toHaveLength(callsBefore);
});

test('refuses before it reads: a broken document, a wrong type and a path that is not there are all 401', async () => {
  expect((await post({}, '{oops')).status).toBe(401);
  expect((await post({ 'content-type': 'text/plain' })).status).toBe(401);
  expect((await get('/nowhere')).status).toBe(401);
  expect((await get('/graphql?query=%7B__typename%7D')).status).toBe(401);
  expect((await get(`/graphql?query=%7B__typename%7D&access_token=${SHOP.key}`)).status).toBe(401);
});

test('answers in the type that was asked for', async () => {
  const response = await post({ accept: 'application/graphql-response+json' });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    401,
    'application/graphql-response+json; charset=utf-8',
  ]);
});

describe('beside GraphQL', () => {
  test('health and the page are open, the metrics are not', async () => {
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/')).status).toBe(302);
    const page = await get('/graphql', { accept: 'text/html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${SHOP.key}` })).status).toBe(200);
  });
});

test('names the caller in the log, and holds no key there', async () => {
  const stranger = createKey();
  await post({ authorization: `Bearer ${SHOP.key}` });
  await post({ authorization: `Bearer ${stranger}` });
  const lines = gateway.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(lines.at(-2)).toMatchObject({ caller: 'shop', status: 200 });
  expect(lines.at(-1)).toMatchObject({ status: 401, errorCodes: ['UNAUTHENTICATED'] });
  expect(lines.at(-1)).not.toHaveProperty('caller');
  const metrics = await (await get('/metrics', { authorization: `Bearer ${SHOP.key}` })).text();
  for (const secret of [SHOP.key, SHOP.key.slice(5), stranger, stranger.slice(5)]) {
    expect(gateway.log.join('\n') + metrics).not.toContain(secret);
  }
});

test('makes who keeps bringing the same bad key wait, and says for how long', async () => {
  const headers = { authorization: `Bearer ${createKey()}`, accept: 'application/graphql-response+json' };
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
        message: 'Too many credentials were not valid; try again later.',
        extensions: { code: 'TOO_MANY_ATTEMPTS', retryAfterMs: expect.any(Number) },
      },
    ],
  });
  expect((await post({ authorization: `Bearer ${SHOP.key}` })).status).toBe(200);
});
