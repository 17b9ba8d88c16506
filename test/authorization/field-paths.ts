import { type GraphQLObjectType, getNamedType, isAbstractType, isCompositeType } from 'graphql';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { schema } from '../../src/schema/index.ts';

/** The records that the operations use, all of one customer, the owner. */
export interface TargetRecords {
  readonly owner: number;
  readonly email: string;
  readonly address: number;
  readonly value: number;
  readonly metafield: number;
  /** A customer that may be deleted. */
  readonly doomed: number;
  /** An attribute definition that may be deleted. */
  readonly definition: number;
  /** A token of the owner. */
  readonly token: string;
  /** A string that no record contains yet. */
  readonly fresh: string;
}

/** The field that returns each type, so there is exactly one path from a root to every field. */
const RETURNED_BY: Readonly<Record<string, string>> = {
  Viewer: 'Query.viewer',
  RateLimit: 'Query.rateLimit',
  Customer: 'Query.customer',
  CustomerConnection: 'Query.customers',
  CustomerEdge: 'CustomerConnection.edges',
  CustomerSearchConnection: 'Query.searchCustomers',
  CustomerSearchEdge: 'CustomerSearchConnection.edges',
  CustomerSearchFailure: 'CustomerSearchConnection.failures',
  StoreCredit: 'Customer.storeCredit',
  CustomerAddressConnection: 'Customer.addresses',
  CustomerAddressEdge: 'CustomerAddressConnection.edges',
  CustomerAddress: 'CustomerAddressConnection.nodes',
  PageInfo: 'CustomerAddressConnection.pageInfo',
  TextFormFieldValue: 'Customer.formFields',
  NumberFormFieldValue: 'Customer.formFields',
  ChoicesFormFieldValue: 'Customer.formFields',
  FormFieldDefinition: 'Query.formFieldDefinitions',
  FormFieldValueConnection: 'Query.formFieldValues',
  FormFieldValueEdge: 'FormFieldValueConnection.edges',
  CustomerConsent: 'Customer.consent',
  CustomerAttributeValue: 'Customer.attributes',
  CustomerAttributeDefinition: 'CustomerAttributeValue.definition',
  CustomerAttributeValueConnection: 'Query.customerAttributeValues',
  CustomerAttributeValueEdge: 'CustomerAttributeValueConnection.edges',
  CustomerMetafieldConnection: 'Customer.metafields',
  CustomerMetafieldEdge: 'CustomerMetafieldConnection.edges',
  CustomerMetafield: 'CustomerMetafieldConnection.nodes',
  CardInstrument: 'Customer.storedInstruments',
  PayPalAccountInstrument: 'Customer.storedInstruments',
  BankAccountInstrument: 'Customer.storedInstruments',
  OtherInstrument: 'Customer.storedInstruments',
  BillingAddress: 'CardInstrument.billingAddress',
  CustomerSettings: 'Query.customerSettings',
  PrivacySettings: 'CustomerSettings.privacy',
  CustomerGroupSettings: 'CustomerSettings.customerGroups',
  ChannelCustomerSettings: 'Query.channelCustomerSettings',
  CustomersPayload: 'Mutation.updateCustomers',
  CustomerResult: 'CustomersPayload.results',
  UpsertCustomersPayload: 'Mutation.upsertCustomers',
  UpsertCustomerResult: 'UpsertCustomersPayload.results',
  CustomerPartResult: 'UpsertCustomerResult.parts',
  CustomerAddressesPayload: 'Mutation.updateCustomerAddresses',
  CustomerAddressResult: 'CustomerAddressesPayload.results',
  CustomerAttributeDefinitionsPayload: 'Mutation.updateCustomerAttributeDefinitions',
  CustomerAttributeDefinitionResult: 'CustomerAttributeDefinitionsPayload.results',
  CustomerAttributeValuesPayload: 'Mutation.upsertCustomerAttributeValues',
  CustomerAttributeValueResult: 'CustomerAttributeValuesPayload.results',
  FormFieldValuesPayload: 'Mutation.upsertFormFieldValues',
  FormFieldValueResult: 'FormFieldValuesPayload.results',
  CustomerConsentPayload: 'Mutation.updateCustomerConsent',
  CustomerConsentResult: 'CustomerConsentPayload.results',
  CustomerMetafieldsPayload: 'Mutation.updateCustomerMetafields',
  CustomerMetafieldResult: 'CustomerMetafieldsPayload.results',
  DeletePayload: 'Mutation.deleteCustomerAddresses',
  DeleteResult: 'DeletePayload.results',
  WriteSummary: 'CustomersPayload.summary',
  // The second of two updates of one customer fails.
  WriteError: 'CustomerResult.errors',
  CustomerSettingsPayload: 'Mutation.updateCustomerSettings',
  ChannelCustomerSettingsPayload: 'Mutation.updateChannelCustomerSettings',
  ValidateCustomerCredentialsPayload: 'Mutation.validateCustomerCredentials',
  UpdateViewerPayload: 'Mutation.updateViewer',
  UpdateViewerConsentPayload: 'Mutation.updateViewerConsent',
  ChangeViewerPasswordPayload: 'Mutation.changeViewerPassword',
  SignInShopperPayload: 'Mutation.signInShopper',
  RenewShopperAccessTokenPayload: 'Mutation.renewShopperAccessToken',
  SignOutShopperPayload: 'Mutation.signOutShopper',
  ShopperAccessToken: 'SignInShopperPayload.accessToken',
};

