import { type AddressesRest, createAddresses } from './addresses.ts';
import { type AttributesRest, createAttributes } from './attributes.ts';
import { createRequestClient, type RequestClientOptions } from './client/request-client.ts';
import { type ConsentRest, createConsent } from './consent.ts';
import { type CredentialsRest, createCredentials } from './credentials.ts';
import { type CustomersRest, createCustomers } from './customers.ts';
import { createFormFields, type FormFieldsRest } from './form-fields.ts';
import { createInstruments, type InstrumentsRest } from './instruments.ts';
import { createMetafields, type MetafieldsRest } from './metafields.ts';
import { createSettings, type SettingsRest } from './settings.ts';
import { type AddressWrites, createAddressWrites } from './writes/addresses.ts';
import { type AttributeWrites, createAttributeWrites } from './writes/attributes.ts';
import { type ConsentWrites, createConsentWrites } from './writes/consent.ts';
import { type CustomerWrites, createCustomerWrites } from './writes/customers.ts';
import { createFormFieldWrites, type FormFieldWrites } from './writes/form-fields.ts';
import { createMetafieldWrites, type MetafieldWrites } from './writes/metafields.ts';
import { createSettingsWrites, type SettingsWrites } from './writes/settings.ts';

/** The store's REST resources, bound to one GraphQL request. */
export interface Rest {
  readonly customers: CustomersRest;
  readonly addresses: AddressesRest;
  readonly attributes: AttributesRest;
  readonly formFields: FormFieldsRest;
  readonly consent: ConsentRest;
  readonly instruments: InstrumentsRest;
  readonly metafields: MetafieldsRest;
  readonly settings: SettingsRest;
  readonly customerWrites: CustomerWrites;
  readonly addressWrites: AddressWrites;
  readonly attributeWrites: AttributeWrites;
  readonly formFieldWrites: FormFieldWrites;
  readonly consentWrites: ConsentWrites;
  readonly metafieldWrites: MetafieldWrites;
  readonly settingsWrites: SettingsWrites;
  readonly credentials: CredentialsRest;
}

export function createRest(options: RequestClientOptions): Rest {
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
