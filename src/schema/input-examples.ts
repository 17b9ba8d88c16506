const PERSON = 'firstName: "Ada", lastName: "Lovelace"';
const PLACE = `${PERSON}, address1: "12 Quay Street", city: "Bergen", postalCode: "5003", countryCode: "NO"`;
const CONTENT = '{ text: "Nick" }';
const FORM_FIELD = `{ name: "Nickname", value: ${CONTENT} }`;
const NESTED_ADDRESS = `{ ${PLACE} }`;
const NESTED_ATTRIBUTE = '{ attributeName: "Shoe size", value: "42" }';
const NESTED_METAFIELD = '{ namespace: "loyalty", key: "points", value: "120", permissionSet: READ }';
const CONSENT = '{ allow: [ESSENTIAL, ANALYTICS], deny: [TARGETING] }';
const CREDIT = '{ amount: 12.5 }';
const AUTHENTICATION = '{ forcePasswordReset: true }';
const NAME = '{ namespace: "loyalty", key: "points" }';
const PERIOD = '{ min: "2026-04-01", max: "2026-04-30T23:59:59Z" }';
const OWNER = '{ customerEntityId: 33 }';
const PRIVACY = '{ askShopperForTrackingConsent: true, policyUrl: "https://shop.example.org/privacy" }';
const GROUPS = '{ defaultCustomerGroupId: 2 }';

const ITEMS = {
  CreateCustomerInput: `{ email: "ada@example.org", ${PERSON}, addresses: [${NESTED_ADDRESS}], attributes: [${NESTED_ATTRIBUTE}], formFields: [${FORM_FIELD}] }`,
  UpsertCustomerInput: `{ email: "ada@example.org", ${PERSON}, addresses: [${NESTED_ADDRESS}], attributes: [${NESTED_ATTRIBUTE}], formFields: [${FORM_FIELD}], consent: ${CONSENT}, metafields: [${NESTED_METAFIELD}] }`,
  UpdateCustomerInput: '{ entityId: 33, company: "Engines Ltd", phone: null }',
  CreateCustomerAddressInput: `{ customerEntityId: 33, ${PLACE} }`,
  UpdateCustomerAddressInput: '{ entityId: 91, city: "Oslo", address2: null }',
  CreateCustomerAttributeDefinitionInput: '{ name: "Shoe size", type: NUMBER }',
  UpdateCustomerAttributeDefinitionInput: '{ entityId: 1, name: "Size of shoes" }',
  UpsertCustomerAttributeValueInput: '{ customerEntityId: 33, attributeName: "Shoe size", value: "42" }',
  CustomerAttributeValueRefInput: '{ customerEntityId: 33, entityId: 501 }',
  UpsertFormFieldValueInput: `{ owner: ${OWNER}, name: "Nickname", value: ${CONTENT} }`,
  CustomerConsentInput: '{ customerEntityId: 33, allow: [ESSENTIAL, ANALYTICS], deny: [TARGETING] }',
  CreateCustomerMetafieldInput:
    '{ customerEntityId: 33, namespace: "loyalty", key: "points", value: "120", permissionSet: READ }',
  UpdateCustomerMetafieldInput: '{ customerEntityId: 33, entityId: 7, value: "130" }',
  UpsertCustomerMetafieldInput:
    '{ customerEntityId: 33, namespace: "loyalty", key: "points", value: "120", permissionSet: READ }',
  CustomerMetafieldRefInput: '{ customerEntityId: 33, entityId: 7 }',
} as const;

