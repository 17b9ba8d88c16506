import type { StoreClient } from '../sandbox/support/store-client.ts';

/** One of the mutations that take a list, and what a test needs to know of it. */
export interface WriteKind {
  readonly mutation: string;
  /** What the list is called in the input. */
  readonly list: string;
  readonly input: string;
  /** What of each result is asked for besides the outcome. */
  readonly record: string;
  readonly outcome: 'CREATED' | 'UPDATED' | 'DELETED';
  /** The kind of record in the ledger. */
  readonly entity: string;
  /** So many valid items, none about the same record as another. What they need is put into the store first. */
  items(store: StoreClient, count: number): Promise<readonly unknown[]>;
  /** An item that fails, and with which code and path below its own. */
  readonly bad: { readonly item: unknown; readonly code: string; readonly path: readonly string[] };
  /** What the second of two items about the same record gets. */
  readonly twice: 'INVALID' | 'DUPLICATE' | 'same';
  /** Calls by operation that so many items cost where nothing goes wrong. */
  calls(count: number): Readonly<Record<string, number>>;
}

const NOBODY = 999_999;
const batches = (count: number) => Math.ceil(count / 10);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const NOT_FOUND = { code: 'NOT_FOUND', path: [] } as const;

let made = 0;

/** A name that no other record has. */
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
    mutation: 'createCustomers',
    list: 'customers',
    input: 'CreateCustomersInput',
    record: 'customer { entityId }',
    outcome: 'CREATED',
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
    mutation: 'updateCustomers',
    list: 'customers',
    input: 'UpdateCustomersInput',
    record: 'customer { entityId }',
    outcome: 'UPDATED',
    entity: 'customer',
    items: async (_store, count) => numbers(count).map((entityId) => ({ entityId, company: fresh() })),
    bad: { item: { entityId: NOBODY, company: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomers: batches(count) }),
  },
  {
    mutation: 'deleteCustomers',
    list: 'entityIds',
    input: 'DeleteInput',
    record: 'entityId',
    outcome: 'DELETED',
    entity: 'customer',
    items: async (_store, count) => numbers(count),
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomers: 1, deleteCustomers: 1 }),
  },
  {
    mutation: 'createCustomerAddresses',
    list: 'addresses',
    input: 'CreateCustomerAddressesInput',
    record: 'address { entityId }',
    outcome: 'CREATED',
    entity: 'address',
    items: async (_store, count) => numbers(count).map(address),
    bad: { item: address(NOBODY), code: 'NOT_FOUND', path: ['customerEntityId'] },
    twice: 'DUPLICATE',
    calls: (count) => ({ createCustomersAddresses: batches(count) }),
  },
  {
    mutation: 'updateCustomerAddresses',
    list: 'addresses',
    input: 'UpdateCustomerAddressesInput',
    record: 'address { entityId }',
    outcome: 'UPDATED',
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
    mutation: 'deleteCustomerAddresses',
    list: 'entityIds',
    input: 'DeleteInput',
    record: 'entityId',
    outcome: 'DELETED',
    entity: 'address',
    items: (store, count) => idsIn(store, '/customers/addresses', count),
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomersAddresses: 1, deleteCustomersAddresses: 1 }),
  },
  {
    mutation: 'createCustomerAttributeDefinitions',
    list: 'definitions',
    input: 'CreateCustomerAttributeDefinitionsInput',
    record: 'definition { entityId }',
    outcome: 'CREATED',
    entity: 'attribute',
    items: async (_store, count) => numbers(count).map(() => ({ name: fresh(), type: 'STRING' })),
    // The store refuses nothing else than one too many.
    bad: { item: { name: '', type: 'STRING' }, code: 'REQUIRED', path: ['name'] },
    twice: 'INVALID',
    calls: (count) => ({ createCustomersAttributes: batches(count) }),
  },
  {
    mutation: 'updateCustomerAttributeDefinitions',
    list: 'definitions',
    input: 'UpdateCustomerAttributeDefinitionsInput',
    record: 'definition { entityId }',
    outcome: 'UPDATED',
    entity: 'attribute',
    items: async (store, count) =>
      (await definitions(store, count)).map((entityId) => ({ entityId, name: fresh() })),
    bad: { item: { entityId: NOBODY, name: 'x' }, code: 'NOT_FOUND', path: ['entityId'] },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomersAttributes: batches(count) }),
  },
  {
    mutation: 'deleteCustomerAttributeDefinitions',
    list: 'entityIds',
    input: 'DeleteInput',
    record: 'entityId',
    outcome: 'DELETED',
    entity: 'attribute',
    items: definitions,
    bad: { item: NOBODY, ...NOT_FOUND },
    twice: 'same',
    calls: () => ({ getCustomersAttributes: 1, deleteCustomersAttributes: 1 }),
  },
  {
    mutation: 'upsertCustomerAttributeValues',
    list: 'values',
    input: 'UpsertCustomerAttributeValuesInput',
    record: 'value { entityId }',
    outcome: 'CREATED',
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
    mutation: 'deleteCustomerAttributeValues',
    list: 'values',
    input: 'DeleteCustomerAttributeValuesInput',
    record: 'entityId',
    outcome: 'DELETED',
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
    mutation: 'upsertFormFieldValues',
    list: 'values',
    input: 'UpsertFormFieldValuesInput',
    record: 'value { name }',
    outcome: 'UPDATED',
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
    mutation: 'updateCustomerConsent',
    list: 'customers',
    input: 'UpdateCustomerConsentInput',
    record: 'consent { allow }',
    outcome: 'UPDATED',
    entity: 'consent',
    items: async (_store, count) =>
      numbers(count).map((customerEntityId) => ({ customerEntityId, allow: ['ANALYTICS'], deny: [] })),
    bad: { item: { customerEntityId: NOBODY, allow: [], deny: [] }, ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) => ({ updateCustomerConsent: count }),
  },
  {
    mutation: 'createCustomerMetafields',
    list: 'metafields',
    input: 'CreateCustomerMetafieldsInput',
    record: 'metafield { entityId }',
    outcome: 'CREATED',
    entity: 'metafield',
    items: async (_store, count) => numbers(count).map(metafield),
    bad: { item: metafield(NOBODY), ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) =>
      count === 1 ? { createCustomerMetafields: 1 } : { createCustomersMetafields: batches(count) },
  },
  {
    mutation: 'updateCustomerMetafields',
    list: 'metafields',
    input: 'UpdateCustomerMetafieldsInput',
    record: 'metafield { entityId }',
    outcome: 'UPDATED',
    entity: 'metafield',
    items: async (store, count) =>
      (await ownMetafields(store, count)).map((reference) => ({ ...reference, value: fresh() })),
    bad: { item: { customerEntityId: 1, entityId: NOBODY, value: 'x' }, ...NOT_FOUND },
    twice: 'INVALID',
    calls: (count) =>
      count === 1 ? { updateCustomerMetafield: 1 } : { updateCustomersMetafields: batches(count) },
  },
  {
    mutation: 'deleteCustomerMetafields',
    list: 'metafields',
    input: 'DeleteCustomerMetafieldsInput',
    record: 'entityId',
    outcome: 'DELETED',
    entity: 'metafield',
    items: ownMetafields,
    bad: { item: { customerEntityId: 1, entityId: NOBODY }, ...NOT_FOUND },
    twice: 'same',
    calls: (count): Record<string, number> =>
      count === 1 ? { deleteCustomerMetafieldsId: 1 } : { deleteCustomersMetafields: 1 },
  },
];

/** The operation that writes a list, and answers all there is to know of each item. */
export function documentOf({ mutation, list, input, record }: WriteKind): string {
  return `mutation ($items: ${input}!) {
    ${mutation}(input: $items) {
      results { index outcome errors { code message path retryAfterMs } ${record} }
      summary { total created updated unchanged deleted failed unknown notAttempted }
    }
  } # ${list}`;
}
