// What is known of each write of the API, as data. A lost answer is settled by what stands here, not by hope.

/** What may be done where nobody knows whether a write arrived. */
export type Repeat =
  /** Sending it twice, or late, leaves the store as sending it once does. */
  | 'harmless'
  /** Sending it twice leaves the store as sending it once does, but what lands late undoes what was written since. */
  | 'safe'
  /** Twice would make two, or be refused: only once reading back shows, after the ceiling, that it never arrived. */
  | 'when-absent'
  /** Never: nothing that can be read shows whether it arrived. */
  | 'never';

export interface WriteRule {
  readonly operation: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Items in one call at the most. */
  readonly items: number;
  /** Calls in flight at the most, over all callers. */
  readonly atOnce: number;
  readonly repeat: Repeat;
  readonly why: string;
}

// Sizes: 10 where the vendor states it and, since production clients do so, wherever it states none. Calls at once:
// 10 where its documents say 10, else 3.
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
    why: 'The e-mail address finds a customer again; a second create is refused, or makes a second where e-mails count per channel.',
  }),
  updateCustomers: rule('updateCustomers', 'PUT', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'safe',
    why: 'It sets fields to values. Items with a password are sent once: nothing shows whether it was set.',
  }),
  deleteCustomers: rule('deleteCustomers', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never given out again; deleting what is gone is answered 204.',
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
    why: 'Ids are never given out again; deleting what is gone is answered 204.',
  }),
  createDefinitions: rule('createCustomersAttributes', 'POST', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'when-absent',
    why: 'The name finds a definition again; a second create would make a second of that name.',
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
    why: 'Ids are never given out again; deleting what is gone is answered 204.',
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
    why: 'Ids are never given out again; deleting what is gone is answered 204.',
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
    why: 'Namespace and key find a metafield again; a second create is refused.',
  }),
  createMetafields: rule('createCustomersMetafields', 'POST', {
    items: BATCH,
    atOnce: FEW,
    repeat: 'when-absent',
    why: 'Namespace and key find a metafield again; a second create is refused.',
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
    why: 'Ids are never given out again.',
  }),
  deleteMetafields: rule('deleteCustomersMetafields', 'DELETE', {
    items: 250,
    atOnce: FEW,
    repeat: 'harmless',
    why: 'Ids are never given out again.',
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
    why: 'Every try counts against the guard that keeps passwords from being guessed.',
  }),
} as const satisfies Record<string, WriteRule>;

/** Calls in flight at the most, by operation. */
export const CALLS_AT_ONCE: ReadonlyMap<string, number> = new Map(
  Object.values(WRITE_RULES).map(({ operation, atOnce }) => [operation, atOnce]),
);
