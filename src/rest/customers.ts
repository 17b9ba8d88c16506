import { type AddressDecodeOptions, type CustomerAddress, readAddress } from './addresses.ts';
import { type CustomerAttributeValue, readAttributeValue } from './attributes.ts';
import { type Chunk, decodeChunks } from './batching/chunks.ts';
import type { RequestClient } from './client/request-client.ts';
import { type FormFieldValue, readFormFields } from './form-fields.ts';
import { idField, lookUp, textField } from './lookups.ts';
import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readDateTime,
  readId,
  readInteger,
  readList,
  readOptionalId,
  readOptionalText,
  readText,
} from './wire/decode.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
import { type DateRange, dateRangeParameters, listParameter, type Parameter } from './wire/query.ts';

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
  readonly customerGroupId: number | null;
  readonly registrationIpAddress: string | null;
  readonly acceptsProductReviewAbandonedCartEmails: boolean | null;
  readonly forcePasswordReset: boolean | null;
  readonly originChannelId: number | null;
  readonly channelIds: readonly number[] | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  /** At most ten, even if `addressCount` is higher. */
  readonly embeddedAddresses: Included<readonly CustomerAddress[]>;
  readonly addressCount: Included<number>;
  /** At most ten, even if `attributeCount` is higher. */
  readonly embeddedAttributes: Included<readonly CustomerAttributeValue[]>;
  readonly attributeCount: Included<number>;
  readonly formFields: Included<readonly FormFieldValue[]>;
  readonly storeCredit: Included<readonly StoreCredit[]>;
  readonly shopperProfileId: Included<string>;
  readonly segmentIds: Included<readonly string[]>;
}

/** Conditions on customers, combined with AND. A list matches any of its values. */
export interface CustomerFilter {
  readonly entityIds?: readonly number[] | undefined;
  readonly emails?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly nameLike?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
  readonly phones?: readonly string[] | undefined;
  readonly customerGroupIds?: readonly number[] | undefined;
  readonly registrationIpAddresses?: readonly string[] | undefined;
  readonly createdAt?: DateRange | undefined;
  readonly updatedAt?: DateRange | undefined;
}

export type CustomerSort =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'LAST_NAME_ASC'
  | 'LAST_NAME_DESC';

/** Filter, sort order (by id if undefined) and included parts of a list of customers. */
export interface CustomerQuery {
  readonly filter: CustomerFilter;
  readonly sort?: CustomerSort | undefined;
  readonly include: ReadonlySet<CustomerInclude>;
}

/** Reads of `/customers`. */
export interface CustomersRest {
  page(request: PageRequest, query: CustomerQuery): Promise<StorePage<Customer>>;
  /** All customers with one of these ids that also match the query's filter, in no particular order. */
  byIds(entityIds: readonly number[], query: CustomerQuery): Promise<Chunk<number, Customer>[]>;
  /** The same by e-mail, which the store compares case-insensitively. */
  byEmails(emails: readonly string[], query: CustomerQuery): Promise<Chunk<string, Customer>[]>;
}

const PATH = '/customers';

export function createCustomers(client: RequestClient): CustomersRest {
  async function page(
    request: PageRequest,
    { filter, sort, include }: CustomerQuery,
  ): Promise<StorePage<Customer>> {
    const parameters = [
      ...includeParameters(include),
      ...filterParameters(filter),
      ...sortParameters(sort),
      ...pageParameters(request),
    ];
    const body = await client.get('getCustomers', PATH, parameters);
    return readPage(body, (item) => readCustomer(item, include, client.onUnexpectedField));
  }

  async function byList<K extends string | number>(
    by: 'entityIds' | 'emails',
    values: readonly K[],
    { filter, sort, include }: CustomerQuery,
  ): Promise<Chunk<K, Customer>[]> {
    // A batched record is assigned to a request by its key in lower case, so only such keys can be batched.
    const sharedReads = values.every(isLowerCase) ? client.sharedReads : null;
    const chunks = await lookUp<K, CustomerInclude>(
      { ...client, sharedReads },
      {
        operation: 'getCustomers',
        path: PATH,
        keys: values,
        parts: include,
        parametersFor: ({ keys, parts }) => [
          ...includeParameters(parts),
          ...filterParameters({ ...filter, [by]: keys }),
          ...sortParameters(sort),
        ],
        keyOf: (record) => KEY_FIELDS[by](record) as K | null,
      },
    );
    return decodeChunks(chunks, (record) => readCustomer(record, include, client.onUnexpectedField));
  }

  return {
    page,
    byIds: (entityIds, query) => byList('entityIds', entityIds, query),
    byEmails: (emails, query) => byList('emails', emails, query),
  };
}

