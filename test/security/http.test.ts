import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectNoInternals,
  expectRejected,
  type ProductionGateway,
  startProductionGateway,
} from '../support/production-gateway.ts';
import { parseStatus, requestText, sendRaw } from '../support/raw-http.ts';

let fortress: ProductionGateway;
beforeAll(async () => {
  fortress = await startProductionGateway();
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
    ['as a multipart form', formOf({ query: WRITE }), undefined],
    ['as a file upload', formOf({ operations: JSON.stringify({ query: WRITE }), map: '{}' }), undefined],
    ['as text/plain', JSON.stringify({ query: WRITE }), 'text/plain'],
    ['as application/graphql', WRITE, 'application/graphql'],
    ['as application/graphql+json', JSON.stringify({ query: WRITE }), 'application/graphql+json'],
    ['with two media types', JSON.stringify({ query: WRITE }), 'text/plain, application/json'],
    ['with a similar media type', JSON.stringify({ query: WRITE }), 'application/jsonp'],
    ['without a media type', JSON.stringify({ query: WRITE }), ''],
  ])('%s is rejected', async (_name, body, type) => {
    expectRejected(await post(body, type === undefined ? {} : { 'content-type': type }));
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('by %s is rejected', async (method) => {
    const path = `/graphql?${new URLSearchParams({ query: WRITE })}`;
    expectRejected(await fortress.request(path, { method }));
  });

  test('by GET with operationName, in a document with a query, is rejected', async () => {
    const query = `query A { __typename } ${WRITE.replace('mutation', 'mutation B')}`;
    expectRejected(await fortress.request(`/graphql?${new URLSearchParams({ query, operationName: 'B' })}`));
  });

  test('by GET with a method override header is rejected', async () => {
    const path = `/graphql?${new URLSearchParams({ query: WRITE })}`;
    expectRejected(await fortress.request(path, { headers: { 'x-http-method-override': 'POST' } }));
  });
});

describe('a body', () => {
  const bomb = Buffer.alloc(5_000_000, ' ');

  test.each([
    ['of ten megabytes', `{"query":"${'x'.repeat(10_000_000)}"}`, {}, 413],
    ['compressed with gzip', gzipSync(bomb), { 'content-encoding': 'gzip' }, 415],
    ['compressed with Brotli', brotliCompressSync(bomb), { 'content-encoding': 'br' }, 415],
    ['compressed twice', gzipSync(gzipSync(bomb)), { 'content-encoding': 'gzip, gzip' }, 415],
    ['compressed without Content-Encoding', gzipSync('{"query":"{ __typename }"}'), {}, 400],
    ['with 100,000 nested arrays', '['.repeat(100_000), {}, 400],
    ['that is empty', '', {}, 400],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400],
    ['with a NUL', '{"query":"{ __typename }"}\0', {}, 400],
    ['that is a number', '1e999', {}, 400],
    ['with __proto__', '{"__proto__":{"query":"{ __typename }"}}', {}, 400],
  ])('%s is rejected', async (_name, body, headers, status) => {
    const reply = await post(body as string, { ...JSON_TYPE, ...(headers as Record<string, string>) });
    expectRejected(reply);
    expect(reply.status).toBe(status);
  });

  test('of ten megabytes in chunks is rejected before its end', async () => {
    const chunk = `${(100_000).toString(16)}\r\n${'x'.repeat(100_000)}\r\n`;
    const head = requestText('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
    const answer = await sendRaw(fortress.url, head, ...Array.from({ length: 100 }, () => chunk));
    // A client that is still sending may lose the connection before it reads the response.
    expect([413, 0]).toContain(parseStatus(answer));
    expect(fortress.calls()).toEqual([]);
  });
});