function fieldArguments(
  field: string,
  { owner, email, address, value, metafield, doomed, definition, fresh, token }: TargetRecords,
): string {
  const place = `firstName: "A", lastName: "B", address1: "${fresh}-2", city: "D", countryCode: "GB"`;
  const id = toGlobalId('Customer', owner);
  const all: Readonly<Record<string, string>> = {
    'Query.customer': `by: { entityId: ${owner} }`,
    'Query.customers': `first: 1, filter: { entityIds: [${owner}] }`,
    'Query.customerAddress': `entityId: ${address}`,
    'Query.customerAddresses': `first: 1, filter: { customerEntityIds: [${owner}] }`,
    'Query.customerAttributeDefinition': 'by: { name: "Birthday" }',
    'Query.customerAttributeValues': `first: 1, filter: { customerEntityIds: [${owner}] }`,
    'Query.customerMetafields': `first: 1, customerEntityId: ${owner}`,
    'Query.customerMetafield': `customerEntityId: ${owner}, by: { entityId: ${metafield} }`,
    'Query.customerConsent': `customerEntityId: ${owner}`,
    'Query.customerStoredInstruments': `customerEntityId: ${owner}`,
    'Query.formFieldValues': `first: 1, filter: { customerEntityId: ${owner} }`,
    'Query.searchCustomers': 'first: 1, query: "an"',
    'Query.node': `id: "${id}"`,
    'Query.nodes': `ids: ["${id}"]`,
    'Query.channelCustomerSettings': 'channelId: 1',
    'Customer.attribute': 'by: { attributeEntityId: 1 }',
    'Customer.metafield': `by: { entityId: ${metafield} }`,
    'Mutation.updateCustomers': `input: { customers: [{ entityId: ${owner}, company: "X" }, { entityId: ${owner}, company: "Y" }] }`,
    'Mutation.createCustomers': `input: { customers: [{ email: "new-${fresh}@example.org", firstName: "N", lastName: "N" }] }`,
    'Mutation.upsertCustomers': `input: { matchBy: ENTITY_ID, customers: [{ entityId: ${owner}, company: "${fresh}", addresses: [{ ${place} }] }] }`,
    'Mutation.deleteCustomers': `input: { entityIds: [${doomed}] }`,
    'Mutation.createCustomerAddresses': `input: { addresses: [{ customerEntityId: ${owner}, ${place} }] }`,
    'Mutation.updateCustomerAddresses': `input: { addresses: [{ entityId: ${address}, city: "X" }] }`,
    'Mutation.deleteCustomerAddresses': `input: { entityIds: [${address}] }`,
    'Mutation.createCustomerAttributeDefinitions': `input: { definitions: [{ name: "${fresh}", type: STRING }] }`,
    'Mutation.updateCustomerAttributeDefinitions': `input: { definitions: [{ entityId: 1, name: "${fresh}" }] }`,
    'Mutation.deleteCustomerAttributeDefinitions': `input: { entityIds: [${definition}] }`,
    'Mutation.upsertCustomerAttributeValues': `input: { values: [{ customerEntityId: ${owner}, attributeEntityId: 1, value: "1" }] }`,
    'Mutation.deleteCustomerAttributeValues': `input: { values: [{ customerEntityId: ${owner}, entityId: ${value} }] }`,
    'Mutation.upsertFormFieldValues': `input: { values: [{ owner: { customerEntityId: ${owner} }, name: "Nickname", value: { text: "X" } }] }`,
    'Mutation.updateCustomerConsent': `input: { customers: [{ customerEntityId: ${owner}, allow: [ESSENTIAL], deny: [] }] }`,
    'Mutation.createCustomerMetafields': `input: { metafields: [{ customerEntityId: ${owner}, namespace: "n", key: "${fresh}-2", value: "v", permissionSet: READ }] }`,
    'Mutation.upsertCustomerMetafields': `input: { metafields: [{ customerEntityId: ${owner}, namespace: "n", key: "${fresh}", value: "v", permissionSet: READ }] }`,
    'Mutation.updateCustomerMetafields': `input: { metafields: [{ customerEntityId: ${owner}, entityId: ${metafield}, value: "v" }] }`,
    'Mutation.deleteCustomerMetafields': `input: { metafields: [{ customerEntityId: ${owner}, entityId: ${metafield} }] }`,
    'Mutation.updateCustomerSettings':
      'input: { privacy: { policyUrl: "https://shop.example.com/privacy" } }',
    'Mutation.updateChannelCustomerSettings': 'input: { channelId: 1, allowGlobalLogins: true }',
    'Mutation.updateViewer': 'input: { company: "X" }',
    'Mutation.createViewerAddresses': `input: { addresses: [{ ${place} }] }`,
    'Mutation.updateViewerAddresses': `input: { addresses: [{ entityId: ${address}, city: "X" }] }`,
    'Mutation.deleteViewerAddresses': `input: { entityIds: [${address}] }`,
    'Mutation.updateViewerConsent': 'input: { allow: [ESSENTIAL], deny: [] }',
    'Mutation.changeViewerPassword': 'input: { currentPassword: "sandbox1", newPassword: "sandbox1" }',
    'Mutation.signInShopper': `input: { email: "${email}", password: "sandbox1" }`,
    'Mutation.renewShopperAccessToken': `input: { accessToken: "${token}" }`,
    'Mutation.signOutShopper': `input: { accessToken: "${token}" }`,
    'Mutation.validateCustomerCredentials': `input: { email: "${email}", password: "sandbox1" }`,
  };
  const given = all[field];
  return given === undefined ? '' : `(${given})`;
}

