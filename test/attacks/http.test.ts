import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoInside, expectRefused, type Fortress, startFortress } from '../support/fortress.ts';
import { request, say, statusOf } from '../support/raw-http.ts';

let fortress: Fortress;
beforeAll(async () => {
  fortress = await startFortress();
});
afterAll(() => fortress.close());

const WRITE = 'mutation { deleteCustomers(input: { entityIds: [1] }) { results { outcome } } }';
const JSON_TYPE = { 'content-type': 'application/json' };

function post(body: RequestInit['body'], headers: Record<string, string> = {}) {
  return fortress.request('/graphql', { method: 'POST', headers, ...(body !== undefined && { body }) });
}

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe('a write', () => {
  test.each([
    ['as a form', new URLSearchParams({ query: WRITE }), undefined],
    ['as a form with parts', formOf({ query: WRITE }), undefined],
    ['as files', formOf({ operations: JSON.stringify({ query: WRITE }), map: '{}' }), undefined],
    ['as text', JSON.stringify({ query: WRITE }), 'text/plain'],
    ['as GraphQL', WRITE, 'application/graphql'],
    ['as JSON of GraphQL', JSON.stringify({ query: WRITE }), 'application/graphql+json'],
    ['as two types', JSON.stringify({ query: WRITE }), 'text/plain, application/json'],
    ['as a type of its own', JSON.stringify({ query: WRITE }), 'application/jsonp'],
    ['as no type', JSON.stringify({ query: WRITE }), ''],
  ])('%s is not taken', async (_name, body, type) => {
    expectRefused(await post(body, type === undefined ? {} : { 'content-type': type }));
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('by %s is not taken', async (method) => {
    const path = `/graphql?${new URLSearchParams({ query: WRITE })}`;
    expectRefused(await fortress.request(path, { method }));
  });

  test('by GET, named beside a query, is not taken', async () => {
    const query = `query A { __typename } ${WRITE.replace('mutation', 'mutation B')}`;
    expectRefused(await fortress.request(`/graphql?${new URLSearchParams({ query, operationName: 'B' })}`));
  });

  test('that asks to be another method is what it is', async () => {
    const path = `/graphql?${new URLSearchParams({ query: WRITE })}`;
    expectRefused(await fortress.request(path, { headers: { 'x-http-method-override': 'POST' } }));
  });
});

describe('a body', () => {
  const bomb = Buffer.alloc(5_000_000, ' ');

  test.each([
    ['of ten megabytes', `{"query":"${'x'.repeat(10_000_000)}"}`, {}, 413],
    ['packed small', gzipSync(bomb), { 'content-encoding': 'gzip' }, 415],
    ['packed smaller', brotliCompressSync(bomb), { 'content-encoding': 'br' }, 415],
    ['packed twice', gzipSync(gzipSync(bomb)), { 'content-encoding': 'gzip, gzip' }, 415],
    ['packed and not said to be', gzipSync('{"query":"{ __typename }"}'), {}, 400],
    ['that is nested a hundred thousand times', '['.repeat(100_000), {}, 400],
    ['that is nothing', '', {}, 400],
    ['with bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400],
    ['with a NUL', '{"query":"{ __typename }"}\0', {}, 400],
    ['that is a number', '1e999', {}, 400],
    ['that changes what objects are', '{"__proto__":{"query":"{ __typename }"}}', {}, 400],
  ])('%s is refused', async (_name, body, headers, status) => {
    const reply = await post(body as string, { ...JSON_TYPE, ...(headers as Record<string, string>) });
    expectRefused(reply);
    expect(reply.status).toBe(status);
  });

  test('of ten megabytes that does not say so is refused before its end', async () => {
    const chunk = `${(100_000).toString(16)}\r\n${'x'.repeat(100_000)}\r\n`;
    const head = request('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
    const answer = await say(fortress.url, head, ...Array.from({ length: 100 }, () => chunk));
    // Whoever goes on sending may be cut off before reading why.
    expect([413, 0]).toContain(statusOf(answer));
    expect(fortress.calls()).toEqual([]);
  });
});

describe('what is no HTTP, or hardly', () => {
  const QUERY = '/graphql?query={customers{totalCount}}';
  const BODY = '{"query":"{ customers { totalCount } }"}';

  test.each([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['no host', `GET ${QUERY} HTTP/1.1\r\n\r\n`],
    ['two hosts', `GET ${QUERY} HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n`],
    ['a host that is none', request(`GET ${QUERY} HTTP/1.1`, { host: '[' })],
    ['a host of someone else', request(`GET ${QUERY} HTTP/1.1`, { host: 'evil.example' })],
    [
      'an address of someone else',
      request('GET http://evil.example/graphql?query={customers{totalCount}} HTTP/1.1'),
    ],
    ['a tunnel', request('CONNECT localhost:1 HTTP/1.1')],
    ['a trace', request(`TRACE ${QUERY} HTTP/1.1`)],
    ['a method that is none', request(`QUERY${'X'.repeat(20)} ${QUERY} HTTP/1.1`)],
    ['a version that is none', request(`GET ${QUERY} HTTP/9.9`)],
    [
      'two lengths',
      request(
        'POST /graphql HTTP/1.1',
        { ...JSON_TYPE, 'content-length': '5', 'transfer-encoding': 'chunked' },
        `0\r\n\r\n${BODY}`,
      ),
    ],
    [
      'a length that is none',
      request('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'content-length': '-1' }, BODY),
    ],
    [
      'a length in letters',
      request('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'content-length': 'many' }, BODY),
    ],
    [
      'a coding that is none',
      request('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'transfer-encoding': 'xchunked' }, BODY),
    ],
    [
      'a chunk that is none',
      request('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, `zz\r\n${BODY}`),
    ],
    ['a NUL in a header', request(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a\0b' })],
    ['a line break in a header', request(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a\rb' })],
    ['a header of 20 kilobytes', request(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a'.repeat(20_000) })],
    ['an address of 20 kilobytes', request(`GET /graphql?query=${'a'.repeat(20_000)} HTTP/1.1`)],
    [
      'three thousand headers',
      request(
        `GET ${QUERY} HTTP/1.1`,
        Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x-${i}`, 'a'])),
      ),
    ],
    [
      'an expectation that is none',
      request('POST /graphql HTTP/1.1', { ...JSON_TYPE, expect: 'the-unexpected' }, BODY),
    ],
    ['an escape that is none', request('GET /%zz/graphql?query={customers{totalCount}} HTTP/1.1')],
    ['a way around', request('GET /health/../graphql/../%2e%2e/etc/passwd HTTP/1.1')],
  ])('%s is refused', async (_name, bytes) => {
    fortress.calls();
    const answer = await say(fortress.url, bytes);
    // A tunnel is cut off without a word.
    expect(statusOf(answer) === 0 || (statusOf(answer) >= 400 && statusOf(answer) < 500), answer).toBe(true);
    expectNoInside(answer);
    expect(fortress.calls()).toEqual([]);
  });

  test('two requests in one do not hide one another', async () => {
    const hidden = request(`GET ${QUERY} HTTP/1.1`, { host: 'evil.example' });
    const open = request(
      'POST /graphql HTTP/1.1',
      { ...JSON_TYPE, connection: 'keep-alive', 'content-length': '2' },
      `{}${hidden}`,
    );
    const answer = await say(fortress.url, open);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 421']);
    expect(fortress.calls()).toEqual([]);
  });
});

describe('what is answered', () => {
  test.each([
    ['a value', 'query ($id: Int!) { customer(by: { entityId: $id }) { id } }', { id: 'ana@example.org' }],
    ['an object', 'query ($by: CustomerBy!) { customer(by: $by) { id } }', { by: 'ana@example.org' }],
    ['a field', 'query ($by: CustomerBy!) { customer(by: $by) { id } }', { by: { 'ana@example.org': 1 } }],
    ['a literal', '{ customer(by: { entityId: "ana@example.org" }) { id } }', {}],
    ['a text that breaks off', '{ customer(by: { email: "ana@example.org', {}],
    ['a name with a NUL', 'query ($id: ID!) { node(id: $id) { id } }', { id: { 'ana@example.org\0': '\0' } }],
  ])('does not quote %s', async (_name, query, variables) => {
    const reply = await fortress.send({ query, variables });
    expectRefused(reply);
    expect(reply.text).not.toContain('ana@');
  });

  test('does not quote a parameter', async () => {
    const reply = await fortress.send({ query: '{ __typename }', 'ana@example.org': 1 });
    expectRefused(reply);
    expect(reply.text).not.toContain('ana@');
  });
});
