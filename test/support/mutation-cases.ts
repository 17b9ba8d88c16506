import type { StoreClient } from '../sandbox/support/store-client.ts';
import { MUTATIONS, type Mutation, mutationDocument } from './mutations.ts';

/** A mutation that takes a list, and the data to test it. */
export interface MutationCase extends Mutation {
  readonly list: string;
  /** Selection on each result, in addition to the outcome. */
  readonly selection: string;
  /** The kind of record in the ledger. */
  readonly entity: string;
  /** This many valid items, all for different records. The records that they need are created in the store first. */
  items(store: StoreClient, count: number): Promise<readonly unknown[]>;
  /** An item that fails, with the code of its error and the path relative to the item. */
  readonly invalid: { readonly item: unknown; readonly code: string; readonly path: readonly string[] };
  /** The error of the second of two items for the same record. `same`: it succeeds like the first. */
  readonly duplicate: 'INVALID' | 'DUPLICATE' | 'same';
  /** Calls by operation for this many items, without failures. */
  calls(count: number): Readonly<Record<string, number>>;
  /** The estimated calls for this many items, if these can be more. @default the sum of `calls` */
  estimate?(count: number): number;
}

const UNKNOWN_ID = 999_999;
const batches = (count: number) => Math.ceil(count / 10);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const NOT_FOUND = { code: 'NOT_FOUND', path: [] } as const;

let made = 0;

/** A unique name. */
function uniqueName(): string {
  made += 1;
  return `fresh-${made}`;
}

const address = (customerEntityId: number) => ({
  customerEntityId,
  firstName: 'Ada',
  lastName: 'King',
  address1: uniqueName(),
  city: 'London',
  countryCode: 'GB',
});

const metafield = (customerEntityId: number) => ({
  customerEntityId,
  namespace: 'tests',
  key: uniqueName(),
  value: 'v',
  permissionSet: 'READ',
});

async function createMetafields(store: StoreClient, count: number) {
  const ids: { customerEntityId: number; entityId: number }[] = [];
  for (const customer of numbers(count)) {
    const { key, namespace, value } = metafield(customer);
    const body = { key, namespace, value, permission_set: 'read' };
    const { json } = await store.send('POST', `/customers/${customer}/metafields`, body);
    ids.push({ customerEntityId: customer, entityId: json.data.id });
  }
  return ids;
}

async function createDefinitions(store: StoreClient, count: number): Promise<number[]> {
  const { json } = await store.send(
    'POST',
    '/customers/attributes',
    numbers(count).map(() => ({ name: uniqueName(), type: 'string' })),
  );
  return json.data.map(({ id }: { id: number }) => id);
}

let idsUsedUp = 0;

/**
 * Makes the next definition get another id than the last one, even if the store was reset since. The gateway takes a value
 * with the id and date of one that it has just written for that one.
 */
async function useUpDefinitionIds(store: StoreClient): Promise<void> {
  idsUsedUp += 1;
  for (let left = idsUsedUp; left > 0; left -= 10) {
    const ids = await createDefinitions(store, Math.min(left, 10));
    await store.send('DELETE', `/customers/attributes?id:in=${ids.join(',')}`);
  }
}

async function readIds(store: StoreClient, path: string, count: number): Promise<number[]> {
  const { json } = await store.get(`${path}?limit=${count}`);
  return json.data.map(({ id }: { id: number }) => id);
}

