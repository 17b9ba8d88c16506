import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStoreClient, type Json, type StoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

const UPSERT = `mutation ($metafields: [UpsertCustomerMetafieldInput!]!) {
  upsertCustomerMetafields(input: { metafields: $metafields }) {
    results { index outcome errors { code message path } metafield { entityId key value permissionSet description } }
    summary { total created updated unchanged failed unknown notAttempted }
  }
}`;
const OTHER_APP = { 'X-Auth-Token': 'other-app' };

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let store: StoreClient;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({
    customers: 40,
    tokens: { 'other-app': { clientId: 'other-app', scopes: ['store_v2_customers'] } },
  });
  store = createStoreClient(gateway.sandbox);
});
afterEach(() => gateway.close());

const item = (customerEntityId: number, value: string, more: object = {}) => ({
  ...{ customerEntityId, namespace: 'import', key: 'points', value },
  ...more,
});

/** Runs the mutation. `calls` are those to the store. */
async function upsert(...metafields: readonly object[]) {
  gateway.calls();
  const response = await post(gateway, {
    query: UPSERT,
    variables: { metafields },
    extensions: { upstream: true },
  });
  const { data, errors, extensions } = (await response.json()) as Json;
  expect(errors).toBeUndefined();
  const calls = gateway.calls();
  const { results, summary } = data.upsertCustomerMetafields;
  const { estimate, atMost } = extensions.upstream;
  expect(calls.length).toBeLessThanOrEqual(atMost);
  return { results: results as readonly Json[], summary, calls, estimate };
}

const writesIn = (calls: readonly string[]) => calls.filter((call) => !call.startsWith('GET'));

/** Creates a metafield in the store, past the gateway. */
async function hold(customer: number, body: object, headers?: Record<string, string>): Promise<number> {
  const fields = { namespace: 'import', key: 'points', value: 'old', permission_set: 'read', ...body };
  const { json } = await store.send('POST', `/customers/${customer}/metafields`, fields, headers);
  return json.data.id;
}

async function held(customer: number): Promise<readonly Json[]> {
  const { json } = await store.get(`/customers/${customer}/metafields?namespace=import&limit=250`);
  return json.data;
}

