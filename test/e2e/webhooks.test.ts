import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhooksCommand } from '../../src/cli/webhooks.ts';
import { listen } from '../../src/server/listen.ts';
import type { WebhookSettings } from '../../src/server/store-cache.ts';
import type { Json } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';
import {
  deliver,
  eventBody,
  hooksOf,
  postWebhook,
  registerWebhooks,
  signatureHeaders,
  WEBHOOK_HEADERS,
  WEBHOOK_SECRET,
  webhookSettings,
} from '../support/webhooks.ts';

const UPDATED = { scope: 'store/customer/updated', data: { type: 'customer', id: 5 } };
const AGES = { withEventsMs: 3_600_000, withoutEventsMs: 10_000, consentMs: 0, ifErrorMs: 0 };

const clock = { ms: 0 };
let gateway: Awaited<ReturnType<typeof startWith>>;

async function startWith(settings: Partial<WebhookSettings> = {}) {
  clock.ms = Date.now();
  const started = await startGatewayOnSandbox(
    { customers: 30 },
    {
      cache: { ages: AGES, maxBytes: 10_000_000, now: () => clock.ms },
      webhooks: webhookSettings(settings),
    },
  );
  await registerWebhooks(started.sandbox, settings.url?.());
  await started.app.storeCache?.hookWatch?.check();
  started.calls();
  return started;
}

beforeEach(async () => {
  gateway = await startWith();
});
afterEach(() => gateway.close());

async function firstName(id = 5): Promise<unknown> {
  const query = `{ customer(by: { entityId: ${id} }) { firstName } }`;
  const { data } = (await (await post(gateway, { query })).json()) as Json;
  return data.customer?.firstName;
}

async function cities(id = 5): Promise<unknown[]> {
  const query = `{ customer(by: { entityId: ${id} }) { addresses { nodes { entityId city } } } }`;
  const { data } = (await (await post(gateway, { query })).json()) as Json;
  return data.customer.addresses.nodes;
}

