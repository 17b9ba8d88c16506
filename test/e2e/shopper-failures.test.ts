import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keyWith, shopper } from '../support/callers.ts';
import { createGateway } from '../support/gateway.ts';
import { closedPort, respondJson, respondWith, startHostileStore } from '../support/hostile-store.ts';

const SECRETS = 'The access token of db7.example.org needs the scope store_v2_customers';
const problem = (status: number) =>
  respondWith(status, { 'content-type': 'application/json' }, JSON.stringify({ status, title: SECRETS }));

const CUSTOMER = { id: 7, email: 'ana@example.org', first_name: 'Ana', last_name: 'Reis' };
const READ = '{ viewer { customer { email } } }';
const WRITE = `mutation { updateCustomers(input: { customers: [{ entityId: 7, phone: "1" }] }) {
  results { outcome errors { code message upstreamStatus } } } }`;

/** A clock at 20 times the speed, because reading back lost writes takes seconds. */
const FAST_CLOCK = { now: () => performance.now() * 20, sleep: (ms: number) => delay(ms / 20) };

async function ask(baseUrl: string, caller: ReturnType<typeof shopper>) {
  const gateway = createGateway({ baseUrl, lateWriteMs: 0, clock: FAST_CLOCK });
  const answers = [await gateway.as(caller).executeText(READ), await gateway.as(caller).executeText(WRITE)];
  await gateway.close();
  return { text: JSON.stringify(answers), log: gateway.log.join('\n') };
}

/** What must not be said to a shopper: the token, the scope, hosts, network errors, REST calls. */
const INTERNALS =
  /token|scope|example\.org|127\.0\.0\.1|ECONN|socket|JSON|GET|PUT|\/customers|"upstreamStatus":40/;

test.each([
  [401, 'UPSTREAM_UNAUTHENTICATED'],
  [403, 'UPSTREAM_FORBIDDEN'],
  [500, 'UPSTREAM_UNAVAILABLE'],
])(
  'a shopper learns nothing of a store that answers %i except the code; the log keeps the reason',
  async (status, code) => {
    const store = await startHostileStore({}, problem(status));
    const { text, log } = await ask(store.url, shopper(7));
    await store.close();
    expect(text).toContain(code);
    expect(text).not.toMatch(INTERNALS);
    const line = log.split('\n').find((each) => each.includes('"store failure"')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ code, status, reason: expect.stringContaining(String(status)) });
  },
);

test('a shopper learns nothing of the network or of unreadable responses', async () => {
  const store = await startHostileStore({}, respondWith(200, {}, SECRETS));
  const unreadable = await ask(store.url, shopper(7));
  await store.close();
  const refused = await ask(`http://127.0.0.1:${await closedPort()}/v3`, shopper(7));
  expect(unreadable.text).toContain('UPSTREAM_BAD_RESPONSE');
  expect(refused.text).toContain('UPSTREAM_UNAVAILABLE');
  for (const { text } of [unreadable, refused]) expect(text).not.toMatch(INTERNALS);
  expect(refused.log).toContain('ECONNREFUSED');
});

test('a shopper still learns what the store says about the item', async () => {
  const rejection = { status: 422, title: 'Invalid', errors: { '0.phone': 'phone is too short' } };
  const store = await startHostileStore({}, (socket, request) =>
    request.method === 'GET'
      ? respondJson({ data: [CUSTOMER] })(socket, request)
      : respondWith(422, { 'content-type': 'application/json' }, JSON.stringify(rejection))(socket, request),
  );
  const { text } = await ask(store.url, shopper(7));
  await store.close();
  expect(text).toContain('phone is too short');
});

test('a backend learns why the store refused it', async () => {
  const store = await startHostileStore({}, problem(401));
  const gateway = createGateway({ baseUrl: store.url });
  const { errors } = await gateway
    .as(keyWith('customers:read'))
    .executeText('{ customer(by: { entityId: 7 }) { email } }');
  await gateway.close();
  await store.close();
  expect(errors[0]?.message).toMatch(/^The store answered GET \/customers with 401/);
});
