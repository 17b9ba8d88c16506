import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../src/rest/client/http.ts';
import {
  type Behaviour,
  closedPort,
  type HostileStore,
  noResponse,
  respondJson,
  respondWith,
  startHostileStore,
  writeRaw,
  writeRawAndEnd,
} from '../../support/hostile-store.ts';

let store: HostileStore;
let http: HttpClient;
beforeEach(async () => {
  store = await startHostileStore();
  http = httpTo(store.url);
});
afterEach(async () => {
  await http.close();
  await store.close();
});

function httpTo(baseUrl: string, onUnexpectedField: (field: string) => void = () => {}): HttpClient {
  const options = { accessToken: () => 'secret-token', timeoutMs: 200, maxBodyBytes: 10_000, connections: 2 };
  return createHttpClient({ ...options, baseUrl, onCall: () => {}, onUnexpectedField });
}

function attempt(from: HttpClient = http, body: unknown = []) {
  const call = { operation: 'createCustomers', method: 'POST', path: '/customers', query: '' };
  return from.attempt({ ...call, body });
}

const REJECTION = { status: 422, title: 'No.', errors: { '0.email': 'invalid email' } };
const RATE_LIMIT_HEADERS = { 'x-rate-limit-requests-left': '0', 'x-rate-limit-time-reset-ms': '1500' };

const WRITE_ATTEMPT_CASES: [how: string, behaviour: Behaviour, outcome: string][] = [
  ['a response with a body', respondJson({ data: [] }), 'ok'],
  ['a response without a body', writeRaw('HTTP/1.1 204 No Content', '', ''), 'ok'],
  ...[400, 401, 403, 404, 409, 413, 414, 422].map((status): [string, Behaviour, string] => [
    `status ${status}`,
    respondJson(REJECTION, status),
    'rejected',
  ]),
  ['a partial success', respondJson({ data: [], errors: [] }, 207), 'rejected'],
  ['a rejection in plain text', respondWith(400, { 'content-type': 'text/plain' }, 'No.'), 'rejected'],
  ['a 429 with nothing left of the quota', respondJson({ status: 429 }, 429, RATE_LIMIT_HEADERS), 'rejected'],
  ['a 429 without rate-limit headers', respondJson({ status: 429 }, 429), 'unknown'],
  [
    'a 429 with some of the quota left',
    respondJson({ status: 429 }, 429, { ...RATE_LIMIT_HEADERS, 'x-rate-limit-requests-left': '12' }),
    'unknown',
  ],
  ...[301, 408, 499, 500, 502, 503, 504].map((status): [string, Behaviour, string] => [
    `status ${status}`,
    respondJson({}, status),
    'unknown',
  ]),
  ['a response that is not JSON', respondWith(200, {}, '<html>'), 'unknown'],
  ['a response longer than the limit', respondWith(200, {}, `"${'x'.repeat(20_000)}"`), 'unknown'],
  [
    'a response that is cut off',
    writeRawAndEnd('HTTP/1.1 200 OK', 'content-length: 100', '', '{"data":'),
    'unknown',
  ],
  ['a closed connection', (socket) => void socket.destroy(), 'unknown'],
  ['a store that does not respond', noResponse, 'unknown'],
];

test.each(WRITE_ATTEMPT_CASES)(
  'a write attempt is classified by its response: %s',
  async (_how, behaviour, outcome) => {
    store.behave('/customers', behaviour);
    expect(await attempt()).toMatchObject({ outcome });
    expect(store.calls).toHaveLength(1);
  },
);

test('a refused connection is reported as not sent', async () => {
  const nowhere = httpTo(`http://127.0.0.1:${await closedPort()}/v3`);
  expect(await attempt(nowhere)).toMatchObject({
    outcome: 'not-sent',
    error: { code: 'UPSTREAM_UNAVAILABLE' },
  });
  await nowhere.close();
});

test('a rejection is returned with its body', async () => {
  store.behave('/customers', respondJson(REJECTION, 422));
  expect(await attempt()).toMatchObject({
    outcome: 'rejected',
    status: 422,
    body: REJECTION,
    error: { code: 'UPSTREAM_REJECTED', details: { title: 'No.' } },
  });
});

