import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../../src/access/caller.ts';
import { listen } from '../../../src/server/listen.ts';
import { keyWith } from '../../support/callers.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../../support/hostile-store.ts';
import { jsonPost } from '../../support/post.ts';

const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';
const ONE: Caller = { ...keyWith('customers:read'), name: 'one' };
const OTHER: Caller = { ...ONE, name: 'other' };

let store: HostileStore;
let gateway: Gateway;
/** The calls that the store has not answered. */
let waiting: Socket[];
beforeEach(async () => {
  waiting = [];
  store = await startHostileStore({}, (socket) => void waiting.push(socket));
  gateway = createGateway({ baseUrl: store.url, guards: { operationsInFlight: 4, batching: true } });
});
afterEach(async () => {
  await gateway.close();
  await store.close();
});

function send(caller: Caller, body: unknown = { query: QUERY }, accept = 'application/json') {
  return gateway.app.yoga.fetch('http://gateway/graphql', jsonPost(body, { accept }), { caller });
}

function answerAll(): void {
  for (const socket of waiting.splice(0)) respondJson({ data: [{ id: 1 }] })(socket, {} as never);
}

async function untilWaiting(): Promise<void> {
  while (waiting.length === 0) await new Promise(setImmediate);
}

test('one caller can use all places but a reserve, which others can use', async () => {
  const running = [1, 2, 3].map(() => send(ONE));
  const refused = await send(ONE);
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '1',
    {
      errors: [
        {
          message: 'Too many operations are in flight. Try again later.',
          extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 },
        },
      ],
    },
  ]);
  running.push(send(OTHER));
  expect((await send({ ...ONE, name: 'third' })).status).toBe(503);
  await untilWaiting();
  answerAll();
  for (const response of running) expect((await response).status).toBe(200);
});

test('a place is free again when its operation ends', async () => {
  for (let i = 0; i < 10; i += 1) expect((await send(ONE, { query: '{ __typename }' })).status).toBe(200);
  for (let i = 0; i < 10; i += 1) expect((await send(ONE, { query: '{' })).status).toBe(200);
  for (let i = 0; i < 10; i += 1) expect((await send(ONE, 'no object')).status).toBe(400);
});

test('each operation of a batch counts', async () => {
  const batch = (size: number) => Array.from({ length: size }, () => ({ query: '{ __typename }' }));
  expect((await send(ONE, batch(3))).status).toBe(200);
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const refused = await send(ONE, batch(4), accept);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.text()).toContain('"code":"OVERLOADED"');
  }
  expect((await send(ONE, batch(3))).status).toBe(200);
});

test('a place is free again when its caller disconnects', async () => {
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  const post = (body: object, signal?: AbortSignal) =>
    fetch(`${listener.url}/graphql`, { ...jsonPost(body), ...(signal && { signal }) });
  const left = new AbortController();
  const running = [1, 2, 3].map(() => post({ query: QUERY }, left.signal).catch(() => null));
  await untilWaiting();
  while ((await post({ query: '{ __typename }' })).status !== 503) await new Promise(setImmediate);
  left.abort();
  await Promise.all(running);
  while ((await post({ query: '{ __typename }' })).status !== 200) await new Promise(setImmediate);
  await listener.stop();
});

test('a write keeps its place until its outcome is known, even if its caller disconnects', async () => {
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  const post = (body: object, signal?: AbortSignal) =>
    fetch(`${listener.url}/graphql`, { ...jsonPost(body), ...(signal && { signal }) });
  const left = new AbortController();
  const query = 'mutation { deleteCustomers(input: { entityIds: [1] }) { results { index outcome } } }';
  const running = [1, 2, 3].map(() => post({ query }, left.signal).catch(() => null));
  while (waiting.length < 3) await new Promise(setImmediate);
  left.abort();
  await Promise.all(running);
  // The connections are closed by then.
  for (let i = 0; i < 20; i += 1) expect((await post({ query: '{ __typename }' })).status).toBe(503);
  while ((await post({ query: '{ __typename }' })).status !== 200) {
    answerAll();
    await new Promise(setImmediate);
  }
  await listener.stop();
});
