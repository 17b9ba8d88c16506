import { expect, test } from 'vitest';
import type { Call } from '../../src/rest/http.ts';
import { createTokenScopes } from '../../src/server/token-scopes.ts';

const read = (operation: string, status: number | null) => ({ operation, method: 'GET', status });

test('knows nothing until the store forbids something', () => {
  const { observe, limits, isUseless } = createTokenScopes();
  for (const status of [null, 200, 204, 401, 404, 422, 429, 500]) observe(read('getCustomers', status));
  expect([limits(), isUseless()]).toEqual([[], false]);
});

test('tells once what was forbidden, by the scope that it needs', () => {
  const { observe, limits, isUseless } = createTokenScopes();
  for (let i = 0; i < 3; i += 1) {
    observe(read('getCustomerStoredInstruments', 403));
    observe({ operation: 'createCustomers', method: 'POST', status: 403 });
    observe({ operation: 'deleteCustomersAddresses', method: 'DELETE', status: 403 });
  }
  expect(limits()).toEqual([
    'reading stored instruments is refused (403): it needs the scope store_stored_payment_instruments_read_only',
    'writing is refused (403): it needs the scope store_v2_customers',
  ]);
  expect(isUseless()).toBe(false);
});

test('a token that reads no customers is of no use, until it does', () => {
  const { observe, limits, isUseless } = createTokenScopes();
  observe(read('getCustomers', 403));
  expect(isUseless()).toBe(true);
  observe(read('getCustomersSettings', 200));
  observe(read('getCustomers', 500));
  expect(isUseless()).toBe(true);
  observe(read('getCustomersAddresses', 200));
  expect([isUseless(), limits()]).toEqual([false, []]);
});

test.each([
  [
    'a customer',
    { data: [{ id: 7 }] },
    ['/customers', '/customers/7/stored-instruments', '/customers/settings'],
  ],
  ['none', { data: [] }, ['/customers', '/customers/settings']],
  ['nothing that can be read', 'x', ['/customers', '/customers/settings']],
])('asks a store that has %s three times at the most', async (_what, body, expected) => {
  const paths: string[] = [];
  await createTokenScopes().probe({
    async send({ path }: Call) {
      paths.push(path);
      return body;
    },
  });
  expect(paths).toEqual(expected);
});

test('a store that is down is no reason not to start', async () => {
  const send = () => Promise.reject(new Error('down'));
  await expect(createTokenScopes().probe({ send })).resolves.toBeUndefined();
});
