import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyWith } from '../../support/callers.ts';
import { createGateway, startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';
import { scrapeMetrics } from '../../support/prometheus-text.ts';

let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  store = await startGatewayOnSandbox({ quota: 150 });
});
afterEach(() => store.close());

test('operations are counted by type and outcome', async () => {
  await store.executeText('{ customers(first: 1) { nodes { entityId } } }');
  await store.executeText('{ customers(first: 251) { nodes { entityId } } nodes(ids: []) { id } }');
  await store.executeText('{ nothing }');
  await store.executeText('{');
  await store.executeText(
    'mutation { updateCustomers(input: { customers: [{ entityId: 1, firstName: "A" }] }) { summary { updated } } }',
  );
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_operations_total{type="query",outcome="ok"}')).toBe(1);
  expect(value('gateway_operations_total{type="query",outcome="partial"}')).toBe(1);
  expect(value('gateway_operations_total{type="none",outcome="refused"}')).toBe(2);
  expect(value('gateway_operations_total{type="mutation",outcome="ok"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="BAD_USER_INPUT"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="GRAPHQL_PARSE_FAILED"}')).toBe(1);
  expect(value('gateway_http_responses_total{status="400"}')).toBe(2);
});

test('items of mutations are counted by outcome, and a mutation with failed items is not ok', async () => {
  const create = (email: string) =>
    store.executeText(
      `mutation { createCustomers(input: { customers: [
        { email: "${email}", firstName: "A", lastName: "B" }, { email: "nobody", firstName: "A", lastName: "B" }
      ] }) { summary { total } } }`,
    );
  await create('ana@example.com');
  await create('ben@example.com');
  await store.executeText('mutation { deleteCustomers(input: { entityIds: [1] }) { summary { total } } }');
  await store.executeText(
    'mutation { deleteCustomers(input: { entityIds: [-1, 2] }) { summary { total } } updateCustomerSettings(input: { customerGroups: { defaultCustomerGroupId: 0 } }) { outcome } }',
  );
  const { value } = await scrapeMetrics(store.app);
  const items = (mutation: string, outcome: string) =>
    value(`gateway_mutation_items_total{mutation="${mutation}",outcome="${outcome}"}`);
  expect(items('createCustomers', 'CREATED')).toBe(2);
  expect(items('createCustomers', 'FAILED')).toBe(2);
  expect(items('deleteCustomers', 'DELETED')).toBeGreaterThan(0);
  expect(items('updateCustomerSettings', 'UPDATED')).toBe(1);
  expect(value('gateway_operations_total{type="mutation",outcome="ok"}')).toBe(1);
  expect(value('gateway_operations_total{type="mutation",outcome="partial"}')).toBe(3);
  expect(value('gateway_operation_errors_total{code="INVALID"}')).toBeGreaterThan(1);
});

test('an operation above the cost limit is refused, and its estimate is recorded', async () => {
  await store.executeText(
    '{ customers(first: 250) { nodes { consent { allow } storedInstruments { kind: __typename } } } }',
  );
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_operations_total{type="query",outcome="refused"}')).toBe(1);
  expect(value('gateway_operation_estimated_calls_bucket{le="500",type="query"}')).toBe(0);
  expect(value('gateway_operation_estimated_calls_count{type="query"}')).toBe(1);
  expect(value('gateway_operation_cost_calls_sum{type="query"}')).toBe(0);
});

test('an unauthenticated request is counted by its error code', async () => {
  const authenticate = async (credential: string) => (credential === 'mine' ? keyWith('metrics:read') : null);
  const gateway = createGateway({ baseUrl: store.sandbox.url, authenticator: { authenticate } });
  expect((await gateway.executeText('{ __typename }')).status).toBe(401);
  const { value } = await scrapeMetrics(gateway.app, { authorization: 'Bearer mine' });
  await gateway.close();
  expect(value('gateway_operations_total{type="none",outcome="refused"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="UNAUTHENTICATED"}')).toBe(1);
  expect(value('gateway_http_responses_total{status="401"}')).toBe(1);
});

