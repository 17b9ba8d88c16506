import type { StoreClient } from '../sandbox/support/store-client.ts';
import { MUTATIONS, type Mutation, mutationDocument } from './mutations.ts';

/** A mutation that takes a list, and the data to test it. */
export interface WriteKind extends Mutation {
  readonly list: string;
  /** Selection on each result, in addition to the outcome. */
  readonly selection: string;
  /** The kind of record in the ledger. */
  readonly entity: string;
  /** This many valid items, all for different records. The records that they need are created in the store first. */
  items(store: StoreClient, count: number): Promise<readonly unknown[]>;
  /** An item that fails, with the code of its error and the path relative to the item. */
  readonly bad: { readonly item: unknown; readonly code: string; readonly path: readonly string[] };
  /** The error of the second of two items for the same record. `same`: it succeeds like the first. */
  readonly twice: 'INVALID' | 'DUPLICATE' | 'same';
  /** Calls by operation for this many items, without failures. */
  calls(count: number): Readonly<Record<string, number>>;
}

const NOBODY = 999_999;
const batches = (count: number) => Math.ceil(count / 10);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const NOT_FOUND = { code: 'NOT_FOUND', path: [] } as const;

let made = 0;

/** A unique name. */
function fresh(): string {
  made += 1;
  return `fresh-${made}`;
}

const address = (customerEntityId: number) => ({
  customerEntityId,
  firstName: 'Ada',
  lastName: 'King',
  address1: fresh(),
  city: 'London',
  countryCode: 'GB',
});

const metafield = (customerEntityId: number) => ({
  customerEntityId,
  namespace: 'tests',
  key: fresh(),
  value: 'v',
  permissionSet: 'READ',
});

async function ownMetafields(store: StoreClient, count: number) {
  const ids: { customerEntityId: number; entityId: number }[] = [];
  for (const customer of numbers(count)) {
    const { key, namespace, value } = metafield(customer);
    const body = { key, namespace, value, permission_set: 'read' };
    const { json } = await store.send('POST', `/customers/${customer}/metafields`, body);
    ids.push({ customerEntityId: customer, entityId: json.data.id });
  }
  return ids;
}

async function definitions(store: StoreClient, count: number): Promise<number[]> {
  const { json } = await store.send(
    'POST',
    '/customers/attributes',
    numbers(count).map(() => ({ name: fresh(), type: 'string' })),
  );
  return json.data.map(({ id }: { id: number }) => id);
}

async function idsIn(store: StoreClient, path: string, count: number): Promise<number[]> {
  const { json } = await store.get(`${path}?limit=${count}`);
  return json.data.map(({ id }: { id: number }) => id);
}

