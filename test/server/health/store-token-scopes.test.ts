import { expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { Call } from '../../../src/rest/client/http.ts';
import { createStoreTokenScopes } from '../../../src/server/health/store-token-scopes.ts';

const read = (operation: string, status: number | null) => ({
  operation,
  method: 'GET',
  status,
  missesScope: false,
});
const forbidden = { status: 403, missesScope: true };

test('reports no missing scopes before the store returns 403', () => {
  const { observe, missing, canReadCustomers } = createStoreTokenScopes();
  for (const status of [null, 200, 204, 401, 404, 422, 429, 500]) observe(read('getCustomers', status));
  expect([missing(), canReadCustomers()]).toEqual([[], true]);
});

test('reports each missing scope once', () => {
  const { observe, missing, canReadCustomers } = createStoreTokenScopes();
  for (let i = 0; i < 3; i += 1) {
    observe(read('getCustomerStoredInstruments', 403));
    observe({ operation: 'createCustomers', method: 'POST', ...forbidden });
    observe({ operation: 'deleteCustomersAddresses', method: 'DELETE', ...forbidden });
  }
  expect(missing()).toEqual([
    'reading stored instruments is forbidden (403): requires the scope store_stored_payment_instruments_read_only',
    'writing is forbidden (403): requires the scope store_v2_customers',
  ]);
  expect(canReadCustomers()).toBe(true);
});

test('reports no missing scope for a write that the store forbids for another reason', () => {
  const { observe, missing } = createStoreTokenScopes();
  observe({ operation: 'updateCustomerMetafield', method: 'PUT', status: 403, missesScope: false });
  expect(missing()).toEqual([]);
});

test('cannot read customers until a call for customers succeeds', () => {
  const { observe, missing, canReadCustomers } = createStoreTokenScopes();
  observe(read('getCustomers', 403));
  expect(canReadCustomers()).toBe(false);
  observe(read('getCustomersSettings', 200));
  observe(read('getCustomers', 500));
  expect(canReadCustomers()).toBe(false);
  observe(read('getCustomersAddresses', 200));
  expect([canReadCustomers(), missing()]).toEqual([true, []]);
});

test.each([
  [
    'with a customer',
    { data: [{ id: 7 }] },
    ['/customers', '/customers/7/stored-instruments', '/customers/settings'],
  ],
  ['without customers', { data: [] }, ['/customers', '/customers/settings']],
  ['with an invalid response', 'x', ['/customers', '/customers/settings']],
])('probes a store %s with at most three calls', async (_what, body, expected) => {
  const paths: string[] = [];
  await createStoreTokenScopes().probe({
    async send({ path }: Call) {
      paths.push(path);
      return body;
    },
  });
  expect(paths).toEqual(expected);
});

test.each([
  ['cannot be reached', new GatewayError('UPSTREAM_UNAVAILABLE', ''), false, 1],
  ['fails', new GatewayError('UPSTREAM_UNAVAILABLE', '', { status: 502 }), false, 1],
  ['rejects the token', new GatewayError('UPSTREAM_UNAUTHENTICATED', '', { status: 401 }), true, 2],
])('a probe of a store that %s says whether it answered', async (_what, error, answered, calls) => {
  const paths: string[] = [];
  const send = async ({ path }: Call) => {
    paths.push(path);
    throw error;
  };
  expect([await createStoreTokenScopes().probe({ send }), paths.length]).toEqual([answered, calls]);
});
