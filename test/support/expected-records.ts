import type { Json } from '../sandbox/support/store-client.ts';

// The expected GraphQL records for given REST records, one line per field, independent of the implementation.

function id(type: string, ...numbers: readonly number[]): string {
  return Buffer.from([type, ...numbers].join(':')).toString('base64url');
}

const emptyToNull = (text: string) => (text === '' ? null : text);
const zeroToNull = (number: number | null) => (number === 0 ? null : number);
const toUtc = (date: string) => date.replace('+00:00', 'Z');
const upper = (word: string) => word.toUpperCase();

export function expectedFormField(wire: Json): Json {
  const { value } = wire;
  const owner = {
    name: wire.name,
    customerEntityId: wire.customer_id ?? null,
    addressEntityId: wire.address_id ?? null,
  };
  if (typeof value === 'number') return { __typename: 'NumberFormFieldValue', ...owner, number: value };
  if (Array.isArray(value)) return { __typename: 'ChoicesFormFieldValue', ...owner, choices: value };
  return { __typename: 'TextFormFieldValue', ...owner, text: value };
}

export function expectedAddress(wire: Json): Json {
  return {
    id: id('CustomerAddress', wire.id),
    entityId: wire.id,
    customerEntityId: wire.customer_id,
    firstName: wire.first_name,
    lastName: wire.last_name,
    company: emptyToNull(wire.company),
    address1: wire.address1,
    address2: emptyToNull(wire.address2),
    city: wire.city,
    stateOrProvince: emptyToNull(wire.state_or_province),
    postalCode: emptyToNull(wire.postal_code),
    countryCode: wire.country_code,
    country: wire.country,
    phone: emptyToNull(wire.phone),
    addressType: upper(wire.address_type),
    formFields: wire.form_fields.map(expectedFormField),
  };
}

export function expectedDefinition(wire: Json): Json {
  return {
    id: id('CustomerAttributeDefinition', wire.id),
    entityId: wire.id,
    label: wire.name,
    type: upper(wire.type),
    createdAt: wire.date_created,
    updatedAt: wire.date_modified,
  };
}

export function expectedValue(wire: Json, definitions: Json): Json {
  const definition = definitions.find((each: Json) => each.id === wire.attribute_id);
  const text = wire.attribute_value;
  return {
    id: id('CustomerAttributeValue', wire.customer_id, wire.attribute_id, wire.id),
    entityId: wire.id,
    attributeEntityId: wire.attribute_id,
    customerEntityId: wire.customer_id,
    name: definition.name,
    value: text,
    numberValue: definition.type === 'number' ? Number(text) : null,
    dateValue: definition.type === 'date' ? text : null,
    createdAt: wire.date_created,
    updatedAt: wire.date_modified,
    definition: expectedDefinition(definition),
  };
}

const INSTRUMENTS: Readonly<Record<string, (wire: Json) => Json>> = {
  stored_card: (wire) => ({
    __typename: 'CardInstrument',
    brand: wire.brand,
    expiryMonth: wire.expiry_month,
    expiryYear: wire.expiry_year,
    issuerIdentificationNumber: wire.issuer_identification_number,
    last4: wire.last_4,
    billingAddress: {
      firstName: wire.billing_address.first_name,
      lastName: wire.billing_address.last_name,
      email: wire.billing_address.email,
      company: emptyToNull(wire.billing_address.company),
      address1: wire.billing_address.address1,
      address2: emptyToNull(wire.billing_address.address2),
      city: wire.billing_address.city,
      postalCode: emptyToNull(wire.billing_address.postal_code),
      stateOrProvince: emptyToNull(wire.billing_address.state_or_province),
      stateOrProvinceCode: emptyToNull(wire.billing_address.state_or_province_code),
      countryCode: wire.billing_address.country_code,
      phone: emptyToNull(wire.billing_address.phone),
    },
  }),
  stored_paypal_account: (wire) => ({ __typename: 'PayPalAccountInstrument', email: wire.email }),
  stored_bank_account: (wire) => ({
    __typename: 'BankAccountInstrument',
    maskedAccountNumber: wire.masked_account_number,
    issuer: wire.issuer,
  }),
};