test('new metafields are created and others changed, and the same input again is UNCHANGED for reads alone', async () => {
  const changed = await hold(2, {});
  const input = [item(1, 'a'), item(2, 'b'), item(2, 'c', { key: 'card', permissionSet: 'WRITE' })];
  const first = await upsert(...input);
  expect(first.results).toMatchObject([
    { index: 0, outcome: 'CREATED', metafield: { value: 'a', permissionSet: 'APP_ONLY' } },
    { index: 1, outcome: 'UPDATED', metafield: { entityId: changed, value: 'b', permissionSet: 'READ' } },
    { index: 2, outcome: 'CREATED', metafield: { value: 'c', permissionSet: 'WRITE' } },
  ]);
  expect(first.calls.length).toBeLessThanOrEqual(first.estimate);
  const again = await upsert(...input);
  expect(again.results.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
  expect(again.results.map(({ metafield }) => metafield)).toEqual(
    first.results.map(({ metafield }) => metafield),
  );
  expect(writesIn(again.calls)).toEqual([]);
  expect(again.calls).toHaveLength(2);
});

test('the metafields of many customers are read as one list', async () => {
  const input = Array.from({ length: 30 }, (_, i) => item(i + 1, `v${i}`));
  const first = await upsert(...input);
  expect(first.summary).toMatchObject({ total: 30, created: 30 });
  expect(first.calls).toHaveLength(1 + 3);
  const again = await upsert(...input.with(4, item(5, 'new')));
  expect(again.summary).toMatchObject({ total: 30, unchanged: 29, updated: 1 });
  expect(again.calls).toHaveLength(1 + 1);
});

test('the description is kept if absent, and cleared by null', async () => {
  await upsert(item(1, 'a', { description: 'Points' }));
  const [kept] = (await upsert(item(1, 'b'))).results;
  expect(kept).toMatchObject({ outcome: 'UPDATED', metafield: { value: 'b', description: 'Points' } });
  const [cleared] = (await upsert(item(1, 'b', { description: null }))).results;
  expect(cleared.outcome).toBe('UPDATED');
  expect((await held(1))[0].description).toBe('');
  const [same] = (await upsert(item(1, 'b', { description: null }))).results;
  expect(same.outcome).toBe('UNCHANGED');
});

test('one item fails at its path while its neighbours are written', async () => {
  const { results } = await upsert(
    item(1, 'a'),
    item(2, ''),
    item(1, 'b'),
    item(0, 'c'),
    item(999_999, 'd'),
    { ...item(0, 'e'), resourceId: 3 },
    item(4, 'f', { namespace: 'x'.repeat(65) }),
    { ...item(5, 'g'), resourceId: 6 },
  );
  expect(
    results.map(({ outcome, errors }) => [
      outcome,
      ...errors.map(({ code, path }: Json) => [code, path.join('.')]),
    ]),
  ).toEqual([
    ['CREATED'],
    ['FAILED', ['REQUIRED', 'metafields.1.value']],
    ['FAILED', ['INVALID', 'metafields.2']],
    ['FAILED', ['INVALID', 'metafields.3.customerEntityId']],
    ['FAILED', ['NOT_FOUND', 'metafields.4']],
    ['CREATED'],
    ['FAILED', ['INVALID', 'metafields.6.namespace']],
    ['FAILED', ['INVALID', 'metafields.7.resourceId']],
  ]);
  expect(results[2]?.errors[0].message).toContain('index 0');
});

describe('a metafield of the same name of another app', () => {
  test('that may not be changed does not prevent one of its own, which is UNCHANGED again', async () => {
    await hold(1, { value: 'theirs' }, OTHER_APP);
    const first = await upsert(item(1, 'ours', { permissionSet: 'READ' }));
    expect(first.results).toMatchObject([{ outcome: 'CREATED', metafield: { value: 'ours' } }]);
    expect((await held(1)).map(({ value }) => value)).toEqual(['theirs', 'ours']);
    const again = await upsert(item(1, 'ours', { permissionSet: 'READ' }));
    expect(again.results).toMatchObject([{ outcome: 'UNCHANGED' }]);
    expect(writesIn(again.calls)).toEqual([]);
  });

  test('comes after one that only this app can see', async () => {
    await hold(1, { value: 'theirs', permission_set: 'write' }, OTHER_APP);
    await hold(1, { value: 'ours', permission_set: 'app_only' });
    expect((await upsert(item(1, 'new'))).results).toMatchObject([{ outcome: 'UPDATED' }]);
    expect((await held(1)).map(({ value }) => value)).toEqual(['theirs', 'new']);
  });

  test('is changed if other apps may change it and there is no other', async () => {
    await hold(1, { value: 'theirs', permission_set: 'write' }, OTHER_APP);
    expect((await upsert(item(1, 'new'))).results).toMatchObject([{ outcome: 'UPDATED' }]);
    expect((await held(1)).map(({ value }) => value)).toEqual(['new']);
  });
});

test('of two that create one metafield at a time, both succeed', async () => {
  gateway.sandbox.faults.set([
    { operations: ['createCustomerMetafields'], fault: { kind: 'latency', ms: 50 } },
  ]);
  const send = (value: string) => gateway.executeText(UPSERT, { metafields: [item(1, value)] });
  const outcomes = (await Promise.all([send('a'), send('b'), send('b')])).map(
    ({ data }) => data.upsertCustomerMetafields.results[0].outcome,
  );
  expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
  expect(outcomes.every((outcome) => ['CREATED', 'UPDATED', 'UNCHANGED'].includes(outcome))).toBe(true);
  expect(await held(1)).toHaveLength(1);
});

test('if the metafields of one customer cannot be read, the others are written', async () => {
  gateway.sandbox.faults.set([
    { operations: ['getCustomersMetafields'], calls: [1], fault: { kind: 'status', status: 503 } },
  ]);
  const { results } = await upsert(item(1, 'a'), item(2, 'b'));
  expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['CREATED', 'NOT_ATTEMPTED']);
  expect(results.find(({ outcome }) => outcome === 'NOT_ATTEMPTED').errors).toMatchObject([
    { code: 'UPSTREAM_UNAVAILABLE' },
  ]);
});

test('a list that cannot be read is replaced by one read per customer', async () => {
  gateway.sandbox.faults.set([
    { operations: ['getallCustomersMetafields'], fault: { kind: 'status', status: 503 } },
  ]);
  const { summary, calls } = await upsert(...[1, 2, 3].map((customer) => item(customer, 'a')));
  expect(summary).toMatchObject({ created: 3 });
  expect(calls).toHaveLength(1 + 3 + 1);
});

test('a list that is empty or too long is refused before anything is read', async () => {
  for (const count of [0, 1_001]) {
    gateway.calls();
    const { errors } = await gateway.executeText(UPSERT, {
      metafields: Array.from({ length: count }, () => item(1, 'a')),
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(gateway.calls()).toEqual([]);
  }
});
