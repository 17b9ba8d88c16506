import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';

const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';
const SHOP = 'https://shop.example';
const EVIL = 'https://evil.example';
const BY_GET = `?${new URLSearchParams({ query: QUERY })}`;

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 1 }, { guards: { corsOrigins: [SHOP] } });
});
afterAll(() => gateway.close());

async function send(headers: Record<string, string>, init: RequestInit = {}, search = ''): Promise<Response> {
  return gateway.app.yoga.fetch(`http://gateway/graphql${search}`, { headers, ...init });
}

const post = (headers: Record<string, string>) => send({}, jsonPost({ query: QUERY }, headers));
const preflight = (origin: string) =>
  send({ origin, 'access-control-request-method': 'POST' }, { method: 'OPTIONS' });
const corsHeaders = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

describe('an allowed origin', () => {
  test('gets a successful preflight response', async () => {
    const response = await preflight(SHOP);
    expect([response.status, corsHeaders(response)]).toEqual([
      204,
      {
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-expose-headers': 'X-Request-Id, Retry-After',
        'access-control-max-age': '600',
      },
    ]);
  });

  test.each([
    ['apollographql-client-name, traceparent', 'apollographql-client-name,traceparent'],
    ['x-a'.repeat(2_000), 'authorization,content-type'],
    ['x-a\tx-b', 'x-ax-b'],
    ['<script>', 'authorization,content-type'],
  ])('may send the headers that it asks for, if they are header names', async (requested, allowed) => {
    const headers = { origin: SHOP, 'access-control-request-headers': requested };
    const response = await send(headers, { method: 'OPTIONS' });
    expect(response.headers.get('access-control-allow-headers')).toBe(allowed);
  });

  test('gets CORS headers without credentials support', async () => {
    for (const response of [
      await post({ origin: SHOP, 'sec-fetch-site': 'cross-site' }),
      await send({ origin: SHOP, 'sec-fetch-site': 'cross-site' }, {}, BY_GET),
    ]) {
      expect(await response.json()).toEqual({ data: { customer: { entityId: 1 } } });
      expect(corsHeaders(response)).toEqual({
        'access-control-allow-origin': SHOP,
        'access-control-expose-headers': 'X-Request-Id, Retry-After',
      });
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });
});

describe('any other origin', () => {
  test.each([EVIL, 'null', `${SHOP}.evil.example`, 'http://shop.example'])(
    'gets no CORS headers for a preflight: %s',
    async (origin) => {
      const response = await preflight(origin);
      expect([response.status, corsHeaders(response)]).toEqual([405, {}]);
    },
  );

  test.each([
    ['a script', { origin: EVIL, 'sec-fetch-site': 'cross-site' }],
    ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a script on the same site', { 'sec-fetch-site': 'same-site' }],
    ['a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('cannot make the gateway call the store with %s', async (_name, headers) => {
    gateway.calls();
    const response = await send(headers as Record<string, string>, {}, BY_GET);
    expect([response.status, corsHeaders(response)]).toEqual([403, {}]);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(gateway.calls()).toEqual([]);
  });

  test('gets Vary: Origin, so caches separate the responses', async () => {
    const response = await send({ origin: EVIL }, {}, BY_GET);
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test('can link to GraphiQL', async () => {
    const response = await send({ accept: 'text/html', 'sec-fetch-site': 'cross-site' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
  });
});

test.each(['same-origin', 'none'])('accepts requests with Sec-Fetch-Site: %s', async (site) => {
  expect((await post({ 'sec-fetch-site': site })).status).toBe(200);
});

test.each(['/graphql', '/health/live', '/nowhere'])('sets the security headers on %s', async (path) => {
  const { headers } = await gateway.app.yoga.fetch(`http://gateway${path}${BY_GET}`);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(headers.get('x-powered-by')).toBeNull();
});

test('GraphiQL keeps its own headers and cannot be framed', async () => {
  const { headers } = await send({ accept: 'text/html' });
  expect(headers.get('content-security-policy')).toContain("connect-src 'self'");
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('x-frame-options')).toBe('DENY');
});
