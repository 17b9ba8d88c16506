import { createAddresses } from './addresses.ts';
import { createAttributes } from './attributes.ts';
import {
  createRequestClient,
  type RequestClient,
  type RequestClientOptions,
} from './client/request-client.ts';
import { createConsent } from './consent.ts';
import { createCredentials } from './credentials.ts';
import { createCustomers } from './customers.ts';
import { createFormFields } from './form-fields.ts';
import { createInstruments } from './instruments.ts';
import { createMetafields } from './metafields.ts';
import { onFirstUse } from './on-first-use.ts';
import { createSettings } from './settings.ts';
import { createAddressWrites } from './writes/addresses.ts';
import { createAttributeWrites } from './writes/attributes.ts';
import { createConsentWrites } from './writes/consent.ts';
import { createCustomerWrites } from './writes/customers.ts';
import { createFormFieldWrites } from './writes/form-fields.ts';
import { createMetafieldWrites } from './writes/metafields.ts';
import { createSettingsWrites } from './writes/settings.ts';

const createResources = onFirstUse<RequestClient>()({
  /** Length of a URL before the path of a call, in characters. */
  urlPrefixLength: ({ urlPrefixLength }) => urlPrefixLength,
  customers: createCustomers,
  addresses: createAddresses,
  attributes: createAttributes,
  formFields: createFormFields,
  consent: createConsent,
  instruments: createInstruments,
  metafields: createMetafields,
  settings: createSettings,
  customerWrites: createCustomerWrites,
  addressWrites: createAddressWrites,
  attributeWrites: createAttributeWrites,
  formFieldWrites: createFormFieldWrites,
  consentWrites: createConsentWrites,
  metafieldWrites: createMetafieldWrites,
  settingsWrites: createSettingsWrites,
  credentials: createCredentials,
});

/** The store's REST resources, bound to one GraphQL request. Each is made on first use. */
export type Rest = ReturnType<typeof createResources>;

export function createRest(options: RequestClientOptions): Rest {
  return createResources(createRequestClient(options));
}
