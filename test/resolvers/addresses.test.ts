import { expect, test } from 'vitest';
import { ANYONE } from '../../src/access/caller.ts';
import type { AddressIncludes, AddressLoader } from '../../src/loaders/addresses.ts';
import type { Loaders } from '../../src/loaders/index.ts';
import { addressBy, addressesOf, formFieldsOfAddress } from '../../src/resolvers/addresses.ts';
import type { Customer } from '../../src/rest/customers.ts';
import { address, customer } from '../support/records.ts';

const NOTHING: AddressIncludes = new Set();
const WITH_FORM_FIELDS: AddressIncludes = new Set(['formFields']);

/** A context in which a customer has sixty addresses, and which notes what is asked. */
function context() {
  const asked: string[] = [];
  const complete = Array.from({ length: 60 }, (_, i) => address({ entityId: i + 1, formFields: [] }));
  const loader: AddressLoader = {
    async byId(entityId, include) {
      asked.push([`id ${entityId}`, ...include].join(' +'));
      return complete.find((one) => one.entityId === entityId) ?? null;
    },
    async ofCustomer(entityId, include) {
      asked.push([`of ${entityId}`, ...include].join(' +'));
      return complete;
    },
    page: async () => ({ items: [], total: 0, cursors: null }),
  };
  // Only addresses are asked for here; a resolver that reached for another loader would fail loudly.
  return { ctx: { loaders: { addresses: loader } as unknown as Loaders, caller: ANYONE }, asked };
}

const shown = (count: number, given = {}) =>
  Array.from({ length: count }, (_, i) => address({ entityId: count - i, ...given }));

test.each<[string, Partial<Customer>, boolean]>([
  ['none', { shownAddresses: [], addressCount: 0 }, true],
  ['nine', { shownAddresses: shown(9), addressCount: 9 }, true],
  ['ten of ten', { shownAddresses: shown(10), addressCount: 10 }, true],
  ['ten of eleven', { shownAddresses: shown(10), addressCount: 11 }, false],
  ['nine of an unknown number', { shownAddresses: shown(9), addressCount: null }, true],
  ['ten of an unknown number', { shownAddresses: shown(10), addressCount: null }, false],
  ['fewer than the store counts', { shownAddresses: shown(3), addressCount: 4 }, false],
  ['what was not asked for', {}, false],
  ['what the store left out', { shownAddresses: null, addressCount: 3 }, false],
])('trusts a customer object that shows %s: %o', async (_name, given, trusts) => {
  const { ctx, asked } = context();
  const book = await addressesOf(ctx, customer({ entityId: 7, ...given }), { first: 250 }, NOTHING);
  expect(asked).toEqual(trusts ? [] : ['of 7']);
  const ids = book.nodes.map(({ entityId }) => entityId);
  expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  expect(book.totalCount).toBe(trusts ? given.shownAddresses?.length : 60);
});

test('reads the addresses again where their form fields are wanted and do not stand on the customer', async () => {
  const { ctx, asked } = context();
  const without = customer({ entityId: 7, shownAddresses: shown(2), addressCount: 2 });
  await addressesOf(ctx, without, {}, WITH_FORM_FIELDS);
  expect(asked).toEqual(['of 7 +formFields']);
  const withThem = customer({ entityId: 7, shownAddresses: shown(2, { formFields: null }), addressCount: 2 });
  await addressesOf(ctx, withThem, {}, WITH_FORM_FIELDS);
  expect(asked).toHaveLength(1);
});

test('checks the arguments before it asks for anything', async () => {
  const { ctx, asked } = context();
  await expect(addressesOf(ctx, customer({ entityId: 7 }), { first: 251 }, NOTHING)).rejects.toMatchObject({
    details: { argument: 'first' },
  });
  await expect(addressBy(ctx, 0, NOTHING)).rejects.toMatchObject({ details: { argument: 'entityId' } });
  expect(asked).toEqual([]);
});

test('takes form fields that are at hand, and reads those that are not', async () => {
  const { ctx, asked } = context();
  expect(await formFieldsOfAddress(ctx, address({ entityId: 3, formFields: null }))).toBeNull();
  expect(asked).toEqual([]);
  expect(await formFieldsOfAddress(ctx, address({ entityId: 3 }))).toEqual([]);
  expect(await formFieldsOfAddress(ctx, address({ entityId: 99 }))).toBeNull();
  expect(asked).toEqual(['id 3 +formFields', 'id 99 +formFields']);
});
