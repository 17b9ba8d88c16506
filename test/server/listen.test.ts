import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/server/listen.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../support/hostile-store.ts';
import { jsonPost } from '../support/post.ts';
import { sendRaw } from '../support/raw-http.ts';

const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';
// Longer than the timeout of a test, so a test that waits for it fails.
const FOREVER_MS = 600_000;

let store: HostileStore;
let gateway: Gateway;
beforeEach(async () => {
  store = await startHostileStore();
  gateway = createGateway({ baseUrl: store.url, timeoutMs: FOREVER_MS });
});
afterEach(() => store.close());

function ask(url: string): Promise<Response> {
  return fetch(`${url}/graphql`, jsonPost({ query: QUERY }));
}

/** Resolves with the store's socket when a call has arrived. The call gets no response. */
function callInFlight(): Promise<Socket> {
  return new Promise((resolve) => store.behave('/customers', resolve));
}

test('selects a free port and serves requests on it', async () => {
  store.behave('/customers', respondJson({ data: [{ id: 1 }] }));
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: FOREVER_MS });
  expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(await (await ask(listener.url)).json()).toEqual({ data: { customer: { entityId: 1 } } });
  await listener.stop();
});

test('rejects if the port is in use', async () => {
  const port = Number(new URL(store.origin).port);
  await expect(listen(gateway.app, { host: '127.0.0.1', port, graceMs: 0 })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await gateway.close();
});

test('finishes requests in flight and accepts no new ones when it stops', async () => {
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: FOREVER_MS });
  const arrived = callInFlight();
  const running = ask(listener.url);
  const socket = await arrived;

  const stopped = listener.stop();
  await expect(fetch(`${listener.url}/health/live`)).rejects.toThrow('fetch failed');
  const ready = await gateway.app.yoga.fetch('http://gateway/health/ready');
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', reasons: ['the gateway is shutting down'], limits: [] },
  ]);

  respondJson({ data: [{ id: 1 }] })(socket, {} as never);
  expect(await (await running).json()).toEqual({ data: { customer: { entityId: 1 } } });
  await stopped;
});

test('closes hanging requests after the grace period', async () => {
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 20 });
  const arrived = callInFlight();
  const running = ask(listener.url).then(
    () => 'answered',
    () => 'cut off',
  );
  await arrived;
  await listener.stop();
  expect(await running).toBe('cut off');
});

test('fails readiness and closes pooled connections while the port is still open', async () => {
  store.behave('/customers', respondJson({ data: [{ id: 1 }] }));
  const options = { host: '127.0.0.1', port: 0, graceMs: FOREVER_MS, shutdownDelayMs: 500 };
  const listener = await listen(gateway.app, options);
  expect((await ask(listener.url)).headers.get('connection')).toBe('keep-alive');
  const stopped = listener.stop();
  const ready = await fetch(`${listener.url}/health/ready`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  const response = await ask(listener.url);
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.json()).toEqual({ data: { customer: { entityId: 1 } } });
  await stopped;
});

test('half-sent requests and unused connections do not delay the stop', async () => {
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: FOREVER_MS });
  const closed = Promise.all([
    sendRaw(listener.url, 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-le'),
    sendRaw(listener.url, ''),
  ]);
  // A response shows that the connections above have been accepted.
  await fetch(`${listener.url}/health/live`);
  await listener.stop();
  expect(await closed).toEqual(['', '']);
});
