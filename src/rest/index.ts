import { createAddresses } from './addresses.ts';
import { createAttributes } from './attributes.ts';
import { createRequestClient, type RequestClientOptions } from './client/request-client.ts';
import { createConsent } from './consent.ts';
import { createCredentials } from './credentials.ts';
import { createCustomers } from './customers.ts';
import { createFormFields } from './form-fields.ts';
import { createInstruments } from './instruments.ts';
import { createMetafields } from './metafields.ts';
import { createSettings } from './settings.ts';
import { createAddressWrites } from './writes/addresses.ts';
import { createAttributeWrites } from './writes/attributes.ts';
import { createConsentWrites } from './writes/consent.ts';
import { createCustomerWrites } from './writes/customers.ts';
import { createFormFieldWrites } from './writes/form-fields.ts';
import { createMetafieldWrites } from './writes/metafields.ts';
import { createSettingsWrites } from './writes/settings.ts';

/** The store's REST resources, bound to one GraphQL request. */
export type Rest = ReturnType<typeof createRest>;

export function createRest(options: RequestClientOptions) {
  const client = createRequestClient(options);
  return {
    customers: createCustomers(client),
    addresses: createAddresses(client),
    attributes: createAttributes(client),
    formFields: createFormFields(client),
    consent: createConsent(client),
    instruments: createInstruments(client),
    metafields: createMetafields(client),
    settings: createSettings(client),
    customerWrites: createCustomerWrites(client),
    addressWrites: createAddressWrites(client),
    attributeWrites: createAttributeWrites(client),
    formFieldWrites: createFormFieldWrites(client),
    consentWrites: createConsentWrites(client),
    metafieldWrites: createMetafieldWrites(client),
    settingsWrites: createSettingsWrites(client),
    credentials: createCredentials(client),
  };
}