test.each(['secret-token', 'hunter2', 'with "quotes" and \\ in it'])(
  'the secrets that a rejection quotes are redacted: %s',
  async (secret) => {
    const bodies = [[{ authentication: { new_password: secret } }], { email: 'a@b.org', password: secret }];
    for (const body of bodies) {
      const title = `The value ${secret} is too weak.`;
      store.behave('/customers', respondJson({ title, errors: { '0.x': title } }, 422));
      const result = await attempt(http, body);
      expect(result).toMatchObject({ body: { errors: { '0.x': expect.any(String) } } });
      expect(JSON.stringify(result)).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(result.outcome === 'rejected' && result.error.message).not.toContain(secret);
    }
  },
);

test("storeNow follows the Date header of the store's responses", async () => {
  const date = 'Wed, 01 Jan 2020 00:00:00 GMT';
  store.behave('/customers', respondJson({}, 200, { date }));
  await attempt();
  expect(Math.abs(http.storeNow() - Date.parse(date))).toBeLessThan(60_000);
});

/** A response with a binary body. */
function respondBinary(coding: string, body: Buffer): Behaviour {
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return (socket) => void socket.write(Buffer.concat([Buffer.from(head), body]));
}

const JSON_BODY = Buffer.from('{"data":[{"id":1,"first_name":"Zoë"}]}');

test.each<[string, Buffer]>([
  ['gzip', gzipSync(JSON_BODY)],
  ['GZIP', gzipSync(JSON_BODY)],
  ['deflate', deflateSync(JSON_BODY)],
  ['deflate', deflateRawSync(JSON_BODY)],
  ['br', brotliCompressSync(JSON_BODY)],
  ['zstd', zstdCompressSync(JSON_BODY)],
  ['gzip, br', brotliCompressSync(gzipSync(JSON_BODY))],
  ['identity', JSON_BODY],
])('a response in %s is read, although it was not asked for', async (coding, body) => {
  store.behave('/customers', respondBinary(coding, body));
  const unexpected: string[] = [];
  const client = httpTo(store.url, (field) => unexpected.push(field));
  expect(await client.send(CUSTOMERS_READ)).toEqual({ data: [{ id: 1, first_name: 'Zoë' }] });
  expect(unexpected).toEqual(coding === 'identity' ? [] : ['content-encoding']);
  await client.close();
});

test('a response that begins with a byte order mark is read', async () => {
  store.behave('/customers', respondBinary('identity', Buffer.from(`\ufeff${JSON_BODY}`)));
  expect(await http.send(CUSTOMERS_READ)).toEqual({ data: [{ id: 1, first_name: 'Zoë' }] });
});

test.each<[string, string, Buffer, RegExp]>([
  ['an unknown coding', 'compress', JSON_BODY, /unknown content encoding/],
  ['an invalid body', 'gzip', JSON_BODY, /was cut off/],
  [
    'a body that is too long when decompressed',
    'gzip',
    gzipSync(Buffer.alloc(100_000)),
    /larger than the limit/,
  ],
])('a compressed response with %s fails', async (_name, coding, body, message) => {
  store.behave('/customers', respondBinary(coding, body));
  await expect(http.send(CUSTOMERS_READ)).rejects.toMatchObject({
    code: 'UPSTREAM_BAD_RESPONSE',
    message: expect.stringMatching(message),
  });
});

test('a call runs on if an operation with a later deadline has joined it when its time is up', async () => {
  store.behave('/customers', noResponse);
  const left = [5, 5, 5, 5, 0];
  const sent = http.send({ ...CUSTOMERS_READ, timeLeftMs: () => left.shift() ?? 0 });
  await expect(sent).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(left).toEqual([]);
});

test('a call without a deadline ends at the time limit of all calls', async () => {
  store.behave('/customers', noResponse);
  const sent = http.send({ ...CUSTOMERS_READ, timeLeftMs: () => Number.POSITIVE_INFINITY });
  await expect(sent).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('a call with a time limit of its own ends at this limit', async () => {
  store.behave('/customers', noResponse);
  const sent = http.send({ ...CUSTOMERS_READ, timeoutMs: 30, timeLeftMs: () => Number.POSITIVE_INFINITY });
  await expect(sent).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    message: expect.stringContaining('within 30 ms'),
  });
});

const CUSTOMERS_READ = { operation: 'getCustomers', method: 'GET', path: '/customers', query: '' };