export const writeKinds: readonly WriteKind[] = [
  {
    ...MUTATIONS.createCustomers,
    selection: 'customer { entityId }',
    entity: 'customer',
    items: async (_store, count) =>
      numbers(count).map(() => ({ email: `${fresh()}@example.org`, firstName: 'Ada', lastName: 'King' })),
    bad: {
      item: { email: 'Customer.1@example.org', firstName: 'Ada', lastName: 'King', channelIds: [NOBODY] },
      code: 'NOT_FOUND',
      path: ['channelIds'],
    },
    twice: 'INVALID',
    calls: (count) => ({ createCustomers: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomers,
    selection: 'customer { entityId }',
    entity: 'customer',
    items: async (_store, count) => numbers(count).map((entityId) => ({ entityId, company: fresh() })),
    bad: { item: { entityId: NOBODY, company: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomers: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomers,
    selection: 'entityId',
    entity: 'customer',
    items: async (_store, count) => numbers(count),
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomers: 1, deleteCustomers: 1 }),
  },
  {
    ...MUTATIONS.createCustomerAddresses,
    selection: 'address { entityId }',
    entity: 'address',
    items: async (_store, count) => numbers(count).map(address),
    bad: { item: address(NOBODY), code: 'NOT_FOUND', path: ['customerEntityId'] },
    twice: 'DUPLICATE',
    calls: (count) => ({ createCustomersAddresses: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerAddresses,
    selection: 'address { entityId }',
    entity: 'address',
    items: async (store, count) =>
      (await idsIn(store, '/customers/addresses', count)).map((entityId) => ({
        entityId,
        address1: fresh(),
      })),
    bad: { item: { entityId: NOBODY, address1: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomersAddresses: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomerAddresses,
    selection: 'entityId',
    entity: 'address',
    items: (store, count) => idsIn(store, '/customers/addresses', count),
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomersAddresses: 1, deleteCustomersAddresses: 1 }),
  },
  {
    ...MUTATIONS.createCustomerAttributeDefinitions,
    selection: 'definition { entityId }',
    entity: 'attribute',
    items: async (_store, count) => numbers(count).map(() => ({ name: fresh(), type: 'STRING' })),
    // The store itself only rejects a definition beyond the maximum number.
    bad: { item: { name: '', type: 'STRING' }, code: 'REQUIRED', path: ['name'] },
    twice: 'INVALID',
    calls: (count) => ({ createCustomersAttributes: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerAttributeDefinitions,
    selection: 'definition { entityId }',
    entity: 'attribute',
    items: async (store, count) =>
      (await definitions(store, count)).map((entityId) => ({ entityId, name: fresh() })),
    bad: { item: { entityId: NOBODY, name: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomersAttributes: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomerAttributeDefinitions,
    selection: 'entityId',
    entity: 'attribute',
    items: definitions,
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomersAttributes: 1, deleteCustomersAttributes: 1 }),
  },
  {
    ...MUTATIONS.upsertCustomerAttributeValues,
    selection: 'value { entityId }',
    entity: 'attribute-value',
    async items(store, count) {
      const [attributeEntityId] = await definitions(store, 1);
      return numbers(count).map((customerEntityId) => ({ customerEntityId, attributeEntityId, value: 'x' }));
    },
    bad: {
      item: { customerEntityId: NOBODY, attributeEntityId: 1, value: 'x' },
      code: 'NOT_FOUND',
      path: ['customerEntityId'],
    },
    twice: 'INVALID',
    calls: (count) => ({ upsertCustomersAttributeValues: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomerAttributeValues,
    selection: 'entityId',
    entity: 'attribute-value',
    async items(store, count) {
      const { json } = await store.get(`/customers/attribute-values?limit=${count}`);
      return json.data.map((value: { id: number; customer_id: number }) => ({
        customerEntityId: value.customer_id,
        entityId: value.id,
      }));
    },
    bad: { item: { customerEntityId: 1, entityId: NOBODY }, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomersAttributeValues: 1, deleteCustomersAttributeValues: 1 }),
  },
  {
    ...MUTATIONS.upsertFormFieldValues,
    selection: 'value { name }',
    entity: 'form-field-value',
    items: async (_store, count) =>
      numbers(count).map((id) => ({
        owner: id % 2 === 0 ? { customerEntityId: id } : { addressEntityId: id },
        name: id % 2 === 0 ? 'Nickname' : 'Delivery notes',
        value: { text: fresh() },
      })),
    bad: {
      item: { owner: { customerEntityId: 1 }, name: 'No such field', value: { text: 'x' } },
      code: 'NOT_FOUND',
      path: ['name'],
    },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomerFormFieldValues: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerConsent,
    selection: 'consent { allow }',
    entity: 'consent',
    items: async (_store, count) =>
      numbers(count).map((customerEntityId) => ({ customerEntityId, allow: ['ANALYTICS'], deny: [] })),
    bad: { item: { customerEntityId: NOBODY, allow: [], deny: [] }, ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomerConsent: count }),
  },
  {
    ...MUTATIONS.createCustomerMetafields,
    selection: 'metafield { entityId }',
    entity: 'metafield',
    items: async (_store, count) => numbers(count).map(metafield),
    bad: { item: metafield(NOBODY), ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) =>
      count === 1 ? { createCustomerMetafields: 1 } : { createCustomersMetafields: batches(count) },
  },
  {
    ...MUTATIONS.updateCustomerMetafields,
    selection: 'metafield { entityId }',
    entity: 'metafield',
    items: async (store, count) =>
      (await ownMetafields(store, count)).map((reference) => ({ ...reference, value: fresh() })),
    bad: { item: { customerEntityId: 1, entityId: NOBODY, value: 'x' }, ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) =>
      count === 1 ? { updateCustomerMetafield: 1 } : { updateCustomersMetafields: batches(count) },
  },
  {
    ...MUTATIONS.deleteCustomerMetafields,
    selection: 'entityId',
    entity: 'metafield',
    items: ownMetafields,
    bad: { item: { customerEntityId: 1, entityId: NOBODY }, ...NOT_FOUND },
    twice: 'same',
    calls: (count): Record<string, number> =>
      count === 1 ? { deleteCustomerMetafieldsId: 1 } : { deleteCustomersMetafields: 1 },
  },
];

/** An operation with this mutation that selects everything about each result. */
export function documentOf(kind: WriteKind): string {
  return mutationDocument(
    kind,
    `index outcome errors { code message path retryAfterMs } ${kind.selection}`,
    'summary { total created updated unchanged deleted failed unknown notAttempted }',
  );
}