test('a request that is refused before GraphQL is counted as a refused operation', async () => {
  const gateway = createGateway({ baseUrl: store.sandbox.url, guards: { operationsInFlight: 0 } });
  expect((await gateway.executeText('{ __typename }')).status).toBe(503);
  const headers = { 'content-type': 'text/plain' };
  await store.app.yoga.fetch('http://gateway/graphql', { method: 'POST', headers, body: '{}' });
  const { value } = await scrapeMetrics(gateway.app);
  await gateway.close();
  expect(value('gateway_operations_total{type="none",outcome="refused"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="OVERLOADED"}')).toBe(1);
  expect(value('gateway_http_responses_total{status="503"}')).toBe(1);
  const other = await scrapeMetrics(store.app);
  expect(other.value('gateway_operations_total{type="none",outcome="refused"}')).toBe(1);
});

test('each operation of a batch is counted separately', async () => {
  const gateway = createGateway({ baseUrl: store.sandbox.url, guards: { batching: true } });
  const page = '{ customers(first: 1) { nodes { entityId } } }';
  const batch = [page, '{ customers(first: 251) { totalCount } }', '{ nothing }'];
  await gateway.app.yoga.fetch('http://gateway/graphql', jsonPost(batch.map((query) => ({ query }))));
  const { value } = await scrapeMetrics(gateway.app);
  await gateway.close();
  expect(value('gateway_operations_total{type="query",outcome="ok"}')).toBe(1);
  expect(value('gateway_operations_total{type="query",outcome="partial"}')).toBe(1);
  expect(value('gateway_operations_total{type="none",outcome="refused"}')).toBe(1);
  expect(value('gateway_operation_errors_total{code="BAD_USER_INPUT"}')).toBe(1);
  expect(value('gateway_operation_cost_calls_sum{type="query"}')).toBe(1);
});

test('the calls that an operation makes and saves are counted', async () => {
  await store.executeText(
    '{ a: customer(by: { entityId: 1 }) { email } b: customer(by: { entityId: 2 }) { email } }',
  );
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_operation_cost_calls_sum{type="query"}')).toBe(1);
  expect(value('gateway_lookups_coalesced_total')).toBe(1);
  expect(value('gateway_upstream_calls_total{operation="getCustomers",status="200"}')).toBe(1);
});

test('the quota metrics show what the store last reported, and are absent before its first response', async () => {
  expect((await scrapeMetrics(store.app)).text).not.toMatch(/^gateway_upstream_quota/m);
  await store.executeText('{ customers(first: 1) { nodes { entityId } } }');
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_upstream_quota_limit')).toBe(150);
  expect(value('gateway_upstream_quota_remaining')).toBe(149);
});

test('an incremental response is counted once, when its last part is ready', async () => {
  const response = await store.app.yoga.fetch(
    'http://gateway/graphql',
    jsonPost(
      {
        query: '{ customers(first: 2) { nodes { entityId ... @defer { consent { allow } } } } }',
      },
      { accept: 'multipart/mixed' },
    ),
  );
  await response.text();
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_operations_total{type="query",outcome="ok"}')).toBe(1);
  expect(value('gateway_operation_cost_calls_sum{type="query"}')).toBe(3);
});

test('an operation whose caller disconnects is counted as aborted', async () => {
  const controller = new AbortController();
  const response = store.executeText('{ customers(first: 1) { nodes { entityId } } }', {}, controller.signal);
  while (store.sandbox.concurrency.peak().getCustomers === undefined) await new Promise(setImmediate);
  controller.abort();
  await expect(response).rejects.toThrow();
  const { value } = await scrapeMetrics(store.app);
  expect(value('gateway_operations_total{type="query",outcome="aborted"}')).toBe(1);
});

test('the metrics include those of the process', async () => {
  const { names } = await scrapeMetrics(store.app);
  expect(names).toEqual(
    expect.arrayContaining(['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes']),
  );
});