export const MUTATION_CASES: readonly MutationCase[] = [
  {
    ...MUTATIONS.createCustomers,
    selection: 'customer { entityId }',
    entity: 'customer',
    items: async (_store, count) =>
      numbers(count).map(() => ({
        email: `${uniqueName()}@example.org`,
        firstName: 'Ada',
        lastName: 'King',
      })),
    invalid: {
      item: { email: 'Customer.1@example.org', firstName: 'Ada', lastName: 'King', channelIds: [UNKNOWN_ID] },
      code: 'NOT_FOUND',
      path: ['channelIds'],
    },
    duplicate: 'INVALID',
    calls: (count) => ({ createCustomers: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomers,
    selection: 'customer { entityId }',
    entity: 'customer',
    items: async (_store, count) => numbers(count).map((entityId) => ({ entityId, company: uniqueName() })),
    invalid: { item: { entityId: UNKNOWN_ID, company: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    duplicate: 'INVALID',
    calls: (count) => ({ updateCustomers: batches(count) }),
  },
  {
    ...MUTATIONS.upsertCustomers,
    selection: 'customer { entityId }',
    entity: 'customer',
    items: async (_store, count) =>
      numbers(count).map(() => ({
        email: `${uniqueName()}@example.org`,
        firstName: 'Ada',
        lastName: 'King',
      })),
    invalid: {
      item: { email: 'nobody@example.org', firstName: 'Ada', lastName: 'King', channelIds: [UNKNOWN_ID] },
      code: 'NOT_FOUND',
      path: ['channelIds'],
    },
    duplicate: 'INVALID',
    calls: (count) => ({ getCustomers: 1, createCustomers: batches(count) }),
    // New customers and those of the store do not share a call.
    estimate: (count) => 1 + batches(count) + Math.min(1, count - 1),
  },
  {
    ...MUTATIONS.deleteCustomers,
    selection: 'entityId',
    entity: 'customer',
    items: async (_store, count) => numbers(count),
    invalid: { item: UNKNOWN_ID, ...NOT_FOUND },
    duplicate: 'same',
    calls: () => ({ getCustomers: 1, deleteCustomers: 1 }),
  },
  {
    ...MUTATIONS.createCustomerAddresses,
    selection: 'address { entityId }',
    entity: 'address',
    items: async (_store, count) => numbers(count).map(address),
    invalid: { item: address(UNKNOWN_ID), code: 'NOT_FOUND', path: ['customerEntityId'] },
    duplicate: 'DUPLICATE',
    calls: (count) => ({ createCustomersAddresses: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerAddresses,
    selection: 'address { entityId }',
    entity: 'address',
    items: async (store, count) =>
      (await readIds(store, '/customers/addresses', count)).map((entityId) => ({
        entityId,
        address1: uniqueName(),
      })),
    invalid: { item: { entityId: UNKNOWN_ID, address1: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    duplicate: 'INVALID',
    calls: (count) => ({ updateCustomersAddresses: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomerAddresses,
    selection: 'entityId',
    entity: 'address',
    items: (store, count) => readIds(store, '/customers/addresses', count),
    invalid: { item: UNKNOWN_ID, ...NOT_FOUND },
    duplicate: 'same',
    calls: () => ({ getCustomersAddresses: 1, deleteCustomersAddresses: 1 }),
  },
  {
    ...MUTATIONS.createCustomerAttributeDefinitions,
    selection: 'definition { entityId }',
    entity: 'attribute',
    items: async (_store, count) => numbers(count).map(() => ({ name: uniqueName(), type: 'STRING' })),
    // The store itself only rejects a definition beyond the maximum number.
    invalid: { item: { name: '', type: 'STRING' }, code: 'REQUIRED', path: ['name'] },
    duplicate: 'INVALID',
    calls: (count) => ({ getCustomersAttributes: 1, createCustomersAttributes: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerAttributeDefinitions,
    selection: 'definition { entityId }',
    entity: 'attribute',
    items: async (store, count) =>
      (await createDefinitions(store, count)).map((entityId) => ({ entityId, name: uniqueName() })),
    invalid: { item: { entityId: UNKNOWN_ID, name: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    duplicate: 'INVALID',
    calls: (count) => ({ updateCustomersAttributes: batches(count) }),
  },
  {
    ...MUTATIONS.deleteCustomerAttributeDefinitions,
    selection: 'entityId',
    entity: 'attribute',
    items: createDefinitions,
    invalid: { item: UNKNOWN_ID, ...NOT_FOUND },
    duplicate: 'same',
    calls: () => ({ getCustomersAttributes: 1, deleteCustomersAttributes: 1 }),
  },
  {
    ...MUTATIONS.upsertCustomerAttributeValues,
    selection: 'value { entityId }',
    entity: 'attribute-value',
    async items(store, count) {
      await useUpDefinitionIds(store);
      const [attributeEntityId] = await createDefinitions(store, 1);
      return numbers(count).map((customerEntityId) => ({ customerEntityId, attributeEntityId, value: 'x' }));
    },
    invalid: {
      item: { customerEntityId: UNKNOWN_ID, attributeEntityId: 1, value: 'x' },
      code: 'NOT_FOUND',
      path: ['customerEntityId'],
    },
    duplicate: 'INVALID',
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
    invalid: { item: { customerEntityId: 1, entityId: UNKNOWN_ID }, ...NOT_FOUND },
    duplicate: 'same',
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
        value: { text: uniqueName() },
      })),
    invalid: {
      item: { owner: { customerEntityId: 1 }, name: 'No such field', value: { text: 'x' } },
      code: 'NOT_FOUND',
      path: ['name'],
    },
    duplicate: 'INVALID',
    calls: (count) => ({ updateCustomerFormFieldValues: batches(count) }),
  },
  {
    ...MUTATIONS.updateCustomerConsent,
    selection: 'consent { allow }',
    entity: 'consent',
    items: async (_store, count) =>
      numbers(count).map((customerEntityId) => ({ customerEntityId, allow: ['ANALYTICS'], deny: [] })),
    invalid: { item: { customerEntityId: UNKNOWN_ID, allow: [], deny: [] }, ...NOT_FOUND },
    duplicate: 'INVALID',
    calls: (count) => ({ updateCustomerConsent: count }),
  },
  {
    ...MUTATIONS.createCustomerMetafields,
    selection: 'metafield { entityId }',
    entity: 'metafield',
    items: async (_store, count) => numbers(count).map(metafield),
    invalid: { item: metafield(UNKNOWN_ID), ...NOT_FOUND },
    duplicate: 'INVALID',
    calls: (count) =>
      count === 1 ? { createCustomerMetafields: 1 } : { createCustomersMetafields: batches(count) },
  },
  {
    ...MUTATIONS.updateCustomerMetafields,
    selection: 'metafield { entityId }',
    entity: 'metafield',
    items: async (store, count) =>
      (await createMetafields(store, count)).map((reference) => ({ ...reference, value: uniqueName() })),
    invalid: { item: { customerEntityId: 1, entityId: UNKNOWN_ID, value: 'x' }, ...NOT_FOUND },
    duplicate: 'INVALID',
    calls: (count) =>
      count === 1 ? { updateCustomerMetafield: 1 } : { updateCustomersMetafields: batches(count) },
  },
  {
    ...MUTATIONS.upsertCustomerMetafields,
    selection: 'metafield { entityId }',
    entity: 'metafield',
    items: async (_store, count) => numbers(count).map(metafield),
    invalid: { item: metafield(UNKNOWN_ID), ...NOT_FOUND },
    duplicate: 'INVALID',
    calls: (count) => ({
      ...(count > 2 ? { getallCustomersMetafields: 1 } : { getCustomersMetafields: count }),
      ...(count === 1 ? { createCustomerMetafields: 1 } : { createCustomersMetafields: batches(count) }),
    }),
    // Each customer can be read alone, and both a batch of creates and one of updates can be needed.
    estimate: (count) => (count > 2 ? 1 : 0) + count + (count < 2 ? count : 2 + Math.floor((count - 2) / 10)),
  },
  {
    ...MUTATIONS.deleteCustomerMetafields,
    selection: 'entityId',
    entity: 'metafield',
    items: createMetafields,
    invalid: { item: { customerEntityId: 1, entityId: UNKNOWN_ID }, ...NOT_FOUND },
    duplicate: 'same',
    calls: (count): Record<string, number> =>
      count === 1 ? { deleteCustomerMetafieldsId: 1 } : { deleteCustomersMetafields: 1 },
  },
];

/** An operation with this mutation that selects everything about each result. */
export function caseDocument(kind: MutationCase): string {
  return mutationDocument(
    kind,
    `index outcome errors { code message path retryAfterMs } ${kind.selection}`,
    'summary { total created updated unchanged deleted failed unknown notAttempted }',
  );
}
