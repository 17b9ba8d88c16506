import type { Node } from '../resolvers/nodes.ts';
import type { CustomerAddress } from '../rest/records/addresses.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../rest/records/attributes.ts';
import type { CustomerConsent } from '../rest/records/consent.ts';
import type { Customer, StoreCredit } from '../rest/records/customers.ts';
import type { FormFieldValue } from '../rest/records/form-fields.ts';
import type { BillingAddress, StoredInstrument } from '../rest/records/instruments.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import type {
  ChannelCustomerSettings,
  CustomerGroupSettings,
  CustomerSettings,
  PrivacySettings,
} from '../rest/records/settings.ts';
import { builder } from './builder.ts';

// One reference per backing model, so types that refer to each other do not import each other.
export const NodeRef = builder.interfaceRef<Node>('Node');
export const CustomerRef = builder.objectRef<Customer>('Customer');
export const StoreCreditRef = builder.objectRef<StoreCredit>('StoreCredit');
export const CustomerAddressRef = builder.objectRef<CustomerAddress>('CustomerAddress');
export const CustomerAttributeDefinitionRef = builder.objectRef<CustomerAttributeDefinition>(
  'CustomerAttributeDefinition',
);
export const CustomerAttributeValueRef = builder.objectRef<CustomerAttributeValue>('CustomerAttributeValue');
export const FormFieldValueRef = builder.interfaceRef<FormFieldValue>('FormFieldValue');
export const CustomerConsentRef = builder.objectRef<CustomerConsent>('CustomerConsent');
export const StoredInstrumentRef = builder.interfaceRef<StoredInstrument>('StoredInstrument');
export const BillingAddressRef = builder.objectRef<BillingAddress>('BillingAddress');
export const CustomerMetafieldRef = builder.objectRef<CustomerMetafield>('CustomerMetafield');
export const CustomerSettingsRef = builder.objectRef<CustomerSettings>('CustomerSettings');
export const ChannelCustomerSettingsRef =
  builder.objectRef<ChannelCustomerSettings>('ChannelCustomerSettings');
export const PrivacySettingsRef = builder.objectRef<PrivacySettings>('PrivacySettings');
export const CustomerGroupSettingsRef = builder.objectRef<CustomerGroupSettings>('CustomerGroupSettings');
