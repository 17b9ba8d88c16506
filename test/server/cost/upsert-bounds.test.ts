import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 60, switches: { atomicBatches: false } });
});
afterEach(() => gateway.close());

const UPSERT = `mutation ($input: UpsertCustomersInput!) {
  upsertCustomers(input: $input) {
    summary { failed } partSummary { failed }
    results { outcome customer { addresses(first: 10) { nodes { entityId } } } parts { outcome errors { code } } }
  }
}`;

async function run(input: object) {
  gateway.sandbox.requests.clear();
  const response = await post(gateway, {
    query: UPSERT,
    variables: { input },
    extensions: { upstream: true },
  });
  const { data, errors, extensions } = (await response.json()) as Json;
  expect(errors).toBeUndefined();
  const { estimate, atMost } = extensions.upstream;
  return { estimate, atMost, made: gateway.sandbox.requests.list().length, payload: data.upsertCustomers };
}

const address = (street: string) => ({
  ...{ firstName: 'Ada', lastName: 'King', address1: street, city: 'London', countryCode: 'GB' },
  formFields: [{ name: 'Door code', value: { text: street } }],
});

const whole = (place: number) => ({
  firstName: 'Ada',
  lastName: `King ${place}`,
  addresses: [address('1 High Street'), address('2 High Street')],
  attributes: [{ attributeEntityId: 1, value: 'Gold' }],
  formFields: [{ name: 'Nickname', value: { text: `Bear ${place}` } }],
  consent: { allow: ['ANALYTICS'], deny: ['TARGETING'] },
  metafields: [{ namespace: 'loyalty', key: 'points', value: String(place) }],
});

/** As many new customers as existing ones, among which are some with more than ten addresses. */
async function mixedItems(count: number): Promise<readonly object[]> {
  const { json } = await createStoreClient(gateway.sandbox).get(`/customers?limit=${count}`);
  return json.data.flatMap(({ email }: { email: string }, place: number) => [
    { email, ...whole(place) },
    { email: `new-${place}@example.org`, ...whole(place) },
  ]);
}

test.each([1, 13, 20])('an upsert of %i customers twice makes at most the estimated calls', async (count) => {
  const customers = await mixedItems(count);
  for (const round of ['first', 'second']) {
    const { made, estimate, atMost, payload } = await run({ customers });
    expect([payload.summary.failed, payload.partSummary.failed], round).toEqual([0, 0]);
    expect(made, round).toBeLessThanOrEqual(estimate);
    expect(estimate, round).toBeLessThanOrEqual(atMost);
  }
});

test('an upsert that replaces addresses makes at most the estimated calls', async () => {
  const customers = Array.from({ length: 20 }, (_, i) => ({
    entityId: i + 1,
    addresses: [address('1 High Street')],
    replaceAddresses: true,
  }));
  const { made, estimate, atMost, payload } = await run({ customers, matchBy: 'ENTITY_ID' });
  expect([payload.summary.failed, payload.partSummary.failed]).toEqual([0, 0]);
  expect(made).toBeLessThanOrEqual(estimate);
  expect(estimate).toBeLessThanOrEqual(atMost);
});

test('an upsert with rejected parts makes at most the calls of atMost', async () => {
  const customers = (await mixedItems(10)).map((item, place) => ({
    ...item,
    ...(place % 3 === 0 && { attributes: [{ attributeEntityId: 999, value: 'x' }] }),
    ...(place % 3 === 1 && { formFields: [{ name: 'No such field', value: { text: 'x' } }] }),
  }));
  const { made, atMost, payload } = await run({ customers });
  expect(payload.summary.failed).toBe(0);
  expect(payload.partSummary.failed).toBe(14);
  expect(made).toBeLessThanOrEqual(atMost);
});
