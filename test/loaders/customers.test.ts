import { expect, test } from 'vitest';
import { createCustomerLoader } from '../../src/loaders/customers.ts';
import type { CustomersRest } from '../../src/rest/customers.ts';
import type { Customer, CustomerInclude } from '../../src/rest/records/customers.ts';
import { customerRecord } from '../support/records.ts';
import { storePage } from '../support/store-page.ts';

const include = (...some: CustomerInclude[]): ReadonlySet<CustomerInclude> => new Set(some);

/** Reads of `/customers` from records in memory, without HTTP. Records each read as, for example, `byIds 1,2 +addresses`. */
function fakeCustomers(records: readonly Customer[]): { customers: CustomersRest; reads: string[] } {
  const reads: string[] = [];
  const note = (read: string, some: ReadonlySet<CustomerInclude>) =>
    reads.push([read, ...[...some].map((part) => `+${part}`)].join(' '));
  return {
    reads,
    customers: {
      async page({ limit }, query) {
        note(`page of ${limit}`, query.include);
        return storePage(records.slice(0, limit), { total: records.length });
      },
      async byIds(ids, query) {
        note(`byIds ${ids.join(',')}`, query.include);
        const items = records.filter(({ entityId }) => ids.includes(entityId)).toReversed();
        return [{ keys: ids, items }];
      },
      async byEmails(emails, query) {
        note(`byEmails ${emails.join(',')}`, query.include);
        const items = records.filter(({ email }) => emails.includes(email.toLowerCase()));
        return [{ keys: emails, items }];
      },
      split: (filter) => [filter],
      matching: async () => records,
    },
  };
}

const ana = customerRecord({ entityId: 1, email: 'ana@example.com' });
const ben = customerRecord({ entityId: 2, email: 'Ben@Example.com' });
const twin = customerRecord({ entityId: 3, email: 'ana@EXAMPLE.com' });

test('loads customers by id in one read, whatever the order of the result', async () => {
  const fake = fakeCustomers([ana, ben, twin]);
  const loader = createCustomerLoader(fake);
  expect(await Promise.all([2, 99, 1].map((id) => loader.byId(id, include())))).toEqual([ben, null, ana]);
  expect(fake.reads).toEqual(['byIds 2,99,1']);
});

test('loads all customers with an e-mail, case-insensitively', async () => {
  const fake = fakeCustomers([ana, ben, twin]);
  const loader = createCustomerLoader(fake);
  const found = await Promise.all(
    ['ANA@example.com', 'ben@example.com', 'Ben@Example.com', 'no@example.com'].map((email) =>
      loader.byEmail(email, include()),
    ),
  );
  expect(found).toEqual([[ana, twin], [ben], [ben], []]);
  expect(fake.reads).toEqual(['byEmails ana@example.com,ben@example.com,no@example.com']);
});

test('does not read a customer by id that a page or an e-mail lookup returned, unless another part is needed', async () => {
  const fake = fakeCustomers([ana, ben]);
  const loader = createCustomerLoader(fake);
  await loader.page({ page: 1, limit: 1 }, { filter: {} }, include('addresses'));
  await loader.byEmail('ben@example.com', include());
  expect(await loader.byId(1, include('addresses'))).toBe(ana);
  expect(await loader.byId(2, include())).toBe(ben);
  expect(fake.reads).toEqual(['page of 1 +addresses', 'byEmails ben@example.com']);
  await loader.byId(1, include('segmentIds'));
  expect(fake.reads.at(-1)).toBe('byIds 1 +addresses +segmentIds');
});

test('reads a page once, with the union of the parts requested for it', async () => {
  const fake = fakeCustomers([ana, ben]);
  const loader = createCustomerLoader(fake);
  const list = { filter: { nameLike: ['a'] } };
  await Promise.all([
    loader.page({ page: 1, limit: 2 }, list, include('addresses')),
    loader.page({ page: 1, limit: 2 }, { filter: { nameLike: ['a'] } }, include('formFields')),
    loader.page({ page: 1, limit: 1 }, list, include()),
  ]);
  expect(fake.reads).toEqual(['page of 2 +addresses +formFields', 'page of 1']);
});

test('loads all customers of a list of ids, sorted by id', async () => {
  const fake = fakeCustomers([ana, ben, twin]);
  const loader = createCustomerLoader(fake);
  const list = { filter: { entityIds: [3, 1, 2] } };
  expect(await loader.byKeys('entityIds', list, include())).toEqual([ana, ben, twin]);
  expect(fake.reads).toEqual(['byIds 3,1,2']);
});
