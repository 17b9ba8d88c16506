import { GatewayError, type Readable } from '../../errors.ts';
import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readDateTime,
  readDecimal,
  readInteger,
  readIntegerOrError,
  readItems,
  readList,
  readOptionalText,
  readText,
} from '../wire/decode.ts';
import { readId, readOptionalId } from '../wire/ids.ts';
import { type AddressDecodeOptions, type CustomerAddress, readAddress } from './addresses.ts';
import { type CustomerAttributeValue, readAttributeValue } from './attributes.ts';
import { type FormFieldValue, readFormFields } from './form-fields.ts';

/** Parts of a customer that the store returns only on request. */
export type CustomerInclude =
  | 'addresses'
  | 'attributes'
  | 'formFields'
  | 'storeCredit'
  | 'shopperProfileId'
  | 'segmentIds';

export interface StoreCredit {
  readonly amount: number;
}

/** Undefined if it was not requested, null if the store left it out. */
type Included<T> = T | null | undefined;

export interface Customer {
  readonly nodeType: 'Customer';
  readonly entityId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string | null;
  readonly phone: string | null;
  readonly notes: string | null;
  readonly taxExemptCategory: string | null;
  readonly customerGroupId: Readable<number | null>;
  readonly registrationIpAddress: string | null;
  readonly acceptsProductReviewAbandonedCartEmails: boolean | null;
  readonly forcePasswordReset: boolean | null;
  readonly originChannelId: Readable<number | null>;
  readonly channelIds: Readable<readonly number[] | null>;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  /** At most ten, even if `addressCount` is higher. Null if one of them cannot be read. */
  readonly embeddedAddresses: Included<readonly CustomerAddress[]>;
  readonly addressCount: Included<number>;
  /** At most ten, even if `attributeCount` is higher. Null if one of them cannot be read. */
  readonly embeddedAttributes: Included<readonly CustomerAttributeValue[]>;
  readonly attributeCount: Included<number>;
  readonly formFields: Readable<Included<readonly FormFieldValue[]>>;
  readonly storeCredit: Readable<Included<readonly StoreCredit[]>>;
  readonly shopperProfileId: Readable<Included<string>>;
  readonly segmentIds: Readable<Included<readonly string[]>>;
}

interface CustomerWire {
  readonly id?: unknown;
  readonly email?: unknown;
  readonly first_name?: unknown;
  readonly last_name?: unknown;
  readonly company?: unknown;
  readonly phone?: unknown;
  readonly notes?: unknown;
  readonly tax_exempt_category?: unknown;
  readonly customer_group_id?: unknown;
  readonly registration_ip_address?: unknown;
  readonly accepts_product_review_abandoned_cart_emails?: unknown;
  readonly authentication?: unknown;
  readonly origin_channel_id?: unknown;
  readonly channel_ids?: unknown;
  readonly date_created?: unknown;
  readonly date_modified?: unknown;
  readonly addresses?: unknown;
  readonly address_count?: unknown;
  readonly attributes?: unknown;
  readonly attribute_count?: unknown;
  readonly form_fields?: unknown;
  readonly store_credit_amounts?: unknown;
  readonly shopper_profile_id?: unknown;
  readonly segment_ids?: unknown;
}

