import { addressBy, addresses, formFieldsOfAddress } from '../resolvers/addresses.ts';
import { customerById } from '../resolvers/customers.ts';
import { named } from '../resolvers/form-fields.ts';
import type { AddressInclude } from '../rest/addresses.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { defineConnection, pagingArgs } from './paging.ts';
import { CustomerAddressRef, CustomerRef, FormFieldValueRef, NodeRef } from './refs.ts';
import { needs, needsUnlessOwn, needsUnlessOwnOf } from './scopes.ts';
import { selectionOf } from './selection.ts';

export const AddressType = builder.enumType('AddressType', {
  description: 'What kind of place an address is.',
  values: {
    RESIDENTIAL: { description: 'A home.' },
    COMMERCIAL: { description: 'A place of business.' },
  },
});

builder.objectType(CustomerAddressRef, {
  authScopes: needsUnlessOwnOf('customers:read', ({ customerEntityId }) => customerEntityId),
  description:
    "One entry of a customer's address book. Served by `GET /customers/addresses`, or with its customer by `include=addresses`; scope `store_v2_customers_read_only`.",
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', {
      nullable: false,
      description: 'The id in REST and in the control panel.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      nullable: false,
      description: 'The id of the customer whose address it is.',
    }),
    customer: t.field({
      type: CustomerRef,
      description:
        'The customer whose address it is. Costs nothing below that customer, else one REST call for up to 250 customers.',
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerWanted(selectionOf(info, ctx))),
    }),
    firstName: t.exposeString('firstName', {
      nullable: false,
      description: 'First name of whoever is to receive.',
    }),
    lastName: t.exposeString('lastName', {
      nullable: false,
      description: 'Last name of whoever is to receive.',
    }),
    company: t.exposeString('company', { description: 'Company; null where none is set.' }),
    address1: t.exposeString('address1', { nullable: false, description: 'First line: street and number.' }),
    address2: t.exposeString('address2', { description: 'Second line; null where none is set.' }),
    city: t.exposeString('city', { nullable: false, description: 'City or town.' }),
    stateOrProvince: t.exposeString('stateOrProvince', {
      description: 'Full name of the state or province; null where none is set.',
    }),
    postalCode: t.exposeString('postalCode', { description: 'Postal code; null where none is set.' }),
    countryCode: t.exposeString('countryCode', {
      nullable: false,
      description: 'Two letters of ISO 3166-1.',
    }),
    country: t.exposeString('country', {
      description: 'English name of the country. The store derives it from the code.',
    }),
    phone: t.exposeString('phone', { description: 'Telephone number; null where none is set.' }),
    addressType: t.expose('addressType', {
      type: AddressType,
      description: 'What kind of place it is; null for a kind that appeared after this gateway was built.',
    }),
    formFields: t.field({
      type: [FormFieldValueRef],
      description:
        "Values of the store's address form fields. Come with the address at no further cost (`include=formfields`).",
      args: {
        names: t.arg.stringList({ description: 'Only the fields with these names.' }),
      },
      extensions: { include: ['formFields'] },
      resolve: async (address, { names }, ctx) => named(await formFieldsOfAddress(ctx, address), names),
    }),
  }),
});

export const CustomerAddressConnection = defineConnection('CustomerAddress', CustomerAddressRef, {
  of: 'addresses',
  totalCount: 'How many there are in all. Comes with the page at no further cost.',
});

const CustomerAddressFilter = builder.inputType('CustomerAddressFilter', {
  description:
    'Conditions that must all hold. A list means "one of these": an empty one matches nothing, a value with a comma cannot be asked for, and all together must fit one URL of 2,000 characters.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids of addresses (`id:in`).' }),
    customerEntityIds: t.intList({ description: 'Ids of customers (`customer_id:in`).' }),
    names: t.stringList({ description: 'Whole names, "first last" (`name:in`).' }),
    companies: t.stringList({ description: 'Companies (`company:in`).' }),
  }),
});

builder.queryFields((t) => ({
  customerAddress: t.field({
    type: CustomerAddressRef,
    authScopes: needsUnlessOwn('customers:read'),
    description:
      'One address, or null where the store has none such. Any number of them in one operation costs one REST call per 250.',
    args: { entityId: t.arg.int({ required: true, description: 'The id in REST.' }) },
    resolve: (_root, { entityId }, ctx, info) =>
      addressBy(ctx, entityId, selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress')),
  }),
  customerAddresses: t.field({
    type: CustomerAddressConnection,
    authScopes: needs('customers:read'),
    description:
      "All customers' addresses, by id. One REST call (`GET /customers/addresses`) a page; the store has no cursors here, so pages may shift while others write.",
    args: {
      ...pagingArgs(t.arg),
      filter: t.arg({ type: CustomerAddressFilter, description: 'Which addresses.' }),
    },
    resolve: (_root, args, ctx, info) =>
      addresses(ctx, args, {
        include: selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress'),
        totalCount: selectionOf(info, ctx).has('totalCount'),
      }),
  }),
}));
