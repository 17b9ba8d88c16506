import { MAX_IN_VALUES, PAGE_SIZE } from './limits.ts';

// The operations of the REST API that the gateway calls, one row each. Everything that depends on the operation alone
// reads it here: cost, concurrency, retries, required scopes and descriptions.

/** Whether an operation may be repeated if it is unknown whether the store did it. */
export type RetryPolicy =
  /** Idempotent: sent twice or late, it has the same effect as sent once. */
  | 'idempotent'
  /** Sent twice, it has the same effect as sent once, but a late arrival overwrites later writes. */
  | 'last-write-wins'
  /** A second one would create a duplicate or be rejected. Repeated only if a read after the settle time finds nothing. */
  | 'if-absent'
  /** Never repeated: no read shows whether it arrived. */
  | 'never';

/** A permission of the store's API token. The store answers all operations of a permission with 403 if it is missing. */
export type TokenPermission = keyof typeof TOKEN_PERMISSIONS;

export const TOKEN_PERMISSIONS = {
  readCustomers: { scope: 'store_v2_customers_read_only', allows: 'reading customers' },
  readSettings: { scope: 'store_v2_customers_read_only', allows: 'reading settings' },
  readInstruments: {
    scope: 'store_stored_payment_instruments_read_only',
    allows: 'reading stored instruments',
  },
  write: { scope: 'store_v2_customers', allows: 'writing' },
} as const;

interface OperationFacts {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with placeholders: `/customers/{customerId}/consent`. */
  readonly path: string;
  readonly permission: TokenPermission;
  /** Maximum number of records or items in one call. */
  readonly maxItems: number;
  /** Maximum number of calls in flight, over all callers. Null if only the limit of all calls together applies. */
  readonly maxConcurrency: number | null;
  readonly retry: RetryPolicy;
  /** Why the operation may, or may not, be repeated. */
  readonly reason: string;
}

/** A REST operation. */
export interface Operation extends OperationFacts {
  /** The operationId of the API's description. */
  readonly id: string;
}

/** A REST operation that writes. */
export type WriteOperation = Operation & { readonly method: 'POST' | 'PUT' | 'DELETE' };

/** The operationId of an operation that the gateway calls. */
export type OperationId = keyof typeof OPERATIONS;

// Batch size: 10 if the vendor documents it; also 10 if it documents none, as in production clients. Concurrency: 10 if
// the vendor documents 10, else 3.
const BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 3;
const DOCUMENTED_CONCURRENCY = 10;

/** A read. One that is not of a list has one record. */
function read(
  path: string,
  { maxItems = PAGE_SIZE, permission = 'readCustomers' }: Partial<OperationFacts> = {},
) {
  const retry: RetryPolicy = 'idempotent';
  return {
    ...({ method: 'GET', path, permission, maxItems, maxConcurrency: null, retry } as const),
    reason: 'It changes nothing.',
  };
}

type WriteFacts = Pick<OperationFacts, 'retry' | 'reason'> &
  Partial<Pick<OperationFacts, 'maxItems' | 'maxConcurrency'>>;

function write<M extends 'POST' | 'PUT' | 'DELETE'>(
  method: M,
  path: string,
  { maxItems = BATCH_SIZE, maxConcurrency = DEFAULT_CONCURRENCY, retry, reason }: WriteFacts,
) {
  return { method, path, permission: 'write' as const, maxItems, maxConcurrency, retry, reason };
}

const ONE_VALUE: Pick<OperationFacts, 'maxItems'> = { maxItems: 1 };
const SETS_FIELDS: WriteFacts = { retry: 'last-write-wins', reason: 'It sets fields to values.' };
const DELETES_IDS: WriteFacts = {
  maxItems: MAX_IN_VALUES,
  retry: 'idempotent',
  reason: 'Ids are never reused. Deleting a missing record returns 204.',
};
const CREATES_METAFIELDS: WriteFacts = {
  retry: 'if-absent',
  reason: 'The metafield can be found by namespace and key. A second create is rejected.',
};

