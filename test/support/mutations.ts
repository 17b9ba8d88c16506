/** A mutation that writes, as far as all of them are alike. */
export interface Mutation {
  readonly mutation: string;
  /** Name of the list in the input. Null if the input is the only item. */
  readonly list: string | null;
  /** Name of the input type. */
  readonly input: string;
  /** Name of the record in each result. Null if the result itself has the id. */
  readonly record: string | null;
  /** Outcome of an item that was written. An upsert is CREATED if there was no record. */
  readonly outcome: 'CREATED' | 'UPDATED' | 'DELETED';
}

/** All mutations that write. */
export const MUTATIONS = {
  createCustomers: {
    mutation: 'createCustomers',
    list: 'customers',
    input: 'CreateCustomersInput',
    record: 'customer',
    outcome: 'CREATED',
  },
  updateCustomers: {
    mutation: 'updateCustomers',
    list: 'customers',
    input: 'UpdateCustomersInput',
    record: 'customer',
    outcome: 'UPDATED',
  },
  upsertCustomers: {
    mutation: 'upsertCustomers',
    list: 'customers',
    input: 'UpsertCustomersInput',
    record: 'customer',
    outcome: 'CREATED',
  },
  deleteCustomers: {
    mutation: 'deleteCustomers',
    list: 'entityIds',
    input: 'DeleteInput',
    record: null,
    outcome: 'DELETED',
  },
  createCustomerAddresses: {
    mutation: 'createCustomerAddresses',
    list: 'addresses',
    input: 'CreateCustomerAddressesInput',
    record: 'address',
    outcome: 'CREATED',
  },
  updateCustomerAddresses: {
    mutation: 'updateCustomerAddresses',
    list: 'addresses',
    input: 'UpdateCustomerAddressesInput',
    record: 'address',
    outcome: 'UPDATED',
  },
  deleteCustomerAddresses: {
    mutation: 'deleteCustomerAddresses',
    list: 'entityIds',
    input: 'DeleteInput',
    record: null,
    outcome: 'DELETED',
  },
  createCustomerAttributeDefinitions: {
    mutation: 'createCustomerAttributeDefinitions',
    list: 'definitions',
    input: 'CreateCustomerAttributeDefinitionsInput',
    record: 'definition',
    outcome: 'CREATED',
  },
  updateCustomerAttributeDefinitions: {
    mutation: 'updateCustomerAttributeDefinitions',
    list: 'definitions',
    input: 'UpdateCustomerAttributeDefinitionsInput',
    record: 'definition',
    outcome: 'UPDATED',
  },
  deleteCustomerAttributeDefinitions: {
    mutation: 'deleteCustomerAttributeDefinitions',
    list: 'entityIds',
    input: 'DeleteInput',
    record: null,
    outcome: 'DELETED',
  },
  upsertCustomerAttributeValues: {
    mutation: 'upsertCustomerAttributeValues',
    list: 'values',
    input: 'UpsertCustomerAttributeValuesInput',
    record: 'value',
    outcome: 'CREATED',
  },
  deleteCustomerAttributeValues: {
    mutation: 'deleteCustomerAttributeValues',
    list: 'values',
    input: 'DeleteCustomerAttributeValuesInput',
    record: null,
    outcome: 'DELETED',
  },
  upsertFormFieldValues: {
    mutation: 'upsertFormFieldValues',
    list: 'values',
    input: 'UpsertFormFieldValuesInput',
    record: 'value',
    outcome: 'UPDATED',
  },
  updateCustomerConsent: {
    mutation: 'updateCustomerConsent',
    list: 'customers',
    input: 'UpdateCustomerConsentInput',
    record: 'consent',
    outcome: 'UPDATED',
  },
  createCustomerMetafields: {
    mutation: 'createCustomerMetafields',
    list: 'metafields',
    input: 'CreateCustomerMetafieldsInput',
    record: 'metafield',
    outcome: 'CREATED',
  },
  updateCustomerMetafields: {
    mutation: 'updateCustomerMetafields',
    list: 'metafields',
    input: 'UpdateCustomerMetafieldsInput',
    record: 'metafield',
    outcome: 'UPDATED',
  },
  upsertCustomerMetafields: {
    mutation: 'upsertCustomerMetafields',
    list: 'metafields',
    input: 'UpsertCustomerMetafieldsInput',
    record: 'metafield',
    outcome: 'CREATED',
  },
  deleteCustomerMetafields: {
    mutation: 'deleteCustomerMetafields',
    list: 'metafields',
    input: 'DeleteCustomerMetafieldsInput',
    record: null,
    outcome: 'DELETED',
  },
  updateCustomerSettings: {
    mutation: 'updateCustomerSettings',
    list: null,
    input: 'UpdateCustomerSettingsInput',
    record: 'settings',
    outcome: 'UPDATED',
  },
  updateChannelCustomerSettings: {
    mutation: 'updateChannelCustomerSettings',
    list: null,
    input: 'UpdateChannelCustomerSettingsInput',
    record: 'settings',
    outcome: 'UPDATED',
  },
} as const satisfies Readonly<Record<string, Mutation>>;

/** An operation with one of these mutations and the variable `input`. */
export function mutationDocument(
  { mutation, list, input }: Mutation,
  resultSelection: string,
  payloadSelection = '',
): string {
  const selection = list === null ? resultSelection : `results { ${resultSelection} } ${payloadSelection}`;
  return `mutation ($input: ${input}!) { ${mutation}(input: $input) { ${selection} } }`;
}
