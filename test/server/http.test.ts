import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, json, startHostileStore } from '../support/hostile-store.ts';

const GRAPHQL = 'application/graphql-response+json';
const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore({ '/customers': json({ data: [{ id: 1 }] }) });
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

describe('an operation of which nothing runs', () => {
  test.each([
    ['that cannot be parsed', { query: '{ customer' }, 'GRAPHQL_PARSE_FAILED'],
    ['that is empty', { query: '' }, 'GRAPHQL_PARSE_FAILED'],
    ['that asks for what is not there', { query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED'],
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
      'with two ways to name one customer',
      {
        query: 'query ($by: CustomerBy!) { customer(by: $by) { entityId } }',
        variables: { by: { entityId: 1, email: 'a@example.com' } },
      },
      'BAD_USER_INPUT',
    ],
    [
      'with a moment that is none',
      {
        query: 'query ($at: DateTime) { customers(filter: { createdAt: { min: $at } }) { totalCount } }',
        variables: { at: '2024-02-30T00:00:00Z' },
      },
      'BAD_USER_INPUT',
    ],
  ])('%s is 400, and 200 for who accepts application/json alone', async (_name, body, code) => {
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
  });

  test.each([
    ['a body that is no JSON', '{oops', 400],
    ['a batch', [{ query: QUERY }], 400],
    ['a query that is no text', { query: 5 }, 400],
    ['variables that are no object', { query: QUERY, variables: 5 }, 400],
    ['no query at all', {}, 400],
    ['two operations and no name', { query: 'query A { __typename } query B { __typename }' }, 400],
    ['a body of more than a megabyte', { query: QUERY, filler: 'x'.repeat(1_000_001) }, 413],
  ])('because the request is %s is BAD_USER_INPUT', async (_name, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });
});

test('an operation of which a part failed is 200', async () => {
  const response = await post({
    query: `{ bad: customers(first: 999) { totalCount } ok: node(id: "x") { id } }`,
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ data: { bad: null, ok: null } });
});

describe('a request', () => {
  test('by GET answers a query', async () => {
    const search = `?${new URLSearchParams({ query: QUERY })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect([response.status, await response.json()]).toEqual([200, { data: { customer: { entityId: 1 } } }]);
  });

  test('by GET takes variables', async () => {
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

  // A form on any web page can send the first three without asking the browser's permission.
  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    'text/html',
  ])('by POST of %s is not taken', async (type) => {
    const callsBefore = store.calls.length;
    const body = type.endsWith('urlencoded') ? `query=${encodeURIComponent(QUERY)}` : QUERY;
    expect((await post(body, { type })).status).toBe(415);
    expect(store.calls).toHaveLength(callsBefore);
  });

  test.each(['application/json', 'application/json; charset=utf-8'])(
    'by POST of %s is taken',
    async (type) => {
      expect((await post({ query: QUERY }, { type })).status).toBe(200);
    },
  );

  test.each(['gzip', 'br', 'deflate', 'zstd'])('with a body packed by %s is not taken', async (packing) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': packing };
    const response = await send({ method: 'POST', headers, body: JSON.stringify({ query: QUERY }) });
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test('by GET with variables that are no JSON is 400', async () => {
    const search = `?${new URLSearchParams({ query: QUERY, variables: '{oops' })}`;
    const response = await send({ headers: { accept: GRAPHQL } }, search);
    expect([response.status, await codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('that is no request of GraphQL is 400 whatever answer is accepted', async () => {
    expect((await post('{oops', { accept: 'application/json' })).status).toBe(400);
    expect((await post({}, { accept: 'application/json' })).status).toBe(400);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('by %s is 405', async (method) => {
    expect((await send({ method, headers: { accept: GRAPHQL } })).status).toBe(405);
  });

  test('that accepts nothing we speak is 406', async () => {
    expect((await post({ query: QUERY }, { accept: 'text/csv' })).status).toBe(406);
  });

  test('from a page of another site gets no leave to read the answer', async () => {
    const response = await send({
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('beside GraphQL', () => {
  const get = (path: string, init: RequestInit = {}) => gateway.app.yoga.fetch(`http://gateway${path}`, init);

  test('health is told', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reasons: [], limits: [] }]);
  });

  test('metrics count the calls to the store, by operation and status', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(
      /^gateway_upstream_calls_total\{operation="getCustomers",status="200"\} \d+$/m,
    );
  });

  test('the root leads to GraphiQL', async () => {
    const response = await get('/', { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  test('nothing is written to', async () => {
    const response = await get('/metrics', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('there is nothing else', async () => {
    expect((await get('/nowhere')).status).toBe(404);
  });
});