describe('invalid HTTP', () => {
  const QUERY = '/graphql?query={customers{totalCount}}';
  const BODY = '{"query":"{ customers { totalCount } }"}';

  test.each([
    ['not HTTP', 'GARBAGE\r\n\r\n'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['a missing Host', `GET ${QUERY} HTTP/1.1\r\n\r\n`],
    [
      'two Host headers',
      `GET ${QUERY} HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    ],
    ['a malformed Host', requestText(`GET ${QUERY} HTTP/1.1`, { host: '[' })],
    ['a Host that is not allowed', requestText(`GET ${QUERY} HTTP/1.1`, { host: 'evil.example' })],
    [
      'a request target with a host that is not allowed',
      requestText('GET http://evil.example/graphql?query={customers{totalCount}} HTTP/1.1'),
    ],
    ['CONNECT', requestText('CONNECT localhost:1 HTTP/1.1')],
    ['TRACE', requestText(`TRACE ${QUERY} HTTP/1.1`)],
    ['an unknown method', requestText(`QUERY${'X'.repeat(20)} ${QUERY} HTTP/1.1`)],
    ['an unknown HTTP version', requestText(`GET ${QUERY} HTTP/9.9`)],
    [
      'Content-Length with Transfer-Encoding',
      requestText(
        'POST /graphql HTTP/1.1',
        { ...JSON_TYPE, 'content-length': '5', 'transfer-encoding': 'chunked' },
        `0\r\n\r\n${BODY}`,
      ),
    ],
    [
      'a negative Content-Length',
      requestText('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'content-length': '-1' }, BODY),
    ],
    [
      'a Content-Length that is not a number',
      requestText('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'content-length': 'many' }, BODY),
    ],
    [
      'an unknown Transfer-Encoding',
      requestText('POST /graphql HTTP/1.1', { ...JSON_TYPE, 'transfer-encoding': 'xchunked' }, BODY),
    ],
    [
      'an invalid chunk size',
      requestText(
        'POST /graphql HTTP/1.1',
        { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
        `zz\r\n${BODY}`,
      ),
    ],
    ['a NUL in a header', requestText(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a\0b' })],
    ['a carriage return in a header', requestText(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a\rb' })],
    ['a header of 20 kilobytes', requestText(`GET ${QUERY} HTTP/1.1`, { 'x-a': 'a'.repeat(20_000) })],
    ['a request target of 20 kilobytes', requestText(`GET /graphql?query=${'a'.repeat(20_000)} HTTP/1.1`)],
    [
      '3,000 headers',
      requestText(
        `GET ${QUERY} HTTP/1.1`,
        Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x-${i}`, 'a'])),
      ),
    ],
    [
      'an unknown Expect header',
      requestText('POST /graphql HTTP/1.1', { ...JSON_TYPE, expect: 'the-unexpected' }, BODY),
    ],
    ['an invalid percent-encoding', requestText('GET /%zz/graphql?query={customers{totalCount}} HTTP/1.1')],
    ['path traversal', requestText('GET /health/../graphql/../%2e%2e/etc/passwd HTTP/1.1')],
  ])('rejects %s', async (_name, bytes) => {
    fortress.calls();
    const answer = await sendRaw(fortress.url, bytes);
    // CONNECT closes the connection without a response.
    expect(
      parseStatus(answer) === 0 || (parseStatus(answer) >= 400 && parseStatus(answer) < 500),
      answer,
    ).toBe(true);
    expectNoInternals(answer);
    expect(fortress.calls()).toEqual([]);
  });

  test('checks the Host of a request smuggled after a body', async () => {
    const hidden = requestText(`GET ${QUERY} HTTP/1.1`, { host: 'evil.example' });
    const open = requestText(
      'POST /graphql HTTP/1.1',
      { ...JSON_TYPE, connection: 'keep-alive', 'content-length': '2' },
      `{}${hidden}`,
    );
    const answer = await sendRaw(fortress.url, open);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 421']);
    expect(fortress.calls()).toEqual([]);
  });
});

describe('an error response', () => {
  test.each([
    [
      'the value of a variable',
      'query ($id: Int!) { customer(by: { entityId: $id }) { id } }',
      { id: 'ana@example.org' },
    ],
    [
      'a string in place of an object',
      'query ($by: CustomerBy!) { customer(by: $by) { id } }',
      { by: 'ana@example.org' },
    ],
    [
      'the name of an unknown input field',
      'query ($by: CustomerBy!) { customer(by: $by) { id } }',
      { by: { 'ana@example.org': 1 } },
    ],
    ['a literal', '{ customer(by: { entityId: "ana@example.org" }) { id } }', {}],
    ['an unterminated string', '{ customer(by: { email: "ana@example.org', {}],
    ['a name with a NUL', 'query ($id: ID!) { node(id: $id) { id } }', { id: { 'ana@example.org\0': '\0' } }],
  ])('does not quote %s', async (_name, query, variables) => {
    const reply = await fortress.send({ query, variables });
    expectRejected(reply);
    expect(reply.text).not.toContain('ana@');
  });

  test('does not quote an unknown parameter', async () => {
    const reply = await fortress.send({ query: '{ __typename }', 'ana@example.org': 1 });
    expectRejected(reply);
    expect(reply.text).not.toContain('ana@');
  });
});