/** Makes a call as another app would. */
async function callElsewhere(method: string, path: string, body?: unknown): Promise<void> {
  await fetch(`${gateway.sandbox.url}${path}`, {
    method,
    headers: { 'x-auth-token': gateway.sandbox.token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  gateway.calls();
}

const renameElsewhere = (name: string, id = 5) =>
  callElsewhere('PUT', '/customers', [{ id, first_name: name }]);

async function readiness(): Promise<Json> {
  const response = await gateway.app.yoga.fetch('http://gateway/health/ready');
  return { http: response.status, ...((await response.json()) as object) };
}

async function metric(name: string): Promise<string | undefined> {
  const text = await (await gateway.app.yoga.fetch('http://gateway/metrics')).text();
  return text.split('\n').find((line) => line.startsWith(name));
}

describe('an event', () => {
  test('makes the next read ask the store, also if it arrives twice', async () => {
    await firstName();
    await renameElsewhere('One');
    await deliver(gateway, UPDATED);
    expect(await firstName()).toBe('One');
    await renameElsewhere('Two');
    await deliver(gateway, UPDATED);
    expect(await firstName()).toBe('Two');
  });

  test('concerns no other customer', async () => {
    await firstName(5);
    await firstName(6);
    gateway.calls();
    await deliver(gateway, UPDATED);
    await firstName(6);
    expect(gateway.calls()).toEqual([]);
  });

  test('of an address concerns its customer', async () => {
    const [first] = (await cities()) as [{ entityId: number }];
    await callElsewhere('DELETE', `/customers/addresses?id:in=${first.entityId}`);
    await deliver(gateway, {
      scope: 'store/customer/address/deleted',
      data: { type: 'customer', id: first.entityId, address: { customer_id: 5 } },
    });
    expect(await cities()).not.toContainEqual(first);
  });

  test('of a deletion makes the customer absent', async () => {
    await firstName();
    await callElsewhere('DELETE', '/customers?id:in=5');
    await deliver(gateway, { scope: 'store/customer/deleted', data: { type: 'customer', id: 5 } });
    expect(await firstName()).toBeUndefined();
  });

  test('of a customer that the cache knows as absent makes the next read ask the store', async () => {
    expect(await firstName(31)).toBeUndefined();
    await callElsewhere('POST', '/customers', [
      { email: 'new@example.org', first_name: 'New', last_name: 'One' },
    ]);
    await deliver(gateway, { scope: 'store/customer/created', data: { type: 'customer', id: 31 } });
    expect(await firstName(31)).toBe('New');
  });

  test('without a usable id concerns everything', async () => {
    await firstName();
    await renameElsewhere('Changed');
    await deliver(gateway, { scope: 'store/customer/updated', data: { id: 'x' } });
    expect(await firstName()).toBe('Changed');
  });

  test('keeps a later read from joining one that began before it', async () => {
    gateway.sandbox.faults.set([
      { operations: ['getCustomers'], maxCalls: 1, fault: { kind: 'latency', ms: 200 } },
    ]);
    const early = firstName();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await renameElsewhere('Changed');
    await deliver(gateway, UPDATED);
    expect(await firstName()).toBe('Changed');
    await early;
    expect(await firstName()).toBe('Changed');
  });

  test('with a scope that is not known is accepted and counted', async () => {
    await deliver(gateway, { scope: 'store/cart/created', data: { id: 'x' } });
    await deliver(gateway, UPDATED);
    expect(await metric('gateway_webhooks_total{outcome="unknown-scope"}')).toMatch(/ 1$/);
    expect(await metric('gateway_webhooks_total{outcome="accepted"}')).toMatch(/ 1$/);
  });
});

describe('the endpoint', () => {
  test('answers 401 without the secret, and with another one', async () => {
    const body = eventBody(UPDATED);
    expect((await postWebhook(gateway, body, {})).status).toBe(401);
    expect((await postWebhook(gateway, body, { 'x-webhook-secret': 'other' })).status).toBe(401);
    expect((await postWebhook(gateway, body, { 'x-webhook-secret': '' })).status).toBe(401);
    expect(await metric('gateway_webhooks_total{outcome="refused"}')).toMatch(/ 3$/);
  });

  test('answers 404 to an event of another store, which has no effect', async () => {
    await firstName();
    gateway.calls();
    const body = eventBody({ ...UPDATED, producer: 'stores/other' });
    expect((await postWebhook(gateway, body)).status).toBe(404);
    await firstName();
    expect(gateway.calls()).toEqual([]);
  });

  test('answers 400 to a body that is no event, and 413 to one that is too long', async () => {
    expect((await postWebhook(gateway, 'null')).status).toBe(400);
    expect((await postWebhook(gateway, '{')).status).toBe(400);
    expect((await postWebhook(gateway, ' '.repeat(70_000))).status).toBe(413);
  });

  test('reports what has arrived to a request with the secret', async () => {
    await deliver(gateway, UPDATED);
    const url = 'http://gateway/webhooks/bigcommerce';
    const response = await gateway.app.yoga.fetch(url, { headers: WEBHOOK_HEADERS });
    expect(await response.json()).toEqual({
      lastEventAt: expect.stringMatching(/^\d{4}-/),
      isSilent: false,
      events: 1,
      signatures: { valid: 0, invalid: 0, absent: 1, 'unknown-key': 0 },
    });
    expect((await gateway.app.yoga.fetch(url)).status).toBe(401);
  });

  test('accepts either of two secrets while one replaces the other', async () => {
    await gateway.close();
    gateway = await startWith({ secrets: () => ['new-secret', WEBHOOK_SECRET] });
    const body = eventBody(UPDATED);
    expect((await postWebhook(gateway, body)).status).toBe(200);
    expect((await postWebhook(gateway, body, { 'x-webhook-secret': 'new-secret' })).status).toBe(200);
  });

  test('requires a valid signature over the body if that is configured', async () => {
    await gateway.close();
    gateway = await startWith({ signingSecrets: () => ['client-secret'], requiresSignature: true });
    const body = eventBody(UPDATED);
    const send = (sent: string, signature: Record<string, string>) =>
      postWebhook(gateway, sent, { ...WEBHOOK_HEADERS, ...signature });
    expect((await send(body, signatureHeaders(body, 'client-secret'))).status).toBe(200);
    expect((await send(`${body} `, signatureHeaders(body, 'client-secret'))).status).toBe(401);
    expect((await send(body, signatureHeaders(body, 'other-secret'))).status).toBe(401);
    expect((await send(body, signatureHeaders(body, 'client-secret', Date.now() - 600_000))).status).toBe(
      401,
    );
    expect((await send(body, {})).status).toBe(401);
  });

  test('is not there without webhooks', async () => {
    const plain = await startGatewayOnSandbox();
    expect((await postWebhook(plain, eventBody(UPDATED))).status).toBe(404);
    await plain.close();
  });
});

describe('a webhook that is off', () => {
  test('shortens the age of answers, and makes readiness degraded', async () => {
    expect(await readiness()).toMatchObject({ http: 200, status: 'ready' });
    const hooks = hooksOf(gateway.sandbox);
    const [hook] = await hooks.list();
    await callElsewhere('PUT', `/hooks/${hook?.id}`, { is_active: false });
    await gateway.app.storeCache?.hookWatch?.check();
    expect(await readiness()).toMatchObject({
      http: 200,
      status: 'degraded',
      reasons: ['webhooks: store/customer/* is switched off'],
    });
    expect(await metric('gateway_webhooks_arriving')).toMatch(/ 0$/);
    await firstName();
    await renameElsewhere('Changed');
    clock.ms += 10_001;
    expect(await firstName()).toBe('Changed');
  });

  test('may have missed events, so nothing of that time is used when it is on again', async () => {
    const hooks = hooksOf(gateway.sandbox);
    await callElsewhere('PUT', '/hooks/1', { is_active: false });
    await gateway.app.storeCache?.hookWatch?.check();
    await firstName();
    await renameElsewhere('Changed');
    await webhooksCommand('register', {
      hooks,
      url: webhookSettings().url(),
      secrets: [WEBHOOK_SECRET],
    });
    await gateway.app.storeCache?.hookWatch?.check();
    expect(await firstName()).toBe('Changed');
  });
});

describe('a search for changes', () => {
  test('finds a change that no event has announced', async () => {
    await firstName();
    clock.ms = Date.now();
    await renameElsewhere('Changed');
    await gateway.app.storeCache?.searchChanges();
    expect(await firstName()).toBe('Changed');
  });
});

describe('the command', () => {
  const options = () => ({
    hooks: hooksOf(gateway.sandbox),
    url: webhookSettings().url(),
    secrets: [WEBHOOK_SECRET],
  });

  test('registers, lists, checks, repairs and removes webhooks', async () => {
    expect((await webhooksCommand('remove', options())).output).toHaveLength(3);
    expect(await webhooksCommand('check', options())).toMatchObject({
      failed: true,
      messages: [
        'store/customer/* is not registered',
        'store/metafield/* is not registered',
        'store/hook/deliveryException is not registered',
      ],
    });
    expect((await webhooksCommand('register', options())).output).toEqual([
      'store/customer/*: registered',
      'store/metafield/*: registered',
      'store/hook/deliveryException: registered',
    ]);
    const { output } = await webhooksCommand('list', options());
    expect(output[0]).toMatch(/^\d+ on {2}store\/customer\/\* http:\/\/127/);
    const id = Number(output[0]?.split(' ')[0]);
    await callElsewhere('PUT', `/hooks/${id}`, { is_active: false, headers: { 'X-Webhook-Secret': 'old' } });
    expect((await webhooksCommand('check', options())).messages).toEqual([
      'store/customer/* is switched off',
    ]);
    expect((await webhooksCommand('register', options())).output[0]).toBe('store/customer/*: repaired');
    expect(await webhooksCommand('check', options())).toMatchObject({ failed: false, messages: [] });
  });

  test('says what has arrived at the gateway, and whether it was signed', async () => {
    await gateway.close();
    const url = { current: webhookSettings().url() };
    gateway = await startWith({ url: () => url.current, signingSecrets: () => ['sandbox-secret'] });
    const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
    url.current = `${listener.url}/webhooks/bigcommerce`;
    const settings = { ...options(), url: url.current };
    await webhooksCommand('remove', options());
    await webhooksCommand('register', settings);
    await firstName();
    await renameElsewhere('Changed');
    // The event arrives over HTTP, signed by the sandbox.
    await expect.poll(() => firstName()).toBe('Changed');
    const { output } = await webhooksCommand('check', settings);
    expect(output).toEqual([
      'all webhooks are registered and on',
      expect.stringMatching(/^last event, at any replica: \d{4}-/),
      'events with the secret header, at the replica that answered: 1',
      'their signatures: 1 valid, 0 invalid, 0 absent, 0 unknown-key',
    ]);
    await listener.stop();
  });
});
