import { afterEach, expect, test } from 'vitest';
import {
  AddressBooksAndConsentsDocument,
  ConsentAndInstrumentsDocument,
  ConsentsDocument,
  MetafieldsOfCustomersDocument,
  NamedAttributesAndAddressesDocument,
  SiblingsOfCustomersDocument,
} from '../generated/operations.ts';
import type { GraphQLResponse } from '../support/gateway.ts';
import { type ProxiedGateway, startGatewayBehindProxy } from '../support/gateway-behind-proxy.ts';
import type { Override, StoreResponse } from '../support/store-proxy.ts';

let gateway: ProxiedGateway;
afterEach(() => gateway.close());

/** A gateway with a store of 40 customers whose responses to some calls are replaced. */
async function withStore(override: Override, accessToken?: string): Promise<ProxiedGateway> {
  gateway = await startGatewayBehindProxy({
    sandbox: { customers: 40 },
    override,
    ...(accessToken !== undefined && { accessToken }),
  });
  return gateway;
}

const DOWN: StoreResponse = { status: 500, body: { status: 500, title: 'Internal Server Error' } };

function rejection(status: number): StoreResponse {
  return { status, body: { status, title: 'Refused' } };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Code and path of each error: `UPSTREAM_UNAVAILABLE at customers.nodes.2.consent`. */
function readErrors({ errors }: GraphQLResponse<unknown>): string[] {
  return errors.map(({ path, extensions }) => `${extensions.code} at ${path?.join('.')}`).toSorted();
}

function problemsAt(code: string, places: readonly number[], field: string): string[] {
  return places.map((place) => `${code} at customers.nodes.${place}.${field}`).toSorted();
}

test('returns null for fields that the store token cannot read, and names the missing permission', async () => {
  await withStore(() => null, 'sandbox-no-instruments');
  const answer = await gateway.execute(ConsentAndInstrumentsDocument, { first: 3 });
  expect(answer.status).toBe(200);
  expect(readErrors(answer)).toEqual(problemsAt('UPSTREAM_FORBIDDEN', [0, 1, 2], 'storedInstruments'));
  for (const { message } of answer.errors) {
    expect(message).toContain('the scope store_stored_payment_instruments_read_only');
  }
  const customers = answer.data.customers?.nodes ?? [];
  expect(customers.map(({ entityId }) => entityId)).toEqual([1, 2, 3]);
  expect(customers.map(({ storedInstruments }) => storedInstruments)).toEqual([null, null, null]);
  expect(customers.every(({ consent, email }) => consent !== null && email !== '')).toBe(true);
});

test('returns null for the one consent that the store fails on', async () => {
  await withStore((call) => (call === '/customers/3/consent' ? DOWN : null));
  const answer = await gateway.execute(ConsentsDocument, { first: 20 });
  expect(answer.status).toBe(200);
  expect(readErrors(answer)).toEqual(problemsAt('UPSTREAM_UNAVAILABLE', [2], 'consent'));
  expect(answer.errors[0]?.message).toContain('GET /customers/3/consent');
  const withConsent = answer.data.customers?.nodes.filter(({ consent }) => consent !== null) ?? [];
  expect(withConsent.map(({ entityId }) => entityId)).toEqual([1, 2, ...numbers(4, 20)]);
});

test('returns no consent for a customer that was deleted in the meantime', async () => {
  await withStore((call) => (call === '/customers/3/consent' ? rejection(404) : null));
  const answer = await gateway.execute(ConsentsDocument, { first: 4 });
  expect(answer.errors).toEqual([]);
  expect(answer.data.customers?.nodes.map(({ consent }) => consent === null)).toEqual([
    false,
    false,
    true,
    false,
  ]);
});

test.each([400, 422])(
  'isolates the one id that the store rejects with %i, and returns the others',
  async (status) => {
    await withStore((call) => (/id:in=(\d+,)*13[,&]/.test(call) ? rejection(status) : null));
    const answer = await gateway.executeText(
      `{ ${numbers(1, 20)
        .map((id) => `c${id}: customer(by: { entityId: ${id} }) { entityId }`)
        .join(' ')} }`,
    );
    expect(answer.status).toBe(200);
    expect(readErrors(answer)).toEqual(['UPSTREAM_REJECTED at c13']);
    const { c13, ...others } = answer.data;
    expect(c13).toBeNull();
    expect(Object.values(others)).toEqual(
      [...numbers(1, 12), ...numbers(14, 20)].map((entityId) => ({ entityId })),
    );
    // 20 ids, then 10, 5, 3 and 1: two calls in each of four steps, plus the first.
    expect(gateway.proxy.calls).toHaveLength(1 + 2 * 4);
  },
);

test('does not bisect a list if the store rejects every list', async () => {
  await withStore((call) => (call.includes('id:in') ? rejection(422) : null));
  const answer = await gateway.executeText(
    `{ ${numbers(1, 20)
      .map((id) => `c${id}: customer(by: { entityId: ${id} }) { entityId }`)
      .join(' ')} }`,
  );
  expect(readErrors(answer)).toEqual(
    numbers(1, 20)
      .map((id) => `UPSTREAM_REJECTED at c${id}`)
      .toSorted(),
  );
  expect(gateway.proxy.calls).toHaveLength(3);
});

test('reports a failed batch at each field that needed it, and at no other', async () => {
  await withStore((call) => (call.startsWith('/customers/addresses?') ? DOWN : null));
  const ids = [7, 12, 19, 20, 33];
  const answer = await gateway.execute(AddressBooksAndConsentsDocument, { ids });
  expect(readErrors(answer)).toEqual(problemsAt('UPSTREAM_UNAVAILABLE', [1, 2, 4], 'addresses'));
  const customers = answer.data.customers?.nodes ?? [];
  expect(customers.map(({ entityId }) => entityId)).toEqual(ids);
  expect(customers.map(({ addresses }) => addresses === null)).toEqual([false, true, true, false, true]);
  expect(customers.every(({ consent }) => consent !== null)).toBe(true);
  expect(gateway.proxy.calls).toHaveLength(2 + ids.length);
});

test('reports a failed read of the definitions at each name, and reads them once', async () => {
  await withStore((call) => (call.startsWith('/customers/attributes?') ? DOWN : null));
  const answer = await gateway.execute(NamedAttributesAndAddressesDocument, { first: 8 });
  const customers = answer.data.customers?.nodes ?? [];
  const names = customers.flatMap(({ attributes }, at) =>
    (attributes ?? []).map(
      (_value, place) => `UPSTREAM_UNAVAILABLE at customers.nodes.${at}.attributes.${place}.name`,
    ),
  );
  expect(names.length).toBeGreaterThan(12);
  expect(readErrors(answer)).toEqual(names.toSorted());
  const values = customers.flatMap(({ attributes }) => attributes ?? []);
  expect(values.every(({ name, value }) => name === null && value !== '')).toBe(true);
  expect(customers.every(({ addresses }) => addresses !== null)).toBe(true);
  expect(gateway.proxy.calls.filter((call) => call.startsWith('/customers/attributes?'))).toHaveLength(1);
});

test('reads the definitions again after a failed read', async () => {
  let down = true;
  await withStore((call) => (down && call.startsWith('/customers/attributes?') ? DOWN : null));
  const failed = await gateway.executeText('{ customerAttributeDefinitions { name } }');
  expect(readErrors(failed)).toEqual(['UPSTREAM_UNAVAILABLE at customerAttributeDefinitions']);
  down = false;
  const { data } = await gateway.executeText('{ customerAttributeDefinitions { name } }');
  expect(data.customerAttributeDefinitions).toHaveLength(12);
});

test('returns null for a failed root field, and its siblings in full', async () => {
  await withStore((call) => (call.startsWith('/customers?') ? DOWN : null));
  const answer = await gateway.execute(SiblingsOfCustomersDocument);
  expect(answer.status).toBe(200);
  expect(readErrors(answer)).toEqual(['UPSTREAM_UNAVAILABLE at customers']);
  expect(answer.data.customers).toBeNull();
  expect(answer.data.customerSettings?.privacy?.policyUrl).toBe('https://shop.example.com/privacy');
});

test.each([404, 405, 422])(
  'reads metafields one customer per call if an older store responds to their list with %i',
  async (status) => {
    await withStore((call) => (call.startsWith('/customers/metafields?') ? rejection(status) : null));
    const answer = await gateway.execute(MetafieldsOfCustomersDocument, { first: 20 });
    expect(answer.errors).toEqual([]);
    expect(gateway.proxy.calls.toSorted()).toEqual(
      [
        '/customers/metafields?limit=250',
        '/customers?limit=20',
        ...numbers(1, 20).map((id) => `/customers/${id}/metafields?limit=250`),
      ].toSorted(),
    );
    const found = answer.data.customers?.nodes.flatMap(({ metafields }) => metafields?.nodes ?? []) ?? [];
    expect(found.length).toBeGreaterThan(5);
  },
);

test.each([
  ['the first page', 40, /customers\/metafields\?limit/],
  ['a later page', 700, /customers\/metafields\?page=2/],
])(
  'reads the metafields of each customer if %s of the complete list failed',
  async (_name, customers, failing) => {
    gateway = await startGatewayBehindProxy({
      sandbox: { customers },
      override: (call) => (failing.test(call) ? DOWN : null),
    });
    const answer = await gateway.execute(MetafieldsOfCustomersDocument, { first: 20 });
    expect(answer.errors).toEqual([]);
    expect(answer.data.customers?.nodes.map(({ entityId }) => entityId)).toEqual(numbers(1, 20));
    expect(gateway.proxy.calls.filter((call) => /\d\/metafields/.test(call))).toHaveLength(20);
  },
);

test('returns null for the metafields of one of two customers', async () => {
  await withStore((call) => (call.startsWith('/customers/2/metafields') ? DOWN : null));
  const answer = await gateway.execute(MetafieldsOfCustomersDocument, { first: 2 });
  expect(readErrors(answer)).toEqual(problemsAt('UPSTREAM_UNAVAILABLE', [1], 'metafields'));
  expect(answer.data.customers?.nodes[0]?.metafields).not.toBeNull();
});

test('returns the common fields of an unknown instrument type', async () => {
  const unheardOf = { type: 'stored_wallet', token: 'a1b2', is_default: true, colour: 'red' };
  await withStore((call) =>
    call.endsWith('/stored-instruments') ? { status: 200, body: [unheardOf] } : null,
  );
  const { data, errors } = await gateway.executeText(
    '{ customer(by: { entityId: 1 }) { storedInstruments { __typename type token isDefault } } }',
  );
  expect(errors).toEqual([]);
  expect(data.customer.storedInstruments).toEqual([
    { __typename: 'OtherInstrument', type: 'stored_wallet', token: 'a1b2', isDefault: true },
  ]);
});
