import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import type { AddressIncludes, AddressLoader } from '../../src/loaders/addresses.ts';
import type { Loaders } from '../../src/loaders/index.ts';
import { addressBy, addressesOf, formFieldsOfAddress } from '../../src/resolvers/addresses.ts';
import type { Customer } from '../../src/rest/records/customers.ts';
import { addressRecord, customerRecord } from '../support/records.ts';
import { storePage } from '../support/store-page.ts';

const NOTHING: AddressIncludes = new Set();
const WITH_FORM_FIELDS: AddressIncludes = new Set(['formFields']);

/** A context whose customer has 60 addresses. `asked` records the calls to the loader. */
function context() {
  const asked: string[] = [];
  const complete = Array.from({ length: 60 }, (_, i) => addressRecord({ entityId: i + 1, formFields: [] }));
  const loader: AddressLoader = {
    async byId(entityId, include) {
      asked.push([`id ${entityId}`, ...include].join(' +'));
      return complete.find((one) => one.entityId === entityId) ?? null;
    },
    async ofCustomer(entityId, include) {
      asked.push([`of ${entityId}`, ...include].join(' +'));
      return complete;
    },
    page: async () => storePage([], { total: 0 }),
    split: (filter) => [filter],
    matching: async () => complete,
  };
  // Only the address loader exists, so a resolver that uses another one throws.
  const loaders = { addresses: loader } as unknown as Loaders;
  return { ctx: { loaders, caller: ANONYMOUS, storeHash: 'sandbox' }, asked };
}

const embedded = (count: number, given = {}) =>
  Array.from({ length: count }, (_, i) => addressRecord({ entityId: count - i, ...given }));

test.each<[string, Partial<Customer>, boolean]>([
  ['no addresses', { embeddedAddresses: [], addressCount: 0 }, true],
  ['nine of nine', { embeddedAddresses: embedded(9), addressCount: 9 }, true],
  ['ten of ten', { embeddedAddresses: embedded(10), addressCount: 10 }, true],
  ['ten of eleven', { embeddedAddresses: embedded(10), addressCount: 11 }, false],
  ['nine of an unknown number', { embeddedAddresses: embedded(9), addressCount: null }, true],
  ['ten of an unknown number', { embeddedAddresses: embedded(10), addressCount: null }, false],
  ['fewer than the store counts', { embeddedAddresses: embedded(3), addressCount: 4 }, false],
  ['none, because they were not requested', {}, false],
  ['none, because the store left them out', { embeddedAddresses: null, addressCount: 3 }, false],
])('addresses of a customer record with %s are used if complete: %o', async (_name, given, trusts) => {
  const { ctx, asked } = context();
  const connection = await addressesOf(
    ctx,
    customerRecord({ entityId: 7, ...given }),
    { first: 250 },
    NOTHING,
  );
  expect(asked).toEqual(trusts ? [] : ['of 7']);
  const ids = connection.nodes.map(({ entityId }) => entityId);
  expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  expect(connection.totalCount).toBe(trusts ? given.embeddedAddresses?.length : 60);
});

test('addresses are read again if form fields are selected and the customer record lacks them', async () => {
  const { ctx, asked } = context();
  const without = customerRecord({ entityId: 7, embeddedAddresses: embedded(2), addressCount: 2 });
  await addressesOf(ctx, without, {}, WITH_FORM_FIELDS);
  expect(asked).toEqual(['of 7 +formFields']);
  const withThem = customerRecord({
    entityId: 7,
    embeddedAddresses: embedded(2, { formFields: null }),
    addressCount: 2,
  });
  await addressesOf(ctx, withThem, {}, WITH_FORM_FIELDS);
  expect(asked).toHaveLength(1);
});

test('invalid arguments are rejected before anything is read', async () => {
  const { ctx, asked } = context();
  await expect(async () =>
    addressesOf(ctx, customerRecord({ entityId: 7 }), { first: 251 }, NOTHING),
  ).rejects.toMatchObject({
    details: { argument: 'first' },
  });
  await expect(addressBy(ctx, 0, NOTHING)).rejects.toMatchObject({ details: { argument: 'entityId' } });
  expect(asked).toEqual([]);
});

test('form fields of an address are read only if the record lacks them', async () => {
  const { ctx, asked } = context();
  expect(await formFieldsOfAddress(ctx, addressRecord({ entityId: 3, formFields: null }), null)).toBeNull();
  expect(asked).toEqual([]);
  expect(await formFieldsOfAddress(ctx, addressRecord({ entityId: 3 }), null)).toEqual([]);
  expect(await formFieldsOfAddress(ctx, addressRecord({ entityId: 99 }), null)).toBeNull();
  expect(asked).toEqual(['id 3 +formFields', 'id 99 +formFields']);
});
