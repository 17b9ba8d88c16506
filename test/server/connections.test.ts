import { connect } from 'node:net';
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

  test('closes connections beyond the maximum', () =>
    withListener({ maxConnections: 1 }, async ({ url }) => {
      const first = connect(Number(new URL(url).port), '127.0.0.1');
      first.write(requestText('GET /health/live HTTP/1.1', { connection: 'keep-alive' }));
      await new Promise((resolve) => first.once('data', resolve));
      expect(await sendRaw(url, requestText(`GET ${QUERY} HTTP/1.1`))).toBe('');
      first.destroy();
    }));
});
