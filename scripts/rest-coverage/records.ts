import { fieldsOf, type Rows, valuesOf, within, without } from './rows.ts';

const DATES: (type: string) => Rows = (type) => ({
  date_created: `${type}.createdAt`,
  date_modified: `${type}.updatedAt`,
});

/** A form field value in the record of its owner. */
function formFields(type: string, owner: 'customer_id' | 'address_id', place: string): Rows {
  return {
    form_fields: `${type}.formFields`,
    'form_fields[].name': 'FormFieldValue.name',
    'form_fields[].value': FORM_FIELD_VALUE,
    [`form_fields[].${owner}`]: { at: place, how: 'It is the id of the record that contains the value.' },
  };
}

const FORM_FIELD_VALUE = [
  'TextFormFieldValue.text',
  'NumberFormFieldValue.number',
  'ChoicesFormFieldValue.choices',
];

const ADDRESS: Rows = {
  id: 'CustomerAddress.entityId',
  customer_id: 'CustomerAddress.customerEntityId',
  ...fieldsOf(
    'CustomerAddress',
    'first_name last_name company address1 address2 city state_or_province postal_code country_code country phone address_type',
  ),
  ...valuesOf('address_type', 'AddressType', 'residential commercial'),
  ...formFields('CustomerAddress', 'address_id', 'FormFieldValue.addressEntityId'),
};

const ATTRIBUTE_VALUE: Rows = {
  id: 'CustomerAttributeValue.entityId',
  attribute_id: 'CustomerAttributeValue.attributeEntityId',
  customer_id: 'CustomerAttributeValue.customerEntityId',
  attribute_value: [
    'CustomerAttributeValue.value',
    'CustomerAttributeValue.numberValue',
    'CustomerAttributeValue.dateValue',
  ],
  ...DATES('CustomerAttributeValue'),
};

const CUSTOMER: Rows = {
  id: 'Customer.entityId',
  ...fieldsOf(
    'Customer',
    'email first_name last_name company phone notes tax_exempt_category customer_group_id registration_ip_address address_count attribute_count',
  ),
  authentication: 'Customer',
  'authentication.force_password_reset': 'Customer.forcePasswordReset',
  ...fieldsOf(
    'Customer',
    'accepts_product_review_abandoned_cart_emails origin_channel_id channel_ids shopper_profile_id segment_ids',
  ),
  ...DATES('Customer'),
  addresses: 'Customer.addresses',
  ...within('addresses[].', ADDRESS),
  attributes: 'Customer.attributes',
  ...within('attributes[].', ATTRIBUTE_VALUE),
  ...formFields('Customer', 'customer_id', 'FormFieldValue.customerEntityId'),
  store_credit_amounts: 'Customer.storeCredit',
  'store_credit_amounts[].amount': 'StoreCredit.amount',
};

const RESOURCE_TYPES = 'brand product variant category cart channel location order customer';

const METAFIELD: Rows = {
  id: ['CustomerMetafield.entityId', 'CustomerMetafield.metafieldId'],
  ...fieldsOf('CustomerMetafield', 'namespace key value description permission_set owner_client_id'),
  ...valuesOf(
    'permission_set',
    'MetafieldPermissionSet',
    'app_only read write read_and_sf_access write_and_sf_access',
  ),
  ...without(
    `resource_type ${RESOURCE_TYPES.split(' ')
      .map((type) => `resource_type=${type}`)
      .join(' ')}`,
    'A constant: the metafields of these operations belong to customers.',
  ),
  resource_id: ['CustomerMetafield.customerEntityId', 'CustomerMetafield.resourceId'],
  ...DATES('CustomerMetafield'),
};

/** The fields of every instrument. */
const INSTRUMENT = fieldsOf('StoredInstrument', 'type token is_default');

const SETTINGS: Rows = {
  privacy_settings: 'CustomerSettings.privacy',
  ...within(
    'privacy_settings.',
    fieldsOf(
      'PrivacySettings',
      'ask_shopper_for_tracking_consent policy_url ask_shopper_for_tracking_consent_on_checkout',
    ),
  ),
  customer_group_settings: 'CustomerSettings.customerGroups',
  ...within(
    'customer_group_settings.',
    fieldsOf('CustomerGroupSettings', 'guest_customer_group_id default_customer_group_id'),
  ),
};

const CATEGORIES = 'essential functional analytics targeting';
const GRANTED_SIZE = 'The store can grant fewer records a page than requested.';
const LINK = 'A page follows if it is there. The store leaves it out.';
const IN_ALL = 'The other connections have it too.';

