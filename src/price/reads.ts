import type { Read } from './tab.ts';

const PATHS = {
  getCustomers: '/customers',
  getCustomersAddresses: '/customers/addresses',
  getCustomersAttributes: '/customers/attributes',
  getCustomersAttributeValues: '/customers/attribute-values',
  getCustomersFormFieldValues: '/customers/form-field-values',
  getCustomerConsent: '/customers/{customerId}/consent',
  getCustomerStoredInstruments: '/customers/{customerId}/stored-instruments',
  getCustomersMetafields: '/customers/{customerId}/metafields',
  getMetafieldsCustomerId: '/customers/{customerId}/metafields/{metafieldId}',
  getallCustomersMetafields: '/customers/metafields',
  getCustomersSettings: '/customers/settings',
  getCustomersSettingsChannel: '/customers/settings/channels/{channelId}',
} as const;

/** A GET call to the store, and the field that needs it. */
export function read(operation: keyof typeof PATHS, field: string, note?: string): Read {
  return { operation, path: PATHS[operation], field, ...(note !== undefined && { note }) };
}
