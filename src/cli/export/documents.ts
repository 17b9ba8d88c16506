import type { Part } from './parts.ts';

/** A list within a customer, whose first page comes with the customer. */
export interface NestedList {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A customer as the gateway answers. The lists are there if they are part of the export. */
export interface ReadCustomer extends Readonly<Record<string, unknown>> {
  readonly entityId: number;
  readonly addresses?: NestedList;
  readonly metafields?: NestedList;
}

export interface CustomersData {
  readonly customers: {
    /** With the first page only. */
    readonly totalCount?: number | null;
    readonly nodes: readonly ReadCustomer[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** The fields of a customer that are one value, or a list of values, in the order of the file. */
export const CUSTOMER_FIELDS = [
  'entityId',
  'email',
  'firstName',
  'lastName',
  'company',
  'phone',
  'notes',
  'customerGroupId',
  'taxExemptCategory',
  'acceptsProductReviewAbandonedCartEmails',
  'channelIds',
  'originChannelId',
  'createdAt',
  'updatedAt',
  'registrationIpAddress',
  'forcePasswordReset',
  'segmentIds',
  'shopperProfileId',
] as const;

/** The fields of an address, in the order of the file. */
export const ADDRESS_FIELDS = [
  'firstName',
  'lastName',
  'company',
  'address1',
  'address2',
  'city',
  'stateOrProvince',
  'postalCode',
  'countryCode',
  'phone',
  'addressType',
] as const;

const FORM_FIELDS = `formFields {
  name
  ... on TextFormFieldValue { text }
  ... on NumberFormFieldValue { number }
  ... on ChoicesFormFieldValue { choices }
}`;

const METAFIELDS = 'nodes { namespace key value permissionSet description }';

/** Without the tokens, with which one can pay. */
const INSTRUMENTS = `storedInstruments {
  type
  isDefault
  ... on CardInstrument { brand last4 expiryMonth expiryYear }
}`;

function addressNodes(parts: readonly Part[]): string {
  return `nodes { ${ADDRESS_FIELDS.join(' ')} ${parts.includes('formFields') ? FORM_FIELDS : ''} }`;
}

const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';

/** Reads a page of customers with their parts. */
export function customersDocument(parts: readonly Part[]): string {
  const selections: Readonly<Record<Part, string>> = {
    addresses: `addresses(first: 250) { ${addressNodes(parts)} ${PAGE_INFO} }`,
    attributes: 'attributes { attributeEntityId name value }',
    formFields: FORM_FIELDS,
    metafields: `metafields(first: 250) { ${METAFIELDS} ${PAGE_INFO} }`,
    consent: 'consent { allow deny }',
    instruments: INSTRUMENTS,
  };
  return `query ExportCustomers($first: Int!, $after: String, $filter: CustomerFilter, $withTotal: Boolean!) {
  customers(first: $first, after: $after, filter: $filter) {
    totalCount @include(if: $withTotal)
    nodes { ${CUSTOMER_FIELDS.join(' ')} storeCredit { amount } ${parts.map((part) => selections[part]).join(' ')} }
    ${PAGE_INFO}
  }
}`;
}

/** Reads a further page of a list within one customer. */
export function nestedDocument(list: 'addresses' | 'metafields', parts: readonly Part[]): string {
  const nodes = list === 'addresses' ? addressNodes(parts) : METAFIELDS;
  return `query ExportRest($by: CustomerBy!, $after: String) {
  customer(by: $by) { ${list}(first: 250, after: $after) { ${nodes} ${PAGE_INFO} } }
}`;
}

/** The names of the attributes and form fields of a store, which become columns. */
export function definitionsDocument(parts: readonly Part[]): string {
  return `query ExportColumns {
  ${parts.includes('attributes') ? 'customerAttributeDefinitions { name }' : ''}
  ${parts.includes('formFields') ? 'formFieldDefinitions { name owner type }' : ''}
}`;
}
