import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import type { WebhookArrivals } from '../../src/server/webhooks/endpoint.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { findRedisForTest } from '../support/redis-server.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../support/two-replicas.ts';
import {
  deliver,
  eventBody,
  postWebhook,
  registerWebhooks,
  WEBHOOK_HEADERS,
  webhookSettings,
} from '../support/webhooks.ts';

const program = findRedisForTest('two gateways with webhooks');
const AGES = { withEventsMs: 600_000, withoutEventsMs: 1_000, consentMs: 0, ifErrorMs: 0 };
const INTERVAL_MS = 600_000;
/** Long enough for a change not to count as announced by what the start of a gateway has invalidated. */
const SOON_MS = 20_000;
/** After the time in which an event may still arrive. */
const LATER_MS = 90_000;

let replicas: TwoReplicas;
let sandbox: Sandbox;
let one: Gateway;
let other: Gateway;

const cacheOf = ({ app }: Gateway) => {
  if (app.storeCache === null) throw new Error('the cache is off');
  return app.storeCache;
};
const watchOf = (gateway: Gateway) => {
  const { hookWatch } = cacheOf(gateway);
  if (hookWatch === null) throw new Error('there are no webhooks');
  return hookWatch;
};
const callsTo = (part: string) => sandbox.requests.list().filter(({ path }) => path.includes(part)).length;

describe.skipIf(program === null)('two gateways with webhooks', () => {
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    replicas = await startTwoReplicas(program ?? '');
    sandbox = await startSandbox({ customers: 20, quota: 0, now: () => Date.now() });
    await registerWebhooks(sandbox);
    const start = (view: TwoReplicas['one']) =>
      createGateway({
        ...{ baseUrl: sandbox.url, accessToken: sandbox.token, replicas: view },
        cache: {
          ...{ ages: AGES, maxBytes: 10_000_000 },
          ...{ sweepIntervalMs: INTERVAL_MS, checkIntervalMs: INTERVAL_MS },
        },
        webhooks: webhookSettings(),
      });
    [one, other] = [start(replicas.one), start(replicas.other)];
    sandbox.requests.clear();
  });
  afterEach(async () => {
    await one.close();
    await other.close();
    await replicas.close();
    await sandbox.close();
    vi.useRealTimers();
  });

  /** On the clocks of the gateways and the store. */
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  async function changeElsewhere(id: number): Promise<void> {
    await fetch(`${sandbox.url}/customers`, {
      method: 'PUT',
      headers: { 'x-auth-token': sandbox.token, 'content-type': 'application/json' },
      body: JSON.stringify([{ id, first_name: 'Changed' }]),
    });
  }

  test('check the webhooks and search for changes once in an interval, and both know the result', async () => {
    for (const gateway of [one, other]) cacheOf(gateway).start();
    await until(() => watchOf(one).eventsArrive() && watchOf(other).eventsArrive());
    await until(() => callsTo('/customers/metafields') > 0);
    expect(callsTo('/hooks')).toBe(1);
    expect(callsTo('/customers/attribute-values')).toBe(1);
  });

  test('an event that one has received counts when the other searches', async () => {
    await watchOf(one).check();
    await watchOf(other).sync();
    pass(SOON_MS);
    await changeElsewhere(5);
    await deliver(one, { scope: 'store/customer/updated', data: { id: 5, type: 'customer' } });
    pass(LATER_MS);
    await cacheOf(other).searchChanges();
    expect(watchOf(other).eventsArrive()).toBe(true);
  });

  test('one that cannot reach Redis takes no event, so the store sends it again, to the other or later', async () => {
    const body = eventBody({ scope: 'store/customer/updated', data: { id: 5, type: 'customer' } });
    replicas.server.freeze();
    await until(() => !replicas.one.isAvailable());
    expect((await postWebhook(one, body)).status).toBe(503);
    // Nobody else learns from that how the replicas are.
    expect((await postWebhook(one, body, {})).status).toBe(401);
    replicas.server.thaw();
    await until(() => replicas.one.isAvailable());
    expect((await postWebhook(one, body)).status).toBe(200);
  });

  test('a change that no event announced to any makes the webhooks silent for both, until one receives an event', async () => {
    await watchOf(one).check();
    await watchOf(other).sync();
    // What was kept before they knew that events arrive is unusable by now.
    for (const gateway of [one, other])
      await gateway.executeText('{ customers(first: 1) { nodes { entityId } } }');
    pass(SOON_MS);
    await changeElsewhere(5);
    pass(LATER_MS);
    await cacheOf(other).searchChanges();
    expect(watchOf(other).eventsArrive()).toBe(false);
    while (watchOf(one).eventsArrive()) await watchOf(one).sync();
    await deliver(one, { scope: 'store/customer/updated', data: { id: 6, type: 'customer' } });
    expect(watchOf(one).eventsArrive()).toBe(true);
    while (!watchOf(other).eventsArrive()) await watchOf(other).sync();
  });

  test('each reports when any of them last received an event, and whether they are silent', async () => {
    const reportOf = async ({ app }: Gateway): Promise<WebhookArrivals> =>
      (await app.yoga.fetch('http://gateway/webhooks/bigcommerce', { headers: WEBHOOK_HEADERS })).json();
    expect(await reportOf(other)).toMatchObject({ lastEventAt: null, isSilent: false });
    await deliver(one, { scope: 'store/customer/updated', data: { id: 5, type: 'customer' } });
    const arrivedAt = new Date(Date.now()).toISOString();
    // The note of the event is on its way to Redis.
    await until(async () => (await reportOf(other)).lastEventAt !== null);
    expect(await reportOf(other)).toMatchObject({ lastEventAt: arrivedAt, isSilent: false, events: 0 });
    pass(SOON_MS);
    watchOf(one).noteMissed(Date.now());
    await until(async () => (await reportOf(other)).isSilent);
    pass(SOON_MS);
    await deliver(one, { scope: 'store/customer/updated', data: { id: 5, type: 'customer' } });
    await until(async () => !(await reportOf(other)).isSilent);
    expect((await reportOf(one)).events).toBe(2);
  });

  test('one goes on with the search where the other has ended', async () => {
    await cacheOf(one).searchChanges();
    pass(INTERVAL_MS);
    sandbox.requests.clear();
    await cacheOf(one).searchChanges();
    await cacheOf(other).searchChanges();
    const searches = sandbox.requests.list().filter(({ path }) => path.endsWith('/customers'));
    const from = searches.map(({ query }) => new URLSearchParams(query).get('date_modified:min') ?? '');
    const [first = 0, second = 0] = from.map((date) => Date.parse(date));
    expect(second - first).toBe(INTERVAL_MS);
  });
});