export const OPERATIONS = withIds({
  getCustomers: read('/customers'),
  createCustomers: write('POST', '/customers', {
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'if-absent',
    reason:
      'The customer can be found by e-mail address. A second create is rejected, or creates a duplicate if e-mails are per channel.',
  }),
  updateCustomers: write('PUT', '/customers', {
    retry: 'last-write-wins',
    reason:
      'It sets fields to values. Items with a password are sent once: no read shows whether it was set.',
  }),
  deleteCustomers: write('DELETE', '/customers', DELETES_IDS),

  getCustomersAddresses: read('/customers/addresses'),
  createCustomersAddresses: write('POST', '/customers/addresses', {
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'last-write-wins',
    reason:
      'The store drops an address that repeats one of the same customer. A late arrival creates it again if it was changed or deleted since.',
  }),
  updateCustomersAddresses: write('PUT', '/customers/addresses', SETS_FIELDS),
  deleteCustomersAddresses: write('DELETE', '/customers/addresses', DELETES_IDS),

  getCustomersAttributes: read('/customers/attributes'),
  createCustomersAttributes: write('POST', '/customers/attributes', {
    retry: 'if-absent',
    reason: 'The definition can be found by name. A second create would create a duplicate.',
  }),
  updateCustomersAttributes: write('PUT', '/customers/attributes', SETS_FIELDS),
  deleteCustomersAttributes: write('DELETE', '/customers/attributes', DELETES_IDS),

  getCustomersAttributeValues: read('/customers/attribute-values'),
  upsertCustomersAttributeValues: write('PUT', '/customers/attribute-values', {
    retry: 'last-write-wins',
    reason: 'A customer has one value for an attribute.',
  }),
  deleteCustomersAttributeValues: write('DELETE', '/customers/attribute-values', DELETES_IDS),

  getCustomersFormFieldValues: read('/customers/form-field-values'),
  updateCustomerFormFieldValues: write('PUT', '/customers/form-field-values', {
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'A customer or address has one value for a form field.',
  }),

  getCustomerConsent: read('/customers/{customerId}/consent', ONE_VALUE),
  updateCustomerConsent: write('PUT', '/customers/{customerId}/consent', {
    ...ONE_VALUE,
    retry: 'last-write-wins',
    reason: 'It sets both lists.',
  }),

  getCustomerStoredInstruments: read('/customers/{customerId}/stored-instruments', {
    ...ONE_VALUE,
    permission: 'readInstruments',
  }),

  getCustomersMetafields: read('/customers/{customerId}/metafields'),
  createCustomerMetafields: write('POST', '/customers/{customerId}/metafields', {
    ...ONE_VALUE,
    ...CREATES_METAFIELDS,
  }),
  getMetafieldsCustomerId: read('/customers/{customerId}/metafields/{metafieldId}', ONE_VALUE),
  updateCustomerMetafield: write('PUT', '/customers/{customerId}/metafields/{metafieldId}', {
    ...ONE_VALUE,
    ...SETS_FIELDS,
  }),
  deleteCustomerMetafieldsId: write('DELETE', '/customers/{customerId}/metafields/{metafieldId}', {
    ...ONE_VALUE,
    retry: 'idempotent',
    reason: 'Ids are never reused.',
  }),
  getallCustomersMetafields: read('/customers/metafields'),
  createCustomersMetafields: write('POST', '/customers/metafields', CREATES_METAFIELDS),
  updateCustomersMetafields: write('PUT', '/customers/metafields', SETS_FIELDS),
  deleteCustomersMetafields: write('DELETE', '/customers/metafields', DELETES_IDS),

  getCustomersSettings: read('/customers/settings', { ...ONE_VALUE, permission: 'readSettings' }),
  updateCustomersSettings: write('PUT', '/customers/settings', { ...ONE_VALUE, ...SETS_FIELDS }),
  getCustomersSettingsChannel: read('/customers/settings/channels/{channel_id}', {
    ...ONE_VALUE,
    permission: 'readSettings',
  }),
  updateCustomersSettingsChannel: write('PUT', '/customers/settings/channels/{channel_id}', {
    ...ONE_VALUE,
    ...SETS_FIELDS,
  }),

  validateCustomerCredentials: write('POST', '/customers/validate-credentials', {
    ...ONE_VALUE,
    retry: 'never',
    reason: "Every attempt counts against the store's protection against password guessing.",
  }),
} as const satisfies Readonly<Record<string, OperationFacts>>);

function withIds<T extends Readonly<Record<string, OperationFacts>>>(table: T) {
  const rows = Object.entries(table).map(([id, facts]) => [id, { ...facts, id }]);
  return Object.fromEntries(rows) as { readonly [K in keyof T]: T[K] & { readonly id: K } };
}

/** Maximum number of calls in flight by operation, for operations that have one of their own. */
export const MAX_CONCURRENCY: ReadonlyMap<string, number> = new Map(
  Object.values<Operation>(OPERATIONS).flatMap(({ id, maxConcurrency }) =>
    maxConcurrency === null ? [] : [[id, maxConcurrency]],
  ),
);

/** The path of a call, with these ids in place of the placeholders, in order. */
export function pathOf({ path }: Pick<Operation, 'path'>, ids: readonly number[] = []): string {
  if (ids.length === 0) return path;
  const left = [...ids];
  return path.replaceAll(/\{\w+\}/g, () => String(left.shift()));
}

/** The permission that a call needs. For operations that are not in the table it depends on the method. */
export function permissionOf(operation: string, method: string): TokenPermission {
  if (isOperationId(operation)) return OPERATIONS[operation].permission;
  return method === 'GET' ? 'readCustomers' : 'write';
}

function isOperationId(id: string): id is OperationId {
  return Object.hasOwn(OPERATIONS, id);
}
