import type { OperationId } from '../../src/rest/operations.ts';

/** A mutation, and the bodies of the REST calls that it makes. */
export interface BodyCase {
  readonly mutation: string;
  readonly bodies: readonly unknown[];
}

const RESULTS = '{ results { outcome } }';

const ADDRESS_INPUT = `
  firstName: "Ann", lastName: "Dove", company: "Acme", address1: "1 Road", address2: "Floor 2", city: "Town",
  stateOrProvince: "Texas", postalCode: "12345", countryCode: "US", phone: "555", addressType: RESIDENTIAL,
  formFields: [{ name: "Floor", value: { number: 2 } }]
`;
const ADDRESS_BODY = {
  first_name: 'Ann',
  last_name: 'Dove',
  company: 'Acme',
  address1: '1 Road',
  address2: 'Floor 2',
  city: 'Town',
  state_or_province: 'Texas',
  postal_code: '12345',
  country_code: 'US',
  phone: '555',
  address_type: 'residential',
  form_fields: [{ name: 'Floor', value: 2 }],
};
const COMMERCIAL_INPUT = ADDRESS_INPUT.replace('RESIDENTIAL', 'COMMERCIAL').replace('1 Road', '3 Road');
const COMMERCIAL_BODY = { ...ADDRESS_BODY, address_type: 'commercial', address1: '3 Road' };

const CUSTOMER_INPUT = `
  email: "new@example.org", firstName: "Ann", lastName: "Dove", company: "Acme", phone: "555", notes: "VIP",
  taxExemptCategory: "A", customerGroupId: 1, authentication: { forcePasswordReset: true, newPassword: "invented-1" },
  acceptsProductReviewAbandonedCartEmails: true, storeCredit: [{ amount: 4.5 }], channelIds: [1],
  formFields: [{ name: "Interests", value: { choices: ["Yoga"] } }]
`;
const CUSTOMER_BODY = {
  email: 'new@example.org',
  first_name: 'Ann',
  last_name: 'Dove',
  company: 'Acme',
  phone: '555',
  notes: 'VIP',
  tax_exempt_category: 'A',
  customer_group_id: 1,
  authentication: { force_password_reset: true, new_password: 'invented-1' },
  accepts_product_review_abandoned_cart_emails: true,
  store_credit_amounts: [{ amount: 4.5 }],
  channel_ids: [1],
  form_fields: [{ name: 'Interests', value: ['Yoga'] }],
};

const PERMISSION_SETS = ['APP_ONLY', 'READ', 'WRITE', 'READ_AND_SF_ACCESS', 'WRITE_AND_SF_ACCESS'] as const;

function metafieldInput(permissionSet: string, index: number, ids: string): string {
  return `{ ${ids}, namespace: "n", key: "k${index}", value: "v", description: "d", permissionSet: ${permissionSet} }`;
}

/** One metafield for each permission set. */
function metafieldInputs(ids: (index: number) => string): string {
  return PERMISSION_SETS.map((set, index) => metafieldInput(set, index, ids(index))).join(' ');
}

function metafieldBodies(ids: (index: number) => object): readonly object[] {
  return PERMISSION_SETS.map((set, index) => ({
    ...ids(index),
    namespace: 'n',
    key: `k${index}`,
    value: 'v',
    description: 'd',
    permission_set: set.toLowerCase(),
  }));
}

const SETTINGS_INPUT = `
  privacy: {
    askShopperForTrackingConsent: true, askShopperForTrackingConsentOnCheckout: false, policyUrl: "https://example.org"
  }
  customerGroups: { guestCustomerGroupId: 1, defaultCustomerGroupId: 2 }
`;
const SETTINGS_BODY = {
  privacy_settings: {
    ask_shopper_for_tracking_consent: true,
    ask_shopper_for_tracking_consent_on_checkout: false,
    policy_url: 'https://example.org',
  },
  customer_group_settings: { guest_customer_group_id: 1, default_customer_group_id: 2 },
};

