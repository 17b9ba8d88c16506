import { expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../src/access/caller.ts';
import type { CustomerLoader } from '../../src/loaders/customers.ts';
import type { Loaders } from '../../src/loaders/index.ts';
import { type CustomersArguments, customers } from '../../src/resolvers/customer-list.ts';
import { type CustomerSelection, customerBy, loadIncluded } from '../../src/resolvers/customers.ts';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import type { Customer } from '../../src/rest/records/customers.ts';
import { customerRecord } from '../support/records.ts';
import { storePage } from '../support/store-page.ts';

const NOTHING: CustomerSelection = { include: new Set(), metafields: [] };

/** A context whose loader reads from memory. `asked` records the calls to the loader. */
function contextOn(records: readonly Customer[], caller: Caller = ANONYMOUS) {
  const asked: string[] = [];
  const loader: CustomerLoader = {
    async byId(entityId, include) {
      asked.push([`id ${entityId}`, ...include].join(' +'));
      return records.find((record) => record.entityId === entityId) ?? null;
    },
    prime(customer) {
      asked.push(`prime ${customer.entityId}`);
    },
    async byEmail(email) {
      asked.push(`email ${email}`);
      return records.filter((record) => record.email === email);
    },
    async page(request, list) {
      asked.push(`page ${JSON.stringify(request)} ${JSON.stringify(list)}`);
      return storePage(records.slice(0, request.limit), { total: records.length });
    },
    async byKeys(by, list) {
      asked.push(`among ${by} ${JSON.stringify(list)}`);
      return records;
    },
    split: ({ filter }) => [filter],
    matching: async () => records,
  };
  // Only the customer loader exists, so a resolver that uses another one throws.
  const ctx = { loaders: { customers: loader } as unknown as Loaders, caller, storeHash: 'sandbox' };
  return { ctx, asked };
}

const ana = customerRecord({
  entityId: 1,
  email: 'ana@example.com',
  lastName: 'Reis',
  createdAt: new Date(2_000),
});
const ben = customerRecord({
  entityId: 2,
  email: 'ben@example.com',
  lastName: 'de Vries',
  createdAt: new Date(1_000),
});
const eve = customerRecord({
  entityId: 3,
  email: 'eve@example.com',
  lastName: 'Ott',
  createdAt: new Date(1_000),
});

test('a customer is found by id, entityId and e-mail address', async () => {
  const { ctx, asked } = contextOn([ana, ben]);
  expect(await customerBy(ctx, { entityId: 2 }, { ...NOTHING, include: new Set(['addresses']) })).toBe(ben);
  expect(await customerBy(ctx, { id: toGlobalId('Customer', 1) }, NOTHING)).toBe(ana);
  expect(await customerBy(ctx, { email: 'ben@example.com' }, NOTHING)).toBe(ben);
  expect(await customerBy(ctx, { entityId: 9 }, NOTHING)).toBeNull();
  expect(await customerBy(ctx, { email: 'no@example.com' }, NOTHING)).toBeNull();
  expect(asked).toEqual(['id 2 +addresses', 'id 1', 'email ben@example.com', 'id 9', 'email no@example.com']);
});

test('an e-mail address of two customers is an error', async () => {
  const { ctx } = contextOn([ana, customerRecord({ entityId: 8, email: 'ana@example.com' })]);
  await expect(customerBy(ctx, { email: 'ana@example.com' }, NOTHING)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'by.email: matches several customers: 1, 8. Use entityId.',
  });
});

const LISTED = { ...NOTHING, totalCount: false };
const idsOf = async (connection: ReturnType<typeof customers>) =>
  (await connection).nodes.map(({ entityId }) => entityId);

test.each<[CustomersArguments['sort'], number[]]>([
  [null, [1, 2, 3]],
  ['CREATED_AT_ASC', [2, 3, 1]],
  ['CREATED_AT_DESC', [1, 3, 2]],
  ['LAST_NAME_ASC', [2, 3, 1]],
  ['LAST_NAME_DESC', [1, 3, 2]],
])('customers of an id list are sorted by %s like the store sorts', async (sort, ids) => {
  const { ctx } = contextOn([ana, ben, eve]);
  expect(await idsOf(customers(ctx, { filter: { entityIds: [1, 2, 3] }, sort }, LISTED))).toEqual(ids);
});

