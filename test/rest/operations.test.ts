import { expect, test } from 'vitest';
import {
  MAX_CONCURRENCY,
  OPERATIONS,
  type Operation,
  pathOf,
  permissionOf,
  TOKEN_PERMISSIONS,
} from '../../src/rest/operations.ts';
import { operations as served } from '../../src/sandbox/routes.ts';
import { hasAccess } from '../../src/sandbox/tokens.ts';

const called = Object.values<Operation>(OPERATIONS);

test('the gateway calls exactly the operations that the sandbox serves, with the same method and path', () => {
  const rowOf = (id: string, method: string, path: string) =>
    `${id} ${method} ${path.replaceAll(/:\w+\([^)]*\)|\{\w+\}/g, '*')}`;
  expect(called.map(({ id, method, path }) => rowOf(id, method, path)).toSorted()).toEqual(
    served.map(({ operationId, method, path }) => rowOf(operationId, method, path)).toSorted(),
  );
});

test.each(served)('the scope that the table states for $operationId is sufficient for the sandbox', (row) => {
  const { scope } = TOKEN_PERMISSIONS[permissionOf(row.operationId, row.method)];
  expect(hasAccess({ clientId: 'a', scopes: [scope] }, row.access)).toBe(true);
});

test('every write has a limit on its concurrency, and no read has one', () => {
  const writes = called.filter(({ method }) => method !== 'GET').map(({ id }) => id);
  expect([...MAX_CONCURRENCY.keys()].toSorted()).toEqual(writes.toSorted());
});

test('a path contains the ids in the order of its placeholders', () => {
  expect(pathOf(OPERATIONS.getMetafieldsCustomerId, [5, 7])).toBe('/customers/5/metafields/7');
  expect(pathOf(OPERATIONS.getCustomersSettingsChannel, [1])).toBe('/customers/settings/channels/1');
  expect(pathOf(OPERATIONS.getCustomers)).toBe('/customers');
});

test('an operation that is not in the table needs the scope to read or to write customers', () => {
  expect(permissionOf('getHooks', 'GET')).toBe('readCustomers');
  expect(permissionOf('createHook', 'POST')).toBe('write');
});
