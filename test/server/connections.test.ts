import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { type Gateway, startGatewayOnSandbox } from '../support/gateway.ts';
import { parseStatus, requestText, sendRaw } from '../support/raw-http.ts';

const QUERY = '/graphql?query={customer(by:{entityId:1}){entityId}}';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 1 });
});
afterAll(() => gateway.close());

async function withListener(
  options: Partial<Parameters<typeof listen>[1]>,
  use: (listener: Listener) => Promise<void>,
): Promise<void> {
  // Stopping a listener also closes its app, which the next test still needs.
  const app: Gateway['app'] = { ...gateway.app, drain: () => {}, close: async () => {} };
  const listener = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 0, ...options });
  await use(listener).finally(() => listener.stop());
}

describe('the listener', () => {
  test('rejects a Host that is not allowed, except for health checks', () =>
    withListener({ allowedHosts: ['shop.example'] }, async ({ url }) => {
      gateway.calls();
      const ask = async (path: string, host: string) =>
        parseStatus(await sendRaw(url, requestText(`GET ${path} HTTP/1.1`, { host })));
      expect(await ask(QUERY, 'evil.example')).toBe(421);
      expect(await ask('/metrics', 'evil.example')).toBe(421);
      expect(gateway.calls()).toEqual([]);
      expect(await ask('/health/live', '10.1.2.3:4000')).toBe(200);
      expect(await ask(QUERY, 'shop.example')).toBe(200);
      expect(await ask(QUERY, 'localhost:4000')).toBe(200);
    }));

  test('responds to a malformed Host without a stack trace', () =>
    withListener({}, async ({ url }) => {
      for (const host of ['[', 'a b', '%zz', 'a@b', 'a/b?c#d']) {
        const answer = await sendRaw(url, requestText(`GET ${QUERY} HTTP/1.1`, { host }));
        expect(parseStatus(answer)).toBe(400);
        expect(answer).not.toMatch(/ at .*:\d+:\d+|node_modules/);
      }
    }));

  test('times out a request with incomplete headers', () =>
    withListener(
      { timeouts: { headersTimeout: 20, requestTimeout: 40, connectionsCheckingInterval: 10 } },
      async ({ url }) => {
        expect(parseStatus(await sendRaw(url, 'GET /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: '))).toBe(
          408,
        );
      },
    ));

  test('times out a request with an incomplete body without running it', () =>
    withListener(
      { timeouts: { headersTimeout: 20, requestTimeout: 40, connectionsCheckingInterval: 10 } },
      async ({ url }) => {
        gateway.calls();
        const headers = { 'content-type': 'application/json', 'content-length': '100' };
        const answer = await sendRaw(
          url,
          requestText('POST /graphql HTTP/1.1', headers, '{"query":"{ customers'),
        );
        expect(parseStatus(answer)).toBe(408);
        expect(gateway.calls()).toEqual([]);
      },
    ));

  test('answers a request on a connection beyond the maximum with 503', () =>
    withListener({ maxConnections: 1 }, async ({ url }) => {
      const busy = await connectAndSend(url, 'POST /graphql HTTP/1.1\r\nHost: localhost\r\n');
      const answer = await sendRaw(url, requestText(`GET ${QUERY} HTTP/1.1`, { connection: 'keep-alive' }));
      expect(parseStatus(answer)).toBe(503);
      expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      busy.destroy();
    }));

  test('closes the connection that is idle longest when it is nearly full', () =>
    withListener({ maxConnections: 2 }, async ({ url }) => {
      const first = await openIdle(url);
      const closed = new Promise((resolve) => first.once('close', resolve));
      const second = await openIdle(url);
      const third = await openIdle(url);
      await closed;
      expect([second.destroyed, third.destroyed]).toEqual([false, false]);
      second.destroy();
      third.destroy();
    }));

  test('handles pipelined requests one at a time and in order', () =>
    withListener({}, async ({ url }) => {
      const hosts = ['localhost', 'localhost', 'a b'];
      const requests = hosts.map((host, i) =>
        requestText(`GET ${QUERY} HTTP/1.1`, { host, connection: i < 2 ? 'keep-alive' : 'close' }),
      );
      const answer = await sendRaw(url, requests.join(''));
      expect(statusesOf(answer)).toEqual([200, 200, 400]);
    }));

  test('reads the body of a request that waited behind another', () =>
    withListener({}, async ({ url }) => {
      const body = JSON.stringify({ query: '{ __typename }', variables: { padding: 'x'.repeat(200_000) } });
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      const first = requestText(`GET ${QUERY} HTTP/1.1`, { connection: 'keep-alive' });
      const answer = await sendRaw(url, first, requestText('POST /graphql HTTP/1.1', headers, body));
      expect(statusesOf(answer)).toEqual([200, 200]);
    }));

  test('does not handle more than ten pipelined requests at a time', () =>
    withListener({}, async ({ url }) => {
      gateway.calls();
      const request = requestText(`GET ${QUERY} HTTP/1.1`, { connection: 'keep-alive' });
      const answer = await sendRaw(url, request.repeat(100));
      expect(statusesOf(answer)).toEqual(Array.from({ length: 11 }, () => 200));
      expect(gateway.calls()).toHaveLength(11);
    }));

  test('keeps a connection usable after a refused body', () =>
    withListener({}, async ({ url }) => {
      const headers = { 'content-type': 'text/plain', 'content-length': '300000', connection: 'keep-alive' };
      const refused = requestText('POST /graphql HTTP/1.1', headers, 'x'.repeat(300_000));
      const answer = await sendRaw(url, refused, requestText(`GET ${QUERY} HTTP/1.1`));
      expect(statusesOf(answer)).toEqual([415, 200]);
    }));

  test('closes the connection of a refused body that does not arrive', () =>
    withListener({}, async ({ url }) => {
      const headers = { 'content-type': 'text/plain', 'content-length': '300000', connection: 'keep-alive' };
      const answer = await sendRaw(url, requestText('POST /graphql HTTP/1.1', headers, 'x'));
      expect(statusesOf(answer)).toEqual([415]);
    }));
});

/** Opens a connection and writes to it. Resolves when the data is sent. */
function connectAndSend(url: string, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.write(text, () => resolve(socket));
  });
}

/** Opens a connection, on which one request has been answered. */
async function openIdle(url: string): Promise<Socket> {
  const socket = await connectAndSend(
    url,
    requestText('GET /health/live HTTP/1.1', { connection: 'keep-alive' }),
  );
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

/** The status codes of all responses in a raw answer. */
function statusesOf(answer: string): readonly number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