const isLowerCase = (value: string | number) => typeof value === 'number' || value === value.toLowerCase();

const KEY_FIELDS = { entityIds: idField('id'), emails: textField('email') };

const LIST_FILTERS = {
  entityIds: 'id:in',
  emails: 'email:in',
  names: 'name:in',
  nameLike: 'name:like',
  companies: 'company:in',
  phones: 'phone:in',
  customerGroupIds: 'customer_group_id:in',
  registrationIpAddresses: 'registration_ip_address:in',
} as const;

function filterParameters({ createdAt, updatedAt, ...lists }: CustomerFilter): Parameter[] {
  const conditions = Object.entries(lists).flatMap(([key, values]) =>
    values === undefined ? [] : [listParameter(LIST_FILTERS[key as keyof typeof LIST_FILTERS], values)],
  );
  return [
    ...conditions,
    ...dateRangeParameters('date_created', createdAt),
    ...dateRangeParameters('date_modified', updatedAt),
  ];
}

const INCLUDES = {
  addresses: 'addresses',
  attributes: 'attributes',
  formFields: 'formfields',
  storeCredit: 'storecredit',
  shopperProfileId: 'shopper_profile_id',
  segmentIds: 'segment_ids',
} as const satisfies Record<CustomerInclude, string>;

function includeParameters(include: ReadonlySet<CustomerInclude>): Parameter[] {
  const names = Object.entries(INCLUDES).filter(([key]) => include.has(key as CustomerInclude));
  return names.length === 0
    ? []
    : [
        listParameter(
          'include',
          names.map(([, name]) => name),
        ),
      ];
}

const SORTS = {
  CREATED_AT_ASC: 'date_created:asc',
  CREATED_AT_DESC: 'date_created:desc',
  UPDATED_AT_ASC: 'date_modified:asc',
  UPDATED_AT_DESC: 'date_modified:desc',
  LAST_NAME_ASC: 'last_name:asc',
  LAST_NAME_DESC: 'last_name:desc',
} as const satisfies Record<CustomerSort, string>;

function sortParameters(sort: CustomerSort | undefined): Parameter[] {
  return sort === undefined ? [] : [['sort', SORTS[sort]]];
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
  const entityId = readId(wire.id, 'customer id');
  const authentication = isObject(wire.authentication) ? wire.authentication : {};
  const included = <T>(part: CustomerInclude, read: () => T | null) =>
    include.has(part) ? read() : undefined;
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
    originChannelId: readInteger(wire.origin_channel_id, 'customer.origin_channel_id', onUnexpectedField),
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
      readList(
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
        readStoreCredit,
        'customer.store_credit_amounts',
        onUnexpectedField,
      ),
    ),
    shopperProfileId: included('shopperProfileId', () =>
      readOptionalText(wire.shopper_profile_id, 'customer.shopper_profile_id', onUnexpectedField),
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
  return readList(wire, (item) => readAddress(item, reading), 'customer.addresses', onUnexpectedField);
}

function readStoreCredit(wire: unknown): StoreCredit | null {
  const amount = isObject(wire) ? wire.amount : null;
  return typeof amount === 'number' && Number.isFinite(amount) ? { amount } : null;
}
