import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { type HostileStore, respondJson, startHostileStore } from '../../support/hostile-store.ts';
import { jsonPost } from '../../support/post.ts';

const TOKEN = 'the-secret-access-token';

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore({
    '/customers': respondJson({
      data: [{ id: 1, email: 'ana.reis@example.com', last_name: 'Reis', notes: 'shy' }],
    }),
    '/customers/addresses': respondJson({ status: 422, title: 'No "Kaai 1" of ana.reis@example.com' }, 422),
  });
  gateway = createGateway({ baseUrl: store.url, accessToken: TOKEN });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

interface Line {
  readonly msg: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

/** The lines logged while `run` runs. */
async function logged(run: () => unknown): Promise<Line[]> {
  const from = gateway.log.length;
  await run();
  return gateway.log.slice(from).map((line) => JSON.parse(line) as Line);
}

async function send(body: object, init: RequestInit = {}): Promise<Response> {
  return gateway.app.yoga.fetch('http://gateway/graphql', {
    ...jsonPost(body, { accept: 'application/graphql-response+json' }),
    ...init,
  });
}

test('logs one line per request, with the request and its result', async () => {
  const lines = await logged(() =>
    send({ query: '{ customer(by: { entityId: 1 }) { email } customerAddress(entityId: 1) { city } }' }),
  );
  const requests = lines.filter(({ msg }) => msg === 'request');
  expect(requests).toEqual([
    {
      level: 30,
      time: expect.any(Number),
      pid: expect.any(Number),
      hostname: expect.any(String),
      msg: 'request',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'POST',
      path: '/graphql',
      status: 200,
      durationMs: expect.any(Number),
      client: expect.stringMatching(/^client:[\w-]{22}$/),
      caller: 'anyone',
      operationType: 'query',
      errorCodes: ['UPSTREAM_REJECTED'],
    },
  ]);
  const calls = lines.filter(({ msg }) => msg === 'upstream call');
  expect(calls.map(({ operation, status }) => [operation, status]).toSorted()).toEqual([
    ['getCustomers', 200],
    ['getCustomersAddresses', 422],
  ]);
});

test('each response has the unique request id of its log line', async () => {
  const ids: (string | null)[] = [];
  const lines = await logged(async () => {
    for (const query of ['{ __typename }', '{ nope }', '{']) {
      ids.push((await send({ query })).headers.get('x-request-id'));
    }
  });
  expect(lines.map(({ requestId }) => requestId)).toEqual(ids);
  expect(new Set(ids).size).toBe(3);
});

test('the log contains no documents, variables, operation names, responses or query strings', async () => {
  const personal = 'ben.ott@example.com';
  const lookup = 'query ($email: String!) { customer(by: { email: $email }) { email lastName notes } }';
  const lines = await logged(async () => {
    await send({ query: lookup, variables: { email: personal } });
    await send({ query: lookup, variables: { email: { of: personal } } });
    await send({
      query: `query BenOtt { customer(by: { email: "${personal}" }) { email } }`,
      operationName: 'BenOtt',
    });
    await send({ query: `{ customer(by: { email: "${personal}," }) { email } }` });
    await send({ query: `{ customer(by: { entityId: "${personal}" }) { email } }` });
    await send({ query: `{ customerAddress(entityId: 1) { city } } "${personal}"` });
    await send({ query: '{ customerAddress(entityId: 1) { city } }' });
    const search = new URLSearchParams({ query: `{ customer(by: { email: "${personal}" }) { email } }` });
    await gateway.app.yoga.fetch(`http://gateway/graphql?${search}`, {
      headers: { authorization: `Bearer ${TOKEN}`, cookie: `me=${personal}` },
    });
    await gateway.app.yoga.fetch('http://gateway/health/ready');
  });
  expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThanOrEqual(9);
  expect(JSON.stringify(lines)).not.toMatch(/example\.com|Ott|ott|Reis|reis|shy|Kaai/);
  expect(JSON.stringify(lines)).not.toContain(TOKEN);
});