export function expectedInstrument(wire: Json): Json {
  return {
    type: wire.type,
    token: wire.token,
    isDefault: wire.is_default,
    ...INSTRUMENTS[wire.type]?.(wire),
  };
}

export function expectedMetafield(wire: Json): Json {
  return {
    id: id('CustomerMetafield', wire.resource_id, wire.id),
    entityId: wire.id,
    namespace: wire.namespace,
    key: wire.key,
    value: wire.value,
    description: emptyToNull(wire.description),
    permissionSet: upper(wire.permission_set),
    customerEntityId: wire.resource_id,
    ownerClientId: wire.owner_client_id,
    createdAt: toUtc(wire.date_created),
    updatedAt: toUtc(wire.date_modified),
  };
}

/** All records of a store, as its list endpoints return them. */
export interface StoreRecords {
  readonly customers: Json;
  readonly addresses: Json;
  readonly definitions: Json;
  readonly values: Json;
  readonly formFieldValues: Json;
  readonly metafields: Json;
}

export function expectedCustomer(wire: Json, { addresses, definitions, values }: StoreRecords): Json {
  const books = addresses.filter((each: Json) => each.customer_id === wire.id);
  return {
    id: id('Customer', wire.id),
    entityId: wire.id,
    email: wire.email,
    firstName: wire.first_name,
    lastName: wire.last_name,
    company: emptyToNull(wire.company),
    phone: emptyToNull(wire.phone),
    notes: emptyToNull(wire.notes),
    taxExemptCategory: emptyToNull(wire.tax_exempt_category),
    customerGroupId: zeroToNull(wire.customer_group_id),
    registrationIpAddress: emptyToNull(wire.registration_ip_address),
    acceptsProductReviewAbandonedCartEmails: wire.accepts_product_review_abandoned_cart_emails,
    forcePasswordReset: wire.authentication.force_password_reset,
    originChannelId: wire.origin_channel_id,
    channelIds: wire.channel_ids,
    createdAt: wire.date_created,
    updatedAt: wire.date_modified,
    addressCount: wire.address_count,
    attributeCount: wire.attribute_count,
    storeCredit: wire.store_credit_amounts.map(({ amount }: Json) => ({ amount })),
    shopperProfileId: wire.shopper_profile_id,
    segmentIds: wire.segment_ids,
    formFields: wire.form_fields.map(expectedFormField),
    addresses: { totalCount: books.length, nodes: books.map(expectedAddress) },
    attributes: values
      .filter((each: Json) => each.customer_id === wire.id)
      .map((each: Json) => expectedValue(each, definitions)),
  };
}

function expectedPrivacy(wire: Json): Json {
  return {
    privacy: {
      askShopperForTrackingConsent: wire.privacy_settings.ask_shopper_for_tracking_consent,
      askShopperForTrackingConsentOnCheckout:
        wire.privacy_settings.ask_shopper_for_tracking_consent_on_checkout,
      policyUrl: wire.privacy_settings.policy_url,
    },
    customerGroups: {
      guestCustomerGroupId: zeroToNull(wire.customer_group_settings.guest_customer_group_id),
      defaultCustomerGroupId: zeroToNull(wire.customer_group_settings.default_customer_group_id),
    },
  };
}

export function expectedSettings(wire: Json): Json {
  return { id: id('CustomerSettings'), ...expectedPrivacy(wire) };
}

const OVERRIDABLE = [
  ['privacy_settings', 'ask_shopper_for_tracking_consent'],
  ['privacy_settings', 'ask_shopper_for_tracking_consent_on_checkout'],
  ['privacy_settings', 'policy_url'],
  ['customer_group_settings', 'guest_customer_group_id'],
  ['customer_group_settings', 'default_customer_group_id'],
] as const;

export function expectedChannelSettings(wire: Json, channelId: number): Json {
  return {
    id: id('ChannelCustomerSettings', channelId),
    channelId,
    overrides: OVERRIDABLE.filter(([group, setting]) => wire[group][setting] !== null).map(([, setting]) =>
      setting.toUpperCase(),
    ),
    ...expectedPrivacy(wire),
    allowGlobalLogins: wire.allow_global_logins,
  };
}
