import { request } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Listener, listen } from '../../../src/server/listen.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import {
  type HostileStore,
  noResponse,
  respondJson,
  startHostileStore,
} from '../../support/hostile-store.ts';
import { jsonPost } from '../../support/post.ts';
import { scrapeMetrics } from '../../support/prometheus-text.ts';

const QUERY = '{ customer(by: { entityId: 1 }) { entityId ...@defer { consent { allow } } } }';

let store: HostileStore;
let gateway: Gateway;
let listener: Listener;
beforeEach(async () => {
  store = await startHostileStore({ '/customers': respondJson({ data: [{ id: 1 }] }) });
  gateway = createGateway({ baseUrl: store.url, guards: { batching: true } });
  listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
});
afterEach(async () => {
  await listener.stop();
  await gateway.close();
  await store.close();
});

/** The log lines of ended requests. */
const ended = (): Record<string, unknown>[] =>
  gateway.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');

const send = (body: object, accept = 'application/json', signal?: AbortSignal) =>
  fetch(`${listener.url}/graphql`, { ...jsonPost(body, { accept }), ...(signal && { signal }) });

test('a request whose caller leaves has a line with what it was, and a status of its own', async () => {
  store.behave('/customers', noResponse);
  const leave = new AbortController();
  const answer = send({ query: QUERY }, 'application/json', leave.signal).catch(() => null);
  await vi.waitUntil(() => store.calls.length > 0);
  leave.abort();
  await answer;
  await vi.waitUntil(() => ended().length > 0);
  expect(ended()).toMatchObject([
    { aborted: true, operationType: 'query', path: '/graphql', caller: 'anyone' },
  ]);
  expect(ended()[0]).not.toHaveProperty('status');
  await (await send({ query: '{ __typename }' })).text();
  await vi.waitUntil(() => ended().length > 1);
  expect(ended()[0]?.client).toBe(ended()[1]?.client);
  const { value } = await scrapeMetrics(gateway.app);
  expect(value('gateway_http_responses_total{status="aborted"}')).toBe(1);
  expect(value('gateway_operations_total{type="query",outcome="aborted"}')).toBe(1);
  expect(value('gateway_upstream_calls_total{operation="getCustomers",status="aborted"}')).toBe(1);
  expect(value('gateway_upstream_calls_total{operation="getCustomers",status="none"}')).toBe(0);
});

test('a response in parts has its line after the last part', async () => {
  const response = await send({ query: QUERY }, 'text/event-stream');
  const reader = response.body?.getReader();
  await reader?.read();
  expect(ended()).toEqual([]);
  while (!(await reader?.read())?.done);
  await vi.waitUntil(() => ended().length > 0);
  expect(ended()).toMatchObject([{ status: 200, incremental: true, operationType: 'query' }]);
});

test('a batch has one line', async () => {
  const query = '{ customer(by: { entityId: 1 }) { entityId } }';
  await (await send([{ query }, { query }])).text();
  await vi.waitUntil(() => ended().length > 0);
  expect(ended()).toMatchObject([{ status: 200, operationType: 'batch' }]);
});

test('a request that is refused before GraphQL has a line and is counted', async () => {
  const statusOf = (headers: Record<string, string>) =>
    new Promise((resolve) => {
      request(listener.url, { headers }, (response) => resolve(response.resume().statusCode)).end();
    });
  expect(await statusOf({ host: 'a b' })).toBe(400);
  expect(await statusOf({ large: 'x'.repeat(20_000) })).toBe(431);
  const refused = gateway.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request refused');
  expect(refused).toMatchObject([
    { status: 400, client: expect.stringMatching(/^client:/) },
    { status: 431, client: expect.stringMatching(/^client:/) },
  ]);
  const { value } = await scrapeMetrics(gateway.app);
  expect(value('gateway_http_responses_total{status="400"}')).toBe(1);
  expect(value('gateway_http_responses_total{status="431"}')).toBe(1);
});
