import { gunzipSync } from 'node:zlib';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { examples } from '../../../src/server/graphiql/examples.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';

let gateway: Gateway;
beforeAll(() => {
  gateway = createGateway({ baseUrl: 'http://127.0.0.1:1/never-asked' });
});
afterAll(() => gateway.close());

test.each(examples)('the example $name is valid against the schema', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

test('serves the page to browsers, compressed if the browser accepts gzip', async () => {
  const plain = await get({ accept: 'text/html' });
  expect(plain.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(plain.headers.get('content-encoding')).toBeNull();
  const html = await plain.text();
  expect(html).toContain('<title>GraphQL for BigCommerce customers</title>');

  const gzipped = await get({ accept: 'text/html', 'accept-encoding': 'gzip, br' });
  expect(gzipped.headers.get('content-encoding')).toBe('gzip');
  const bytes = Buffer.from(await gzipped.arrayBuffer());
  expect(bytes.length).toBeLessThan(3_000_000);
  expect(gunzipSync(bytes).toString() === html).toBe(true);
});

test('responds with 304 if the browser has the page cached', async () => {
  const first = await get({ accept: 'text/html' });
  await first.arrayBuffer();
  const again = await get({ accept: 'text/html', 'if-none-match': first.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

test('forbids the page to connect to other hosts', async () => {
  const { headers } = await get({ accept: 'text/html' });
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.* connect-src 'self';/);
  expect(headers.get('content-security-policy')).not.toMatch(/https?:|\*/);
});

test('runs GET queries of clients that do not accept HTML', async () => {
  const response = await get({ accept: 'application/json' }, '?query={__typename}');
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});

async function get(headers: Record<string, string>, search = ''): Promise<Response> {
  return gateway.app.yoga.fetch(`http://gateway/graphql${search}`, { headers });
}
