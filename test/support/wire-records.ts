// One record of each kind in the form of the REST API, with every field that the API describes.

const CREATED = '2026-04-01T14:23:48Z';
const MODIFIED = '2026-04-02T14:23:48Z';

const formField = (owner: object) => [{ name: 'Floor', value: 2, ...owner }];

const address = {
  id: 3,
  customer_id: 1,
  first_name: 'Ann',
  last_name: 'Dove',
  company: 'Acme',
  address1: '1 Road',
  address2: 'Floor 2',
  city: 'Town',
  state_or_province: 'Texas',
  postal_code: '12345',
  country_code: 'US',
  country: 'United States',
  phone: '555',
  address_type: 'residential',
  form_fields: formField({ address_id: 3 }),
};

const attributeValue = {
  id: 4,
  attribute_id: 5,
  customer_id: 1,
  attribute_value: 'x',
  date_created: CREATED,
  date_modified: MODIFIED,
};

const instrument = { token: 'invented', is_default: true };

const settings = {
  privacy_settings: {
    ask_shopper_for_tracking_consent: true,
    policy_url: 'https://example.org',
    ask_shopper_for_tracking_consent_on_checkout: false,
  },
  customer_group_settings: { guest_customer_group_id: 1, default_customer_group_id: 2 },
};

/** The records by their names in the coverage table. */
export const WIRE_RECORDS: Readonly<Record<string, object>> = {
  customer: {
    id: 1,
    email: 'a@example.org',
    first_name: 'Ann',
    last_name: 'Dove',
    company: 'Acme',
    phone: '555',
    notes: 'VIP',
    tax_exempt_category: 'A',
    customer_group_id: 2,
    registration_ip_address: '192.0.2.1',
    address_count: 1,
    attribute_count: 1,
    authentication: { force_password_reset: true },
    accepts_product_review_abandoned_cart_emails: true,
    origin_channel_id: 1,
    channel_ids: [1],
    shopper_profile_id: '00000000-0000-4000-8000-000000000000',
    segment_ids: ['00000000-0000-4000-8000-000000000001'],
    date_created: CREATED,
    date_modified: MODIFIED,
    addresses: [address],
    attributes: [attributeValue],
    form_fields: formField({ customer_id: 1 }),
    store_credit_amounts: [{ amount: 4.5 }],
  },
  address,
  attributeDefinition: {
    id: 5,
    name: 'Size',
    type: 'string',
    date_created: CREATED,
    date_modified: MODIFIED,
  },
  attributeValue,
  formFieldValue: { name: 'Floor', value: 2, customer_id: 0, address_id: 3 },
  consent: { allow: ['essential'], deny: ['targeting'], updated_at: MODIFIED },
  cardInstrument: {
    ...instrument,
    type: 'stored_card',
    brand: 'visa',
    expiry_month: 1,
    expiry_year: 2030,
    issuer_identification_number: '411111',
    last_4: '1111',
    billing_address: {
      first_name: 'Ann',
      last_name: 'Dove',
      email: 'a@example.org',
      company: 'Acme',
      address1: '1 Road',
      address2: 'Floor 2',
      city: 'Town',
      postal_code: '12345',
      state_or_province: 'Texas',
      state_or_province_code: 'TX',
      country_code: 'US',
      phone: '555',
    },
  },
  payPalInstrument: { ...instrument, type: 'stored_paypal_account', email: 'a@example.org' },
  bankInstrument: {
    ...instrument,
    type: 'stored_bank_account',
    masked_account_number: '****1111',
    issuer: 'Bank',
  },
  metafield: {
    id: 6,
    namespace: 'n',
    key: 'k',
    value: 'v',
    description: 'd',
    permission_set: 'read',
    owner_client_id: 'client',
    resource_type: 'customer',
    resource_id: 1,
    date_created: CREATED,
    date_modified: MODIFIED,
  },
  settings,
  channelSettings: { ...settings, allow_global_logins: true },
  credentials: { is_valid: true, customer_id: 1 },
};