/** The path of fields from a root to a field, including both: `Query.customer`, `Customer.email`. */
export function pathTo(field: string): readonly string[] {
  const type = typeOf(field);
  if (type === 'Query' || type === 'Mutation') return [field];
  const leading = RETURNED_BY[type];
  if (leading === undefined) throw new Error(`no field is known that returns ${type}`);
  return [...pathTo(leading), field];
}

/** An operation that selects one field by its path. */
export function pathDocument(route: readonly string[], world: TargetRecords): string {
  const [root = '', ...rest] = route;
  return `${typeOf(root) === 'Mutation' ? 'mutation ' : ''}{ ${written(root, rest)} }`;

  function written(field: string, below: readonly string[]): string {
    const [next, ...others] = below;
    const selection = next === undefined ? lastSelection(field) : `{ ${onType(field, next, others)} }`;
    return `${nameOf(field)}${fieldArguments(field, world)} ${selection}`;
  }

  function onType(field: string, next: string, others: readonly string[]): string {
    const step = written(next, others);
    return isAbstractType(returnedType(field)) ? `... on ${typeOf(next)} { ${step} }` : step;
  }

  /** The selection on the last field: the outcomes of a mutation with results, or `__typename`. */
  function lastSelection(field: string): string {
    const type = returnedType(field);
    if (!isCompositeType(type)) return '';
    const hasResults = typeOf(field) === 'Mutation' && 'getFields' in type && 'results' in type.getFields();
    return hasResults ? '{ results { outcome } }' : '{ __typename }';
  }
}

export function typeOf(field: string): string {
  return field.slice(0, field.indexOf('.'));
}

export function nameOf(field: string): string {
  return field.slice(field.indexOf('.') + 1);
}

function returnedType(field: string) {
  const { type } = (schema.getType(typeOf(field)) as GraphQLObjectType).getFields()[nameOf(field)] ?? {};
  if (type === undefined) throw new Error(`there is no field ${field}`);
  return getNamedType(type);
}
