// Facts about each write of the API, as data. They decide how a write is settled if its response is lost.

/** Whether a write may be repeated if it is unknown whether the store did it. */
export type Repeat =
  /** Idempotent: sent twice or late, it has the same effect as sent once. */
  | 'harmless'
  /** Sent twice, it has the same effect as sent once, but a late arrival overwrites later writes. */
  | 'safe'
  /** A second one would create a duplicate or be rejected. Repeated only if a read after the settle time finds nothing. */
  | 'when-absent'
  /** Never repeated: no read shows whether it arrived. */
  | 'never';

export interface WriteRule {
  readonly operation: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Maximum number of items in one call. */
  readonly items: number;
  /** Maximum number of calls in flight, over all callers. */
  readonly atOnce: number;
  readonly repeat: Repeat;
  /** Why the write may, or may not, be repeated. */
  readonly why: string;
}

// Batch size: 10 if the vendor documents it; also 10 if it documents none, as in production clients. Concurrency: 10 if
// the vendor documents 10, else 3.
const BATCH = 10;
const FEW = 3;
const MANY = 10;

function rule(
  operation: string,
  method: WriteRule['method'],
  facts: Omit<WriteRule, 'operation' | 'method'>,
): WriteRule {
  return { operation, method, ...facts };
}

export const WRITE_RULES = {
  createCustomers: rule('createCustomers', 'POST', {
    items: BATCH,
    atOnce: MANY,
    repeat: 'when-absent',
    why: 'The customer can be found by e-mail address. A second create is rejected, or creates a duplicate if e-mails are per channel.',
  }),
  updateCustomers: rule('updateCustomers', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values. Items with a password are sent once: no read shows whether it was set.',
  }),
  deleteCustomers: rule('deleteCustomers', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  createAddresses: rule('createCustomersAddresses', 'POST', {
    items: BATCH,
    atOnce: MANY,
    repeat: 'safe',
    why: 'The store drops an address that repeats one of the same customer.',
  }),
  updateAddresses: rule('updateCustomersAddresses', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values.',
  }),
  deleteAddresses: rule('deleteCustomersAddresses', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  createDefinitions: rule('createCustomersAttributes', 'POST', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'when-absent',
    why: 'The definition can be found by name. A second create would create a duplicate.',
  }),
  updateDefinitions: rule('updateCustomersAttributes', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets a name.',
  }),
  deleteDefinitions: rule('deleteCustomersAttributes', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  upsertAttributeValues: rule('upsertCustomersAttributeValues', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'A customer has one value for an attribute.',
  }),
  deleteAttributeValues: rule('deleteCustomersAttributeValues', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused. Deleting a missing record returns 204.',
  }),
  upsertFormFieldValues: rule('updateCustomerFormFieldValues', 'PUT', {
    items: BATCH,
    atOnce: MANY,
    repeat: 'safe',
    why: 'A customer or address has one value for a form field.',
  }),
  updateConsent: rule('updateCustomerConsent', 'PUT', {
    items: 1,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets both lists.',
  }),
  createMetafield: rule('createCustomerMetafields', 'POST', {
    items: 1,
    atOnce: FEW,
    repeat: 'when-absent',
    why: 'The metafield can be found by namespace and key. A second create is rejected.',
  }),
  createMetafields: rule('createCustomersMetafields', 'POST', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'when-absent',
    why: 'The metafield can be found by namespace and key. A second create is rejected.',
  }),
  updateMetafield: rule('updateCustomerMetafield', 'PUT', {
    items: 1,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values.',
  }),
  updateMetafields: rule('updateCustomersMetafields', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values.',
  }),
  deleteMetafield: rule('deleteCustomerMetafieldsId', 'DELETE', {
    items: 1,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused.',
  }),
  deleteMetafields: rule('deleteCustomersMetafields', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never reused.',
  }),
  updateSettings: rule('updateCustomersSettings', 'PUT', {
    items: 1,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values.',
  }),
  updateChannelSettings: rule('updateCustomersSettingsChannel', 'PUT', {
    items: 1,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values.',
  }),
  validateCredentials: rule('validateCustomerCredentials', 'POST', {
    items: 1,
    atOnce: FEW,
    repeat: 'never',
    why: "Every attempt counts against the store's protection against password guessing.",
  }),
} as const satisfies Record<string, WriteRule>;

/** Maximum number of writes in flight, by operation. */
export const CALLS_AT_ONCE: ReadonlyMap<string, number> = new Map(
  Object.values(WRITE_RULES).map(({ operation, atOnce }) => [operation, atOnce]),
);
