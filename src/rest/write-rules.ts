// Facts about each write of the API, as data. They decide how a write is settled if its response is lost.

/** Whether a write may be repeated if it is unknown whether the store did it. */
export type RetryPolicy =
  /** Idempotent: sent twice or late, it has the same effect as sent once. */
  | 'idempotent'
  /** Sent twice, it has the same effect as sent once, but a late arrival overwrites later writes. */
  | 'last-write-wins'
  /** A second one would create a duplicate or be rejected. Repeated only if a read after the settle time finds nothing. */
  | 'if-absent'
  /** Never repeated: no read shows whether it arrived. */
  | 'never';

export interface WriteRule {
  readonly operation: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Maximum number of items in one call. */
  readonly maxItems: number;
  /** Maximum number of calls in flight, over all callers. */
  readonly maxConcurrency: number;
  readonly retry: RetryPolicy;
  /** Why the write may, or may not, be repeated. */
  readonly reason: string;
}

// Batch size: 10 if the vendor documents it; also 10 if it documents none, as in production clients. Concurrency: 10 if
// the vendor documents 10, else 3.
const BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 3;
const DOCUMENTED_CONCURRENCY = 10;

function rule(
  operation: string,
  method: WriteRule['method'],
  facts: Omit<WriteRule, 'operation' | 'method'>,
): WriteRule {
  return { operation, method, ...facts };
}

export const WRITE_RULES = {
  createCustomers: rule('createCustomers', 'POST', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'if-absent',
    reason:
      'The customer can be found by e-mail address. A second create is rejected, or creates a duplicate if e-mails are per channel.',
  }),
  updateCustomers: rule('updateCustomers', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason:
      'It sets fields to values. Items with a password are sent once: no read shows whether it was set.',
  }),
  deleteCustomers: rule('deleteCustomers', 'DELETE', {
    maxItems: 250,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  createAddresses: rule('createCustomersAddresses', 'POST', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'The store drops an address that repeats one of the same customer.',
  }),
  updateAddresses: rule('updateCustomersAddresses', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets fields to values.',
  }),
  deleteAddresses: rule('deleteCustomersAddresses', 'DELETE', {
    maxItems: 250,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  createDefinitions: rule('createCustomersAttributes', 'POST', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'if-absent',
    reason: 'The definition can be found by name. A second create would create a duplicate.',
  }),
  updateDefinitions: rule('updateCustomersAttributes', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets a name.',
  }),
  deleteDefinitions: rule('deleteCustomersAttributes', 'DELETE', {
    maxItems: 250,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  upsertAttributeValues: rule('upsertCustomersAttributeValues', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'A customer has one value for an attribute.',
  }),
  deleteAttributeValues: rule('deleteCustomersAttributeValues', 'DELETE', {
    maxItems: 250,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  upsertFormFieldValues: rule('updateCustomerFormFieldValues', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DOCUMENTED_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'A customer or address has one value for a form field.',
  }),
  updateConsent: rule('updateCustomerConsent', 'PUT', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets both lists.',
  }),
  createMetafield: rule('createCustomerMetafields', 'POST', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'if-absent',
    reason: 'The metafield can be found by namespace and key. A second create is rejected.',
  }),
  createMetafields: rule('createCustomersMetafields', 'POST', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'if-absent',
    reason: 'The metafield can be found by namespace and key. A second create is rejected.',
  }),
  updateMetafield: rule('updateCustomerMetafield', 'PUT', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets fields to values.',
  }),
  updateMetafields: rule('updateCustomersMetafields', 'PUT', {
    maxItems: BATCH_SIZE,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets fields to values.',
  }),
  deleteMetafield: rule('deleteCustomerMetafieldsId', 'DELETE', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused.',
  }),
  deleteMetafields: rule('deleteCustomersMetafields', 'DELETE', {
    maxItems: 250,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'idempotent',
    reason: 'Ids are never reused.',
  }),
  updateSettings: rule('updateCustomersSettings', 'PUT', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets fields to values.',
  }),
  updateChannelSettings: rule('updateCustomersSettingsChannel', 'PUT', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'last-write-wins',
    reason: 'It sets fields to values.',
  }),
  validateCredentials: rule('validateCustomerCredentials', 'POST', {
    maxItems: 1,
    maxConcurrency: DEFAULT_CONCURRENCY,
    retry: 'never',
    reason: "Every attempt counts against the store's protection against password guessing.",
  }),
} as const satisfies Record<string, WriteRule>;

/** Maximum number of writes in flight, by operation. */
export const WRITE_CONCURRENCY: ReadonlyMap<string, number> = new Map(
  Object.values(WRITE_RULES).map(({ operation, maxConcurrency }) => [operation, maxConcurrency]),
);