/** The records that responses contain: the place of each field. */
export const RECORDS: Readonly<Record<string, { readonly title: string; readonly fields: Rows }>> = {
  customer: { title: 'Customer', fields: CUSTOMER },
  address: { title: 'Address', fields: ADDRESS },
  attributeDefinition: {
    title: 'Attribute',
    fields: {
      id: 'CustomerAttributeDefinition.entityId',
      ...fieldsOf('CustomerAttributeDefinition', 'name type'),
      ...valuesOf('type', 'CustomerAttributeType', 'string number date'),
      ...DATES('CustomerAttributeDefinition'),
    },
  },
  attributeValue: { title: 'Attribute value', fields: ATTRIBUTE_VALUE },
  formFieldValue: {
    title: 'Form field value',
    fields: {
      name: 'FormFieldValue.name',
      value: FORM_FIELD_VALUE,
      customer_id: 'FormFieldValue.customerEntityId',
      address_id: 'FormFieldValue.addressEntityId',
    },
  },
  consent: {
    title: 'Consent of a customer',
    fields: {
      ...fieldsOf('CustomerConsent', 'allow deny updated_at'),
      ...valuesOf('allow', 'ConsentCategory', CATEGORIES),
      ...valuesOf('deny', 'ConsentCategory', CATEGORIES),
    },
  },
  cardInstrument: {
    title: 'Card',
    fields: {
      ...INSTRUMENT,
      'type=stored_card': 'CardInstrument',
      ...fieldsOf('CardInstrument', 'brand expiry_month expiry_year issuer_identification_number'),
      last_4: 'CardInstrument.last4',
      billing_address: 'CardInstrument.billingAddress',
      ...within(
        'billing_address.',
        fieldsOf(
          'BillingAddress',
          'first_name last_name email company address1 address2 city postal_code state_or_province state_or_province_code country_code phone',
        ),
      ),
    },
  },
  payPalInstrument: {
    title: 'PayPal account',
    fields: {
      ...INSTRUMENT,
      'type=stored_paypal_account': 'PayPalAccountInstrument',
      ...fieldsOf('PayPalAccountInstrument', 'email'),
    },
  },
  bankInstrument: {
    title: 'Bank account',
    fields: {
      ...INSTRUMENT,
      'type=stored_bank_account': 'BankAccountInstrument',
      ...fieldsOf('BankAccountInstrument', 'masked_account_number issuer'),
    },
  },
  metafield: { title: 'Metafield', fields: METAFIELD },
  settings: { title: 'Settings of the store', fields: SETTINGS },
  channelSettings: {
    title: 'Settings of a channel',
    fields: {
      ...SETTINGS,
      privacy_settings: ['ChannelCustomerSettings.privacy', 'ChannelCustomerSettings.overrides'],
      customer_group_settings: [
        'ChannelCustomerSettings.customerGroups',
        'ChannelCustomerSettings.overrides',
      ],
      allow_global_logins: 'ChannelCustomerSettings.allowGlobalLogins',
    },
  },
  credentials: {
    title: 'Result of a check of credentials',
    fields: {
      is_valid: 'ValidateCustomerCredentialsPayload.isValid',
      customer_id: [
        'ValidateCustomerCredentialsPayload.customerEntityId',
        'ValidateCustomerCredentialsPayload.customer',
      ],
    },
  },
  deletedMetafields: { title: 'Ids of deleted metafields', fields: { '[]': 'DeleteResult.outcome' } },
  nothing: { title: 'No content', fields: {} },
  page: {
    title: 'Page of a list',
    fields: {
      'meta.pagination.total': { at: 'CustomerConnection.totalCount', how: IN_ALL },
      ...without('meta.pagination.count meta.cursor_pagination.count', 'It is the number of `nodes`.'),
      'meta.pagination.per_page': { at: 'PageInfo.hasNextPage', how: GRANTED_SIZE },
      'meta.cursor_pagination.per_page': { at: 'PageInfo.hasNextPage', how: GRANTED_SIZE },
      'meta.pagination.current_page': {
        at: 'PageInfo.hasPreviousPage',
        how: 'It is the place of the page.',
      },
      'meta.pagination.total_pages': {
        at: 'PageInfo.hasNextPage',
        how: 'With `current_page`, it tells whether a page follows.',
      },
      'meta.pagination.links.next': { at: 'PageInfo.hasNextPage', how: LINK },
      'meta.cursor_pagination.links.next': { at: 'PageInfo.hasNextPage', how: LINK },
      ...without(
        'meta.pagination.links.previous meta.pagination.links.current meta.cursor_pagination.links.previous meta.cursor_pagination.links.current',
        'The store leaves them out. `PageInfo` does not need them.',
      ),
      'meta.cursor_pagination.start_cursor': {
        at: ['PageInfo.startCursor', 'CustomerEdge.cursor'],
        how: 'A cursor of the gateway contains it.',
      },
      'meta.cursor_pagination.end_cursor': {
        at: ['PageInfo.endCursor', 'CustomerEdge.cursor'],
        how: 'A cursor of the gateway contains it.',
      },
    },
  },
  batch: {
    title: 'Result of a batch of metafields',
    fields: {
      'meta.total': { at: 'WriteSummary.total', how: 'The gateway counts the outcomes.' },
      'meta.success': {
        at: ['WriteSummary.created', 'WriteSummary.updated', 'WriteSummary.deleted'],
        how: 'The gateway counts the outcomes.',
      },
      'meta.failed': { at: 'WriteSummary.failed', how: 'The gateway counts the outcomes.' },
      'errors[]': { at: 'WriteResult.errors', how: 'Each is assigned to its item.' },
    },
  },
  error: {
    title: 'Error',
    fields: {
      status: { at: 'WriteError.upstreamStatus', how: 'For a read it is `extensions.status`.' },
      title: { at: 'WriteError.message', how: 'For a read it is `extensions.title`. Values are removed.' },
      errors: {
        at: ['WriteError.path', 'WriteError.message'],
        how: 'For a read the names are `extensions.fields`. Values are removed.',
      },
      ...without('type instance', 'Links to the documentation and the request of the vendor.'),
    },
  },
};
