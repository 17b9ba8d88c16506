import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../../support/hostile-store.ts';

const GRAPHQL = 'application/graphql-response+json';
const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore({ '/customers': respondJson({ data: [{ id: 1 }] }) });
  gateway = createGateway({ baseUrl: store.url });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

function send(init: RequestInit, search = ''): Promise<Response> | Response {
  return gateway.app.yoga.fetch(`http://gateway/graphql${search}`, init);
}

function post(body: unknown, { accept = GRAPHQL, type = 'application/json' } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send({ method: 'POST', headers: { accept, 'content-type': type }, body: text });
}

async function codeOf(response: Response): Promise<unknown> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors[0]?.extensions.code;
}

describe('an operation that does not run', () => {
  test.each([
    ['with a syntax error', { query: '{ customer' }, 'GRAPHQL_PARSE_FAILED'],
    ['without a document', { query: '' }, 'GRAPHQL_PARSE_FAILED'],
    ['with an unknown field', { query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with a literal of the wrong type',
      { query: '{ customer(by: { entityId: "one" }) { entityId } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'without a required variable',
      { query: 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }' },
      'BAD_USER_INPUT',
    ],
    [
      'with a variable of the wrong type',
      {
        query: 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }',
        variables: { id: 'one' },
      },
      'BAD_USER_INPUT',
    ],
    [
      'with two keys in a OneOf input',
      {
        query: 'query ($by: CustomerBy!) { customer(by: $by) { entityId } }',
        variables: { by: { entityId: 1, email: 'a@example.com' } },
      },
      'BAD_USER_INPUT',
    ],
    [
      'with an invalid date',
      {
        query: 'query ($at: DateTime) { customers(filter: { createdAt: { min: $at } }) { totalCount } }',
        variables: { at: '2024-02-30T00:00:00Z' },
      },
      'BAD_USER_INPUT',
    ],
  ])(
    'an operation %s is 400, and 200 if the client accepts only application/json',
    async (_name, body, code) => {
      const callsBefore = store.calls.length;
      const response = await post(body);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        400,
        `${GRAPHQL}; charset=utf-8`,
      ]);
      expect(await codeOf(response)).toBe(code);

      const plain = await post(body, { accept: 'application/json' });
      expect([plain.status, plain.headers.get('content-type')]).toEqual([
        200,
        'application/json; charset=utf-8',
      ]);
      expect(await codeOf(plain)).toBe(code);
      expect(store.calls).toHaveLength(callsBefore);
    },
  );

  test.each([
    ['a body that is not JSON', '{oops', 400],
    ['a batch', [{ query: QUERY }], 400],
    ['a query that is not a string', { query: 5 }, 400],
    ['variables that are not an object', { query: QUERY, variables: 5 }, 400],
    ['an object without a query', {}, 400],
    [
      'two operations without an operation name',
      { query: 'query A { __typename } query B { __typename }' },
      400,
    ],
    ['a body over one megabyte', { query: QUERY, filler: 'x'.repeat(1_000_001) }, 413],
  ])('a request with %s is BAD_USER_INPUT', async (_name, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });
});

test('an operation that fails partially is 200', async () => {
  const response = await post({
    query: `{ bad: customers(first: 999) { totalCount } ok: node(id: "x") { id } }`,
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ data: { bad: null, ok: null } });
});

describe('a request', () => {
  test('by GET runs a query', async () => {
    const search = `?${new URLSearchParams({ query: QUERY })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect([response.status, await response.json()]).toEqual([200, { data: { customer: { entityId: 1 } } }]);
  });

  test('by GET accepts variables', async () => {
    const query = 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }';
    const search = `?${new URLSearchParams({ query, variables: '{"id":1}' })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect(await response.json()).toEqual({ data: { customer: { entityId: 1 } } });
  });

  test('by GET never runs a mutation', async () => {
    const search = `?${new URLSearchParams({ query: 'mutation { anything }' })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  // An HTML form can send the first three cross-site without a CORS preflight.
  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    'text/html',
  ])('by POST of %s is rejected', async (type) => {
    const callsBefore = store.calls.length;
    const body = type.endsWith('urlencoded') ? `query=${encodeURIComponent(QUERY)}` : QUERY;
    expect((await post(body, { type })).status).toBe(415);
    expect(store.calls).toHaveLength(callsBefore);
  });

  test.each(['application/json', 'application/json; charset=utf-8'])(
    'by POST of %s is accepted',
    async (type) => {
      expect((await post({ query: QUERY }, { type })).status).toBe(200);
    },
  );

  test.each(['gzip', 'br', 'deflate', 'zstd'])(
    'with a body compressed by %s is rejected',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const response = await send({ method: 'POST', headers, body: JSON.stringify({ query: QUERY }) });
      expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect(await codeOf(response)).toBe('BAD_USER_INPUT');
    },
  );

  test('by GET with variables that are not JSON is 400', async () => {
    const search = `?${new URLSearchParams({ query: QUERY, variables: '{oops' })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect([response.status, await codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('that is not a GraphQL request is 400 even for application/json', async () => {
    expect((await post('{oops', { accept: 'application/json' })).status).toBe(400);
    expect((await post({}, { accept: 'application/json' })).status).toBe(400);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('by %s is 405', async (method) => {
    expect((await send({ method, headers: { accept: GRAPHQL } })).status).toBe(405);
  });

  test('that accepts no supported media type is 406', async () => {
    expect((await post({ query: QUERY }, { accept: 'text/csv' })).status).toBe(406);
  });

  test('from another origin gets no CORS headers', async () => {
    const response = await send({
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the operational endpoints', () => {
  const get = (path: string, init: RequestInit = {}) => gateway.app.yoga.fetch(`http://gateway${path}`, init);

  test('report liveness and readiness', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reasons: [], limits: [] }]);
  });

  test('serve metrics with the calls to the store by operation and status', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(
      /^gateway_upstream_calls_total\{operation="getCustomers",status="200"\} \d+$/m,
    );
  });

  test('redirect the root to GraphiQL', async () => {
    const response = await get('/', { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  test('reject writes with 405', async () => {
    const response = await get('/metrics', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('respond to any other path with 404', async () => {
    expect((await get('/nowhere')).status).toBe(404);
  });
});