export function readCustomer(
  item: unknown,
  include: ReadonlySet<CustomerInclude>,
  onUnexpectedField: OnUnexpectedField,
): Customer {
  const wire: CustomerWire = isObject(item) ? item : {};
  const entityId = readId(wire.id, 'customer.id', onUnexpectedField);
  const authentication = isObject(wire.authentication) ? wire.authentication : {};
  const included = <T>(part: CustomerInclude, read: () => T) => (include.has(part) ? read() : undefined);
  return {
    nodeType: 'Customer',
    entityId,
    email: readText(wire.email, 'customer.email', onUnexpectedField),
    firstName: readText(wire.first_name, 'customer.first_name', onUnexpectedField),
    lastName: readText(wire.last_name, 'customer.last_name', onUnexpectedField),
    company: readOptionalText(wire.company, 'customer.company', onUnexpectedField),
    phone: readOptionalText(wire.phone, 'customer.phone', onUnexpectedField),
    notes: readOptionalText(wire.notes, 'customer.notes', onUnexpectedField),
    taxExemptCategory: readOptionalText(
      wire.tax_exempt_category,
      'customer.tax_exempt_category',
      onUnexpectedField,
    ),
    customerGroupId: readOptionalId(wire.customer_group_id, 'customer.customer_group_id', onUnexpectedField),
    registrationIpAddress: readOptionalText(
      wire.registration_ip_address,
      'customer.registration_ip_address',
      onUnexpectedField,
    ),
    acceptsProductReviewAbandonedCartEmails: readBoolean(
      wire.accepts_product_review_abandoned_cart_emails,
      'customer.accepts_product_review_abandoned_cart_emails',
      onUnexpectedField,
    ),
    forcePasswordReset: readBoolean(
      authentication.force_password_reset,
      'customer.authentication.force_password_reset',
      onUnexpectedField,
    ),
    originChannelId: readIntegerOrError(
      wire.origin_channel_id,
      'customer.origin_channel_id',
      onUnexpectedField,
    ),
    channelIds: readList(
      wire.channel_ids,
      (id) => readInteger(id, 'customer.channel_ids[]', onUnexpectedField),
      'customer.channel_ids',
      onUnexpectedField,
    ),
    createdAt: readDateTime(wire.date_created, 'customer.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'customer.date_modified', onUnexpectedField),
    addressCount: included('addresses', () =>
      readInteger(wire.address_count, 'customer.address_count', onUnexpectedField),
    ),
    embeddedAddresses: included('addresses', () =>
      readAddresses(wire.addresses, entityId, include, onUnexpectedField),
    ),
    attributeCount: included('attributes', () =>
      readInteger(wire.attribute_count, 'customer.attribute_count', onUnexpectedField),
    ),
    embeddedAttributes: included('attributes', () =>
      readEmbedded(
        wire.attributes,
        (value) => readAttributeValue(value, onUnexpectedField, entityId),
        'customer.attributes',
        onUnexpectedField,
      ),
    ),
    formFields: included('formFields', () =>
      readFormFields(
        wire.form_fields,
        { customerEntityId: entityId, addressEntityId: null },
        onUnexpectedField,
      ),
    ),
    storeCredit: included('storeCredit', () =>
      readList(
        wire.store_credit_amounts,
        (credit) => readStoreCredit(credit, onUnexpectedField),
        'customer.store_credit_amounts',
        onUnexpectedField,
      ),
    ),
    shopperProfileId: included('shopperProfileId', () =>
      wire.shopper_profile_id instanceof GatewayError
        ? wire.shopper_profile_id
        : readOptionalText(wire.shopper_profile_id, 'customer.shopper_profile_id', onUnexpectedField),
    ),
    segmentIds: included('segmentIds', () =>
      readList(
        wire.segment_ids,
        (id) => (typeof id === 'string' ? id : null),
        'customer.segment_ids',
        onUnexpectedField,
      ),
    ),
  };
}

function readAddresses(
  wire: unknown,
  ownerId: number,
  include: ReadonlySet<CustomerInclude>,
  onUnexpectedField: OnUnexpectedField,
): readonly CustomerAddress[] | null {
  const reading: AddressDecodeOptions = {
    withFormFields: include.has('formFields'),
    ownerId,
    onUnexpectedField,
  };
  return readEmbedded(wire, (item) => readAddress(item, reading), 'customer.addresses', onUnexpectedField);
}

/** A list that can also be read from an endpoint of its own, so it is null if one of its records cannot be read. */
function readEmbedded<T>(
  value: unknown,
  read: (item: unknown) => T,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): readonly T[] | null {
  if (value === null || value === undefined || value instanceof GatewayError) return null;
  const records = readItems(value, read);
  if (records === null) onUnexpectedField(field);
  return records;
}

function readStoreCredit(wire: unknown, onUnexpectedField: OnUnexpectedField): StoreCredit | null {
  const field = 'customer.store_credit_amounts[].amount';
  const amount = readDecimal(isObject(wire) ? wire.amount : null, field, onUnexpectedField);
  return amount === null ? null : { amount };
}
