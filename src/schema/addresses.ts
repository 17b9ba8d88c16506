import { ADDRESS_FORM_FIELDS, ADDRESS_LOOKUP, ADDRESS_NODES, ADDRESS_PAGE } from '../cost/addresses.ts';
import { OWNER } from '../cost/customers.ts';
import { addressBy, addresses, addressNode, formFieldsOfAddress } from '../resolvers/addresses.ts';
import { customerById } from '../resolvers/customers.ts';
import type { AddressInclude } from '../rest/records/addresses.ts';
import { requireScope, requireScopeOrOwn, requireScopeOrOwner } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs, servedBy } from './descriptions.ts';
import { defineNode } from './nodes.ts';
import { defineConnection, rootPagingArgs } from './paging.ts';
import { CustomerAddressRef, CustomerRef, FormFieldValueRef, NodeRef } from './refs.ts';
import { selectionOf } from './selection.ts';

export const AddressType = builder.enumType('AddressType', {
  description: 'Type of an address.',
  values: {
    RESIDENTIAL: { description: 'Private home.' },
    COMMERCIAL: { description: 'Business.' },
  },
});

builder.objectType(CustomerAddressRef, {
  authScopes: requireScopeOrOwner('customers:read', ({ customerEntityId }) => customerEntityId),
  extensions: servedBy('getCustomers', 'getCustomersAddresses'),
  description: "An entry of a customer's address book.",
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', {
      nullable: false,
      description: 'Id in the REST API and in the control panel.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      nullable: false,
      description: 'Id of the customer to which the address belongs.',
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer to which the address belongs.',
      extensions: costs(OWNER),
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerSelectionOf(selectionOf(info, ctx))),
    }),
    firstName: t.exposeString('firstName', {
      nullable: false,
      description: 'First name of the recipient.',
    }),
    lastName: t.exposeString('lastName', {
      nullable: false,
      description: 'Last name of the recipient.',
    }),
    company: t.exposeString('company', { description: 'Company. Null if not set.' }),
    address1: t.exposeString('address1', {
      nullable: false,
      description: 'First address line: street and number.',
    }),
    address2: t.exposeString('address2', { description: 'Second address line. Null if not set.' }),
    city: t.exposeString('city', { nullable: false, description: 'City or town.' }),
    stateOrProvince: t.exposeString('stateOrProvince', {
      description: 'Full name of the state or province. Null if not set.',
    }),
    postalCode: t.exposeString('postalCode', { description: 'Postal code. Null if not set.' }),
    countryCode: t.exposeString('countryCode', {
      nullable: false,
      description: 'ISO 3166-1 alpha-2 country code.',
    }),
    country: t.exposeString('country', {
      description: 'English name of the country, which the store derives from the code.',
    }),
    phone: t.exposeString('phone', { description: 'Telephone number. Null if not set.' }),
    addressType: t.expose('addressType', {
      type: AddressType,
      description: 'Type of the address. Null if this version of the gateway does not know the type.',
    }),
    formFields: t.field({
      type: [FormFieldValueRef],
      description: "Values of the store's address form fields.",
      args: {
        names: t.arg.stringList({ description: 'Only the fields with these names.' }),
      },
      extensions: {
        include: ['formFields'],
        ...costs(ADDRESS_FORM_FIELDS),
      },
      resolve: (address, { names }, ctx) => formFieldsOfAddress(ctx, address, names),
    }),
  }),
});

defineNode(addressNode, ADDRESS_NODES);

export const CustomerAddressConnection = defineConnection('CustomerAddress', CustomerAddressRef, {
  records: 'addresses',
  totalCount: 'Total number of matching addresses. It costs nothing: the page carries it.',
});

const CustomerAddressFilter = builder.inputType('CustomerAddressFilter', {
  description:
    'Conditions that must all hold. A list means "one of these values": an empty list matches nothing, and a value with a comma is an error, because the store cannot filter by it. If the lists do not fit into one URL of 2,000 characters, they are read completely, in as many REST calls as the URLs need, then sorted and paged by the gateway.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids of addresses, at most 250 (`id:in`).' }),
    customerEntityIds: t.intList({ description: 'Ids of customers, at most 250 (`customer_id:in`).' }),
    names: t.stringList({ description: 'Full names in the form "first last", at most 250 (`name:in`).' }),
    companies: t.stringList({ description: 'Company names, at most 250 (`company:in`).' }),
  }),
});

builder.queryFields((t) => ({
  customerAddress: t.field({
    type: CustomerAddressRef,
    authScopes: requireScopeOrOwn('customers:read'),
    description: 'An address. Null if the store has no such address.',
    extensions: costs(ADDRESS_LOOKUP),
    args: { entityId: t.arg.int({ required: true, description: 'Id in the REST API.' }) },
    resolve: (_root, { entityId }, ctx, info) =>
      addressBy(ctx, entityId, selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress')),
  }),
  customerAddresses: t.field({
    type: CustomerAddressConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Addresses of all customers, in order of id. The store has no cursors for addresses, so pages are numbered and can shift while records change.',
    extensions: costs(ADDRESS_PAGE),
    args: {
      ...rootPagingArgs(t.arg),
      filter: t.arg({ type: CustomerAddressFilter, description: 'Conditions on the addresses.' }),
    },
    resolve: (_root, args, ctx, info) =>
      addresses(ctx, args, {
        include: selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress'),
        totalCount: selectionOf(info, ctx).has('totalCount'),
      }),
  }),
}));