/** For each operation with a body, a mutation with every input field and every value of an enumeration. */
export const BODY_CASES: Readonly<Partial<Record<OperationId, BodyCase>>> = {
  createCustomers: {
    mutation: `createCustomers(input: { customers: [{
      ${CUSTOMER_INPUT}, originChannelId: 1, triggerAccountCreatedNotification: true
      addresses: [{ ${ADDRESS_INPUT} }, { ${COMMERCIAL_INPUT} }]
      attributes: [{ attributeEntityId: 1, value: "2000-01-01" }]
    }] }) ${RESULTS}`,
    bodies: [
      [
        {
          ...CUSTOMER_BODY,
          origin_channel_id: 1,
          trigger_account_created_notification: true,
          addresses: [ADDRESS_BODY, COMMERCIAL_BODY],
          attributes: [{ attribute_id: 1, attribute_value: '2000-01-01' }],
        },
      ],
    ],
  },
  updateCustomers: {
    mutation: `updateCustomers(input: { customers: [{ entityId: 3, ${CUSTOMER_INPUT} }] }) ${RESULTS}`,
    bodies: [[{ id: 3, ...CUSTOMER_BODY }]],
  },
  createCustomersAddresses: {
    mutation: `createCustomerAddresses(input: { addresses: [
      { customerEntityId: 1, ${ADDRESS_INPUT} } { customerEntityId: 2, ${COMMERCIAL_INPUT} }
    ] }) ${RESULTS}`,
    bodies: [
      [
        { customer_id: 1, ...ADDRESS_BODY },
        { customer_id: 2, ...COMMERCIAL_BODY },
      ],
    ],
  },
  updateCustomersAddresses: {
    mutation: `updateCustomerAddresses(input: { addresses: [
      { entityId: 1, ${ADDRESS_INPUT} } { entityId: 2, ${COMMERCIAL_INPUT} }
    ] }) ${RESULTS}`,
    bodies: [
      [
        { id: 1, ...ADDRESS_BODY },
        { id: 2, ...COMMERCIAL_BODY },
      ],
    ],
  },
  createCustomersAttributes: {
    mutation: `createCustomerAttributeDefinitions(input: { definitions: [
      { name: "s", type: STRING } { name: "n", type: NUMBER } { name: "d", type: DATE }
    ] }) ${RESULTS}`,
    bodies: [
      [
        { name: 's', type: 'string' },
        { name: 'n', type: 'number' },
        { name: 'd', type: 'date' },
      ],
    ],
  },
  updateCustomersAttributes: {
    mutation: `updateCustomerAttributeDefinitions(input: { definitions: [{ entityId: 2, name: "m" }] }) ${RESULTS}`,
    bodies: [[{ id: 2, name: 'm' }]],
  },
  upsertCustomersAttributeValues: {
    mutation: `upsertCustomerAttributeValues(input: { values: [
      { customerEntityId: 1, attributeEntityId: 2, value: "7" }
    ] }) ${RESULTS}`,
    bodies: [[{ customer_id: 1, attribute_id: 2, value: '7' }]],
  },
  updateCustomerFormFieldValues: {
    mutation: `upsertFormFieldValues(input: { values: [
      { owner: { customerEntityId: 1 }, name: "Interests", value: { choices: ["Yoga"] } }
      { owner: { addressEntityId: 1 }, name: "Floor", value: { number: 3 } }
      { owner: { addressEntityId: 2 }, name: "Delivery notes", value: { text: "B" } }
    ] }) ${RESULTS}`,
    bodies: [
      [
        { customer_id: 1, name: 'Interests', value: ['Yoga'] },
        { address_id: 1, name: 'Floor', value: 3 },
        { address_id: 2, name: 'Delivery notes', value: 'B' },
      ],
    ],
  },
  updateCustomerConsent: {
    mutation: `updateCustomerConsent(input: { customers: [
      { customerEntityId: 1, allow: [ESSENTIAL, FUNCTIONAL], deny: [ANALYTICS, TARGETING] }
      { customerEntityId: 2, allow: [TARGETING, ANALYTICS], deny: [FUNCTIONAL, ESSENTIAL] }
    ] }) ${RESULTS}`,
    bodies: [
      { allow: ['essential', 'functional'], deny: ['analytics', 'targeting'] },
      { allow: ['targeting', 'analytics'], deny: ['functional', 'essential'] },
    ],
  },
  createCustomerMetafields: {
    mutation: PERMISSION_SETS.map(
      (set, index) =>
        `m${index}: createCustomerMetafields(input: { metafields: [${metafieldInput(set, index, 'customerEntityId: 1')}] }) ${RESULTS}`,
    ).join(' '),
    bodies: metafieldBodies(() => ({})),
  },
  updateCustomerMetafield: {
    mutation: PERMISSION_SETS.map(
      (set, index) =>
        `m${index}: updateCustomerMetafields(input: { metafields: [${metafieldInput(set, index, `customerEntityId: 1, entityId: ${index + 1}`)}] }) ${RESULTS}`,
    ).join(' '),
    bodies: metafieldBodies(() => ({})),
  },
  createCustomersMetafields: {
    mutation: `createCustomerMetafields(input: { metafields: [
      ${metafieldInputs((index) => `customerEntityId: ${index + 1}`)}
    ] }) ${RESULTS}`,
    bodies: [metafieldBodies((index) => ({ resource_id: index + 1 }))],
  },
  updateCustomersMetafields: {
    mutation: `updateCustomerMetafields(input: { metafields: [
      ${metafieldInputs((index) => `customerEntityId: 1, entityId: ${index + 1}`)}
    ] }) ${RESULTS}`,
    bodies: [metafieldBodies((index) => ({ id: index + 1 }))],
  },
  deleteCustomersMetafields: {
    mutation: `deleteCustomerMetafields(input: { metafields: [
      { customerEntityId: 1, entityId: 1 } { customerEntityId: 1, metafieldId: 3000000000 }
    ] }) ${RESULTS}`,
    bodies: [[1, 3_000_000_000]],
  },
  updateCustomersSettings: {
    mutation: `updateCustomerSettings(input: { ${SETTINGS_INPUT} }) { outcome }`,
    bodies: [SETTINGS_BODY],
  },
  updateCustomersSettingsChannel: {
    mutation: `updateChannelCustomerSettings(input: {
      channelId: 1, ${SETTINGS_INPUT} allowGlobalLogins: true
    }) { outcome }`,
    bodies: [{ ...SETTINGS_BODY, allow_global_logins: true }],
  },
  validateCustomerCredentials: {
    mutation:
      'validateCustomerCredentials(input: { email: "a@example.org", password: "invented-1", channelId: 1 }) { isValid }',
    bodies: [{ email: 'a@example.org', password: 'invented-1', channel_id: 1 }],
  },
};
