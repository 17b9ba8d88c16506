import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../../support/gateway.ts';

let gateway: Gateway;
beforeAll(() => {
  gateway = createGateway({ baseUrl: 'http://127.0.0.1:1/never-asked' });
});
afterAll(() => gateway.close());

describe('the page', () => {
  test('is small, and has a heading and a main landmark before any script runs', async () => {
    const response = await get('/graphql', { accept: 'text/html' });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html.length).toBeLessThan(4_000);
    expect(html).toContain('<title>GraphQL for BigCommerce customers</title>');
    expect(html).toContain('<h1>');
    expect(html).toContain('<main');
  });

  test('is 304 if the browser has it', async () => {
    const first = await get('/graphql', { accept: 'text/html' });
    await first.text();
    const again = await get('/graphql', {
      accept: 'text/html',
      'if-none-match': first.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('may run scripts of this origin alone, none of them inline, and connect only to it', async () => {
    const policy = (await get('/graphql', { accept: 'text/html' })).headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).toMatch(/; connect-src 'self'; /);
    expect(policy).not.toMatch(/https?:|\*|blob:|unsafe-eval/);
  });

  test('is not what clients that do not accept HTML get', async () => {
    const response = await get('/graphql?query={__typename}', { accept: 'application/json' });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('a file of the page', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('is kept for a year, and is sent in %s to browsers that accept it', async (coding, decompress) => {
    for (const path of await files()) {
      const plain = await get(path);
      const type = path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
      expect(plain.headers.get('content-type')).toBe(type);
      expect(plain.headers.get('content-encoding')).toBeNull();
      const encoded = await get(path, { 'accept-encoding': coding });
      expect(encoded.headers.get('content-encoding')).toBe(coding);
      expect(encoded.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(encoded.headers.get('vary')).toMatch(/accept-encoding/i);
      const text = decompress(Buffer.from(await encoded.arrayBuffer())).toString();
      expect(text === (await plain.text())).toBe(true);
    }
  });

  test('makes the page less than 800 kB with all others', async () => {
    const sizes = await Promise.all(
      (await files()).map(async (path) => (await get(path, { 'accept-encoding': 'br' })).arrayBuffer()),
    );
    expect(sizes.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(800_000);
  });

  test('is 304 if the browser has it', async () => {
    const [path = ''] = await files();
    const first = await get(path);
    await first.text();
    const again = await get(path, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  test('is 404 with another hash or another name, and 405 for writes', async () => {
    const [path = ''] = await files();
    const hash = path.split('/').at(-2) ?? '';
    expect((await get(path.replace(hash, 'AAAAAAAAAAAAAAAA'))).status).toBe(404);
    expect((await get(path.replace(/[^/]+$/, 'package.json'))).status).toBe(404);
    const post = await gateway.app.yoga.fetch(`http://gateway${path}`, { method: 'POST', body: '{}' });
    expect(post.status).toBe(405);
  });

  test('is 404 if GraphiQL is off', async () => {
    const [path = ''] = await files();
    const off = createGateway({ baseUrl: 'http://127.0.0.1:1/never-asked', graphiql: false });
    expect((await off.app.yoga.fetch(`http://gateway${path}`)).status).toBe(404);
    await off.close();
  });
});

/** The addresses of all files that the page and its modules name. */
async function files(): Promise<readonly string[]> {
  const html = await (await get('/graphql', { accept: 'text/html' })).text();
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
  const found = new Set(named);
  for (const path of found) {
    if (!path.endsWith('.js')) continue;
    const text = await (await get(path)).text();
    for (const [, name] of text.matchAll(/ from '\.\/([\w.-]+)'/g))
      found.add(path.replace(/[^/]+$/, name ?? ''));
  }
  return [...found];
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return gateway.app.yoga.fetch(`http://gateway${path}`, { headers });
}
