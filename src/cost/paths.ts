import type { CallTemplate } from './plan.ts';

const READ_PATHS = {
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
export function readCall(operation: keyof typeof READ_PATHS, field: string, note?: string): CallTemplate {
  return { operation, path: READ_PATHS[operation], field, ...(note !== undefined && { note }) };
}