/** An example of each input type, as a GraphQL literal. Descriptions show them. */
export const INPUT_EXAMPLES: Readonly<Record<string, string>> = {
  ...ITEMS,
  CreateCustomersInput: `{ customers: [${ITEMS.CreateCustomerInput}] }`,
  UpsertCustomersInput: `{ customers: [${ITEMS.UpsertCustomerInput}], matchBy: EMAIL }`,
  UpdateCustomersInput: `{ customers: [${ITEMS.UpdateCustomerInput}] }`,
  CreateCustomerAddressesInput: `{ addresses: [${ITEMS.CreateCustomerAddressInput}] }`,
  UpdateCustomerAddressesInput: `{ addresses: [${ITEMS.UpdateCustomerAddressInput}] }`,
  CreateCustomerAttributeDefinitionsInput: `{ definitions: [${ITEMS.CreateCustomerAttributeDefinitionInput}] }`,
  UpdateCustomerAttributeDefinitionsInput: `{ definitions: [${ITEMS.UpdateCustomerAttributeDefinitionInput}] }`,
  UpsertCustomerAttributeValuesInput: `{ values: [${ITEMS.UpsertCustomerAttributeValueInput}] }`,
  DeleteCustomerAttributeValuesInput: `{ values: [${ITEMS.CustomerAttributeValueRefInput}] }`,
  UpsertFormFieldValuesInput: `{ values: [${ITEMS.UpsertFormFieldValueInput}] }`,
  UpdateCustomerConsentInput: `{ customers: [${ITEMS.CustomerConsentInput}] }`,
  CreateCustomerMetafieldsInput: `{ metafields: [${ITEMS.CreateCustomerMetafieldInput}] }`,
  UpdateCustomerMetafieldsInput: `{ metafields: [${ITEMS.UpdateCustomerMetafieldInput}] }`,
  UpsertCustomerMetafieldsInput: `{ metafields: [${ITEMS.UpsertCustomerMetafieldInput}] }`,
  DeleteCustomerMetafieldsInput: `{ metafields: [${ITEMS.CustomerMetafieldRefInput}] }`,
  DeleteInput: '{ entityIds: [33, 34] }',
  ValidateCustomerCredentialsInput: '{ email: "ada@example.org", password: "correct horse 7", channelId: 1 }',
  UpdateCustomerSettingsInput: `{ privacy: ${PRIVACY}, customerGroups: ${GROUPS} }`,
  UpdateChannelCustomerSettingsInput:
    '{ channelId: 1, allowGlobalLogins: true, privacy: { policyUrl: null } }',

  CreateCustomerNestedAddressInput: NESTED_ADDRESS,
  CreateCustomerNestedAttributeInput: NESTED_ATTRIBUTE,
  UpsertCustomerConsentInput: CONSENT,
  UpsertCustomerNestedMetafieldInput: NESTED_METAFIELD,
  CustomerAuthenticationInput: AUTHENTICATION,
  CustomerGroupSettingsInput: GROUPS,
  FormFieldContentInput: CONTENT,
  FormFieldOwnerInput: OWNER,
  FormFieldValueInput: FORM_FIELD,
  MetafieldName: NAME,
  PrivacySettingsInput: PRIVACY,
  StoreCreditInput: CREDIT,

  CustomerBy: '{ email: "ada@example.org" }',
  CustomerAttributeBy: '{ name: "Shoe size" }',
  CustomerMetafieldBy: `{ name: ${NAME} }`,
  DateTimeFilter: PERIOD,
  CustomerFilter: `{ companies: ["Engines Ltd"], createdAt: ${PERIOD} }`,
  CustomerAddressFilter: '{ customerEntityIds: [33, 34] }',
  CustomerAttributeDefinitionBy: '{ name: "Shoe size" }',
  CustomerAttributeDefinitionFilter: '{ nameLike: "size", type: NUMBER }',
  CustomerAttributeValueFilter: '{ customerEntityIds: [33, 34], attributeName: "Shoe size" }',
  CustomerMetafieldFilter: '{ namespaces: ["loyalty"], keys: ["points", "card"] }',
  FormFieldValueFilter: '{ customerEntityId: 33, fieldType: CHECKBOXES }',
  SignInShopperInput: '{ email: "ana@example.org", password: "correct horse 1" }',
  RenewShopperAccessTokenInput: '{ accessToken: "eyJhbGciOi..." }',
  SignOutShopperInput: '{ accessToken: "eyJhbGciOi..." }',
  UpdateViewerInput: '{ firstName: "Ana", company: null }',
  CreateViewerAddressesInput:
    '{ addresses: [{ firstName: "Ana", lastName: "Silva", address1: "1 High Street", city: "Leeds", countryCode: "GB" }] }',
  UpdateViewerAddressesInput: '{ addresses: [{ entityId: 12, city: "York" }] }',
  UpdateViewerConsentInput: '{ allow: [ESSENTIAL], deny: [TARGETING] }',
  ChangeViewerPasswordInput: '{ currentPassword: "correct horse 1", newPassword: "battery staple 2" }',
};
