import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { newCustomers, plainAddress } from './operations/case.ts';
import { type Json, startTestSandbox } from './support/store-client.ts';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: Json;
}

let receivers: Server[] = [];

afterEach(() => {
  for (const receiver of receivers) receiver.close();
  receivers = [];
});

/** A receiver that responds with these statuses in turn, and then always with the last one. */
async function openReceiver(...statuses: number[]) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    calls.push({ headers: request.headers, body, json: JSON.parse(body) });
    response.writeHead(statuses[calls.length - 1] ?? statuses.at(-1) ?? 200).end();
  });
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { calls, destination: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

test('sends customer events with a valid Standard Webhooks signature', async () => {
  const { calls, destination } = await openReceiver();
  const { sandbox, send } = await startTestSandbox({ customers: 3 });
  const headers = { 'x-shared-secret': 'abc' };
  const hook = await send('POST', '/hooks', { scope: 'store/customer/*', destination, headers });
  expect([hook.status, hook.json.data]).toEqual([
    200,
    expect.objectContaining({
      id: 1,
      client_id: 'sandbox-client',
      store_hash: 'sandbox',
      is_active: true,
      headers,
    }),
  ]);
  await send('POST', '/customers', newCustomers(1));
  await sandbox.webhooks.settled();
  const [call] = calls;
  expect(call?.json).toEqual({
    scope: 'store/customer/created',
    store_id: '1000001',
    data: { type: 'customer', id: 4, origin_channel_id: 1, channel_ids: null },
    created_at: expect.any(Number),
    producer: 'stores/sandbox',
    hash: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect(call?.headers).toMatchObject({
    ...headers,
    'webhook-id': call?.json.hash,
    'content-type': 'application/json',
  });
  const secret = Buffer.from('sandbox-secret').toString('base64');
  expect(new Webhook(secret).verify(call?.body ?? '', call?.headers as Record<string, string>)).toEqual(
    call?.json,
  );
});

test('sends exactly the events that the platform sends', async () => {
  const { calls, destination } = await openReceiver();
  const { sandbox, send } = await startTestSandbox({
    customers: 3,
    webhooks: { hooks: [{ scope: 'store/*', destination }] },
  });
  await send('PUT', '/customers', [{ id: 1, notes: 'x', channel_ids: [1, 2] }]);
  const { json } = await send('POST', '/customers/addresses', [plainAddress]);
  const [{ id }] = json.data;
  await send('PUT', '/customers/addresses', [{ id, city: 'Elsewhere' }]);
  await send('DELETE', `/customers/addresses?id:in=${id}`);
  const metafield = { permission_set: 'read', namespace: 'n', key: 'k', value: 'v' };
  const made = await send('POST', '/customers/1/metafields', metafield);
  await send('PUT', '/customers/attribute-values', [{ customer_id: 1, attribute_id: 1, value: 'Gold' }]);
  await send('PUT', '/customers/form-field-values', [{ customer_id: 1, name: 'Nickname', value: 'x' }]);
  await send('PUT', '/customers/1/consent', { allow: [], deny: [] });
  await send('PUT', '/customers/settings', {});
  await send('POST', '/customers', newCustomers(11));
  await sandbox.webhooks.settled();
  const events = calls.map((call) => [call.json.scope, call.json.data]);
  const address = { type: 'customer', id, address: { customer_id: 1 } };
  expect(new Map(events as [string, object][])).toEqual(
    new Map<string, object>([
      [
        'store/customer/updated',
        { type: 'customer', id: 1, origin_channel_id: expect.any(Number), channel_ids: [1, 2] },
      ],
      ['store/customer/channel/login/access/updated', { customer_id: 1, channel_ids: [1, 2] }],
      ['store/customer/address/created', address],
      ['store/customer/address/updated', address],
      ['store/customer/address/deleted', address],
      [
        'store/metafield/created',
        { metafield_id: made.json.data.id, resource_id: '1', resource_type: 'customer', namespace: 'n' },
      ],
    ]),
  );
});

test('retries after the delays of the platform, and publishes an exception event', async () => {
  const { calls, destination } = await openReceiver(500, 500, 200);
  const exceptions = await openReceiver();
  const waits: number[] = [];
  const { sandbox, send } = await startTestSandbox({
    customers: 1,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    webhooks: {
      retryFactor: 0.001,
      hooks: [
        { scope: 'store/customer/created', destination },
        { scope: 'store/hook/deliveryException', destination: exceptions.destination },
      ],
    },
  });
  await send('POST', '/customers', newCustomers(1));
  await sandbox.webhooks.settled();
  expect(waits).toEqual([60, 180]);
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const attempts = sandbox.webhooks.deliveries().filter(({ hookId }) => hookId === 1);
  expect(attempts.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
  expect(exceptions.calls.map(({ json }) => json.data)).toMatchObject([
    { type: 'webhook', id: 1, error_code: 90_001 },
  ]);
});

test('deactivates a webhook after the last attempt', async () => {
  const { calls, destination } = await openReceiver(503);
  const { sandbox, send, get } = await startTestSandbox({
    customers: 1,
    sleep: async () => undefined,
    webhooks: { hooks: [{ scope: 'store/customer/*', destination }] },
  });
  await send('POST', '/customers', newCustomers(1));
  await sandbox.webhooks.settled();
  expect(calls).toHaveLength(12);
  expect((await get('/hooks/1')).json.data.is_active).toBe(false);
});

test('validates webhooks and hides them from other accounts', async () => {
  const { get, send } = await startTestSandbox({ customers: 1 });
  const hook = { scope: 'store/customer/*', destination: 'https://receiver.example.com/hook' };
  await send('POST', '/hooks', hook);
  const other = { 'X-Auth-Token': 'sandbox-read-only' };
  expect((await get('/hooks')).json.meta.pagination.total).toBe(1);
  expect((await get('/hooks', other)).json.data).toEqual([]);
  expect((await get('/hooks/1', other)).status).toBe(404);
  expect((await send('POST', '/hooks', hook)).status).toBe(422);
  const insecure = await send('POST', '/hooks', { ...hook, destination: 'http://receiver.example.com/' });
  expect([insecure.status, Object.keys(insecure.json.errors)]).toEqual([422, ['destination']]);
  expect((await send('PUT', '/hooks/1', { is_active: false })).json.data.is_active).toBe(false);
  expect((await send('DELETE', '/hooks/1')).status).toBe(200);
});
