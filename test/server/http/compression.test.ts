import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { chooseCoding } from '../../../src/server/http/compression.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';

const LARGE = '{ customers(first: 50) { nodes { entityId email firstName lastName company phone } } }';
const SMALL = '{ customer(by: { entityId: 1 }) { entityId } }';
const TOKENS = `query ($id: Int! = 1) {
  customers(first: 50) { nodes { entityId email firstName lastName company phone } }
  customer(by: { entityId: $id }) { storedInstruments { kept: token } }
}`;
const JSON_TYPE = 'application/json';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 60 }, { guards: { batching: true } });
});
afterAll(() => gateway.close());

async function send(body: object, encoding: string | null, accept = JSON_TYPE): Promise<Response> {
  const headers = { accept, ...(encoding !== null && { 'accept-encoding': encoding }) };
  return gateway.app.yoga.fetch('http://gateway/graphql', jsonPost(body, headers));
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const codingOf = ({ headers }: Response) => headers.get('content-encoding');

describe('an Accept-Encoding header', () => {
  test.each([
    [null, null],
    ['', null],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.0', null],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['*;q=0', null],
    ['gzip;q=0.5, *;q=0', 'gzip'],
    ['identity, gzip;q=0.5', null],
    ['identity;q=0.5, gzip', 'gzip'],
    ['deflate, zstd', null],
  ])('of %j selects %j', (header, coding) => {
    expect(chooseCoding(header)).toBe(coding);
  });
});

describe('a large response', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('is compressed with %s, and is the same once decompressed', async (coding, decompress) => {
    const plain = await bytesOf(await send({ query: LARGE }, null));
    const response = await send({ query: LARGE }, coding);
    const body = await bytesOf(response);
    expect([codingOf(response), response.status]).toEqual([coding, 200]);
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(body.length).toBeLessThan(plain.length / 2);
    expect(decompress(body).equals(plain)).toBe(true);
  });

  test('names Accept-Encoding in Vary, also if it is not compressed', async () => {
    for (const encoding of [null, 'gzip'])
      expect((await send({ query: LARGE }, encoding)).headers.get('vary')).toContain('Accept-Encoding');
  });

  test('is not compressed for a caller that does not accept it', async () => {
    for (const encoding of [null, 'identity', 'gzip;q=0', '*;q=0'])
      expect(codingOf(await send({ query: LARGE }, encoding))).toBeNull();
  });

  test('of a batch is compressed', async () => {
    const response = await send([{ query: LARGE }, { query: SMALL }], 'gzip');
    const results: unknown = JSON.parse(gunzipSync(await bytesOf(response)).toString());
    expect(results).toMatchObject([{ data: { customers: {} } }, { data: { customer: {} } }]);
  });
});

test('a small response is not compressed', async () => {
  expect(codingOf(await send({ query: SMALL }, 'gzip'))).toBeNull();
});

test('at most two responses are compressed at the same time', async () => {
  const responses = await Promise.all(Array.from({ length: 20 }, () => send({ query: LARGE }, 'gzip')));
  const bodies = await Promise.all(
    responses.map(async (response) => {
      const body = await bytesOf(response);
      return codingOf(response) === null ? body : gunzipSync(body);
    }),
  );
  expect(new Set(bodies.map(String)).size).toBe(1);
  expect(new Set(responses.map(codingOf))).toContain('gzip');
});

describe('a response with a credential is not compressed', () => {
  test.each([
    ['under an alias', { query: TOKENS }],
    [
      'in a fragment',
      {
        query: `${TOKENS.replace('{ kept: token }', '{ ...F }')} fragment F on StoredInstrument { ... { token } }`,
      },
    ],
    ['in a batch', [{ query: LARGE }, { query: TOKENS }]],
  ])('%s', async (_, body) => {
    const response = await send(body, 'gzip, br');
    expect(codingOf(response)).toBeNull();
    expect((await bytesOf(response)).toString()).toContain('"data":');
  });

  test('for every field of the schema whose name says that it is one', () => {
    const fields = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .flatMap((type) =>
        Object.values(type.getFields()).map(({ name, extensions }) => ({
          type: type.name,
          name,
          extensions,
        })),
      );
    const secret = fields.filter(({ name }) => /token|secret|password$/i.test(name));
    expect(secret.length).toBeGreaterThan(0);
    for (const { type, name, extensions } of secret)
      expect([type, name, extensions.isCredential]).toEqual([type, name, true]);
  });
});

test.each(['multipart/mixed;deferSpec=20220824', 'text/event-stream'])(
  'an incremental response as %s is not compressed',
  async (accept) => {
    const query = LARGE.replace('{ nodes', '{ ...@defer { pageInfo { hasNextPage } } nodes');
    const response = await send({ query }, 'gzip, br', accept);
    expect(codingOf(response)).toBeNull();
    expect(await response.text()).toContain('hasNextPage');
  },
);

test('metrics are compressed', async () => {
  const headers = { 'accept-encoding': 'gzip' };
  const response = await gateway.app.yoga.fetch('http://gateway/metrics', { headers });
  expect(gunzipSync(await bytesOf(response)).toString()).toContain('gateway_operations_total');
});

test('a file of GraphiQL is not compressed for a browser that refuses gzip', async () => {
  const page = await gateway.app.yoga.fetch('http://gateway/graphql', { headers: { accept: 'text/html' } });
  const [path = ''] = /\/graphql\/assets\/[\w-]+\/react\.js/.exec(await page.text()) ?? [];
  for (const [encoding, coding] of [
    ['gzip;q=0', null],
    ['gzip', 'gzip'],
  ] as const) {
    const headers = { 'accept-encoding': encoding };
    const response = await gateway.app.yoga.fetch(`http://gateway${path}`, { headers });
    expect(codingOf(response)).toBe(coding);
    const body = await bytesOf(response);
    expect(String(coding === null ? body : gunzipSync(body))).toContain('React');
  }
});