test('a filter by ids and e-mails is sent by ids and applied by e-mails in memory, ignoring case', async () => {
  const { ctx, asked } = contextOn([ana, ben, eve]);
  const filter = { entityIds: [1, 2, 3], emails: ['BEN@example.com', 'x@example.com'], nameLike: ['e'] };
  expect(await idsOf(customers(ctx, { filter }, LISTED))).toEqual([2]);
  expect(asked).toEqual(['among entityIds {"filter":{"entityIds":[1,2,3],"nameLike":["e"]}}']);
});

test('customers of an id list are paged in memory, in sort order', async () => {
  const { ctx } = contextOn([ana, ben, eve]);
  const args = { filter: { entityIds: [1, 2, 3] }, sort: 'CREATED_AT_ASC' } as const;
  const first = await customers(ctx, { ...args, first: 2 }, LISTED);
  expect(first.nodes).toEqual([ben, eve]);
  const second = await customers(ctx, { ...args, first: 2, after: first.cursorAt(1) }, LISTED);
  expect([second.nodes, second.hasNextPage]).toEqual([[ana], false]);
});

test('nothing is read if no record can match or none is requested', async () => {
  const { ctx, asked } = contextOn([ana]);
  const withTotal = { ...NOTHING, totalCount: true };
  expect((await customers(ctx, { filter: { names: [] } }, withTotal)).totalCount).toBe(0);
  expect((await customers(ctx, { first: 0 }, LISTED)).nodes).toEqual([]);
  expect((await customers(ctx, { first: 0, filter: { entityIds: [1] } }, LISTED)).nodes).toEqual([]);
  expect(asked).toEqual([]);
  expect((await customers(ctx, { first: 0, filter: { entityIds: [1] } }, withTotal)).totalCount).toBe(1);
  expect((await customers(ctx, { first: 0 }, withTotal)).totalCount).toBe(1);
  expect(asked).toEqual([
    'among entityIds {"filter":{"entityIds":[1]}}',
    'page {"page":1,"limit":1} {"filter":{}}',
  ]);
});

test('a cursor of a list with another filter or sort is rejected', async () => {
  const { ctx, asked } = contextOn([ana, ben]);
  const page = await customers(ctx, { first: 1, filter: { nameLike: ['a'] } }, LISTED);
  const after = page.cursorAt(0);
  asked.length = 0;
  for (const args of [
    { after },
    { after, filter: { nameLike: ['b'] } },
    { after, filter: { nameLike: ['a'] }, sort: 'LAST_NAME_ASC' as const },
  ]) {
    await expect(customers(ctx, args, LISTED)).rejects.toMatchObject({ details: { argument: 'after' } });
  }
  expect(asked).toEqual([]);
  await customers(ctx, { first: 1, after, filter: { nameLike: ['a', 'a'], names: null } }, LISTED);
  expect(asked).toHaveLength(1);
});

test('an optional part of a customer is read only if the record lacks it', async () => {
  const full = customerRecord({ entityId: 1, storeCredit: [{ amount: 5 }], segmentIds: null });
  const { ctx, asked } = contextOn([full]);
  expect(await loadIncluded(ctx, full, 'storeCredit')).toEqual([{ amount: 5 }]);
  // Null means that the store left it out of a response. Reading again would not help.
  expect(await loadIncluded(ctx, full, 'segmentIds')).toBeNull();
  expect(asked).toEqual([]);
  expect(await loadIncluded(ctx, customerRecord({ entityId: 1 }), 'storeCredit')).toEqual([{ amount: 5 }]);
  expect(await loadIncluded(ctx, customerRecord({ entityId: 7 }), 'addressCount')).toBeNull();
  expect(asked).toEqual(['id 1 +storeCredit', 'id 7 +addresses']);
});
