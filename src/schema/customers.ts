import { ADDRESS_BOOK } from '../cost/addresses.ts';
import { CUSTOMER_LOOKUP, CUSTOMER_NODES, CUSTOMER_PAGE } from '../cost/customers.ts';
import { includeCost } from '../cost/reads.ts';
import { valueOrThrow } from '../errors.ts';
import { addressesOf } from '../resolvers/addresses.ts';
import { customers } from '../resolvers/customer-list.ts';
import { customerBy, customerNode, formFieldsOfCustomer, loadIncluded } from '../resolvers/customers.ts';
import type { AddressInclude } from '../rest/records/addresses.ts';
import { CustomerAddressConnection } from './addresses.ts';
import { INHERITED, requireScope, requireScopeOrOwn, requireScopeOrOwner } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs, servedBy } from './descriptions.ts';
import { DateTimeFilter } from './filters.ts';
import { defineNode } from './nodes.ts';
import { defineConnection, pagingArgs, rootPagingArgs } from './paging.ts';
import { CustomerRef, FormFieldValueRef, NodeRef, StoreCreditRef } from './refs.ts';
import { selectionOf } from './selection.ts';

builder.objectType(StoreCreditRef, {
  extensions: INHERITED,
  description: 'Store credit of a customer.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', {
      nullable: false,
      description: "Amount in the store's default currency. The REST API does not name the currency.",
    }),
  }),
});

builder.objectType(CustomerRef, {
  authScopes: requireScopeOrOwner('customers:read', ({ entityId }) => entityId),
  extensions: servedBy('getCustomers'),
  description:
    'A registered customer of the store. The gateway requests only what the operation selects. A page of customers with all of their own fields costs one REST call.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', {
      nullable: false,
      description: 'Id in the REST API and in the control panel.',
    }),
    email: t.exposeString('email', {
      nullable: false,
      description: 'E-mail address, in the case in which it was entered.',
    }),
    firstName: t.exposeString('firstName', { nullable: false, description: 'First name.' }),
    lastName: t.exposeString('lastName', { nullable: false, description: 'Last name.' }),
    company: t.exposeString('company', { description: 'Company. Null if not set.' }),
    phone: t.exposeString('phone', { description: 'Telephone number. Null if not set.' }),
    notes: t.exposeString('notes', {
      authScopes: requireScope('customers:read'),
      description: 'Staff notes about the customer. Null if there are none.',
    }),
    taxExemptCategory: t.exposeString('taxExemptCategory', {
      authScopes: requireScope('customers:read'),
      description: 'Tax exemption code. Null if not set.',
    }),
    customerGroupId: t.int({
      resolve: ({ customerGroupId }) => valueOrThrow(customerGroupId),
      authScopes: requireScope('customers:read'),
      description: 'Id of the customer group. Null if the customer is in none.',
    }),
    registrationIpAddress: t.exposeString('registrationIpAddress', {
      authScopes: requireScope('customers:read'),
      description:
        'IP address from which the customer signed up. Null for customers created through the API.',
    }),
    acceptsProductReviewAbandonedCartEmails: t.exposeBoolean('acceptsProductReviewAbandonedCartEmails', {
      description: 'Whether the customer accepts e-mails about product reviews and abandoned carts.',
    }),
    forcePasswordReset: t.exposeBoolean('forcePasswordReset', {
      authScopes: requireScope('customers:read'),
      description: 'Whether the customer must choose a new password at the next sign-in.',
    }),
    originChannelId: t.int({
      resolve: ({ originChannelId }) => valueOrThrow(originChannelId),
      authScopes: requireScope('customers:read'),
      description: 'Id of the channel on which the customer signed up. It never changes.',
    }),
    channelIds: t.intList({
      resolve: ({ channelIds }) => valueOrThrow(channelIds),
      authScopes: requireScope('customers:read'),
      description:
        'Ids of the channels on which the customer can sign in. Null means every channel that allows global logins.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'Time of the last change.',
    }),
    addressCount: t.int({
      description: 'Total number of addresses.',
      extensions: { include: ['addresses'], ...costs(includeCost('addresses')) },
      resolve: (customer, _args, ctx) => loadIncluded(ctx, customer, 'addressCount'),
    }),
    attributeCount: t.int({
      authScopes: requireScope('customers:read'),
      description: 'Total number of attribute values.',
      extensions: { include: ['attributes'], ...costs(includeCost('attributes')) },
      resolve: (customer, _args, ctx) => loadIncluded(ctx, customer, 'attributeCount'),
    }),
    storeCredit: t.field({
      type: [StoreCreditRef],
      description: 'Store credit.',
      extensions: { include: ['storeCredit'], ...costs(includeCost('storecredit')) },
      resolve: (customer, _args, ctx) => loadIncluded(ctx, customer, 'storeCredit'),
    }),
    shopperProfileId: t.string({
      authScopes: requireScope('customers:read'),
      description: 'UUID of the shopper profile. Beta in the REST API.',
      extensions: {
        include: ['shopperProfileId'],
        ...costs(includeCost('shopper_profile_id')),
      },
      resolve: (customer, _args, ctx) => loadIncluded(ctx, customer, 'shopperProfileId'),
    }),
    segmentIds: t.stringList({
      authScopes: requireScope('customers:read'),
      description: 'UUIDs of the segments that contain the customer. Beta in the REST API.',
      extensions: { include: ['segmentIds'], ...costs(includeCost('segment_ids')) },
      resolve: (customer, _args, ctx) => loadIncluded(ctx, customer, 'segmentIds'),
    }),
    addresses: t.field({
      type: CustomerAddressConnection,
      description: 'The complete address book, in order of id.',
      args: pagingArgs(t.arg),
      extensions: {
        include: ['addresses'],
        ...costs(ADDRESS_BOOK),
      },
      resolve: (customer, args, ctx, info) =>
        addressesOf(ctx, customer, args, selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress')),
    }),
    formFields: t.field({
      type: [FormFieldValueRef],
      description: "Values of the store's customer form fields.",
      args: { names: t.arg.stringList({ description: 'Only the fields with these names.' }) },
      extensions: { include: ['formFields'], ...costs(includeCost('formfields')) },
      resolve: (customer, { names }, ctx) => formFieldsOfCustomer(ctx, customer, names),
    }),
  }),
});

defineNode(customerNode, CUSTOMER_NODES);

const CustomerConnection = defineConnection('Customer', CustomerRef, {
  records: 'customers',
  totalCount:
    'Total number of matching customers. It costs nothing on the first page and on numbered pages. On cursor pages, and on pages that continue by date, it costs one REST call, sent in parallel with the page.',
});

const CustomerBy = builder.inputType('CustomerBy', {
  description: 'Identifies one customer, in one of three ways.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Global id.' }),
    entityId: t.int({ description: 'Id in the REST API and in the control panel.' }),
    email: t.string({
      description:
        'E-mail address. A to Z match in either case. If several customers share it, the error contains their ids. Not available to shoppers.',
    }),
  }),
});

const CustomerFilter = builder.inputType('CustomerFilter', {
  description:
    'Conditions that must all hold. A list means "one of these values": an empty list matches nothing, and a value with a comma is an error, because the store cannot filter by it. `entityIds` and `emails` are read completely, in as many REST calls as their URLs need, then sorted and paged by the gateway; so are `names` and `companies` if they do not fit into one URL. All other lists together must fit into one URL of 2,000 characters.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids, at most 250 (`id:in`).' }),
    emails: t.stringList({
      description:
        'E-mail addresses, at most 250 (`email:in`). A to Z match in either case. A value that is not an e-mail address matches nothing.',
    }),
    names: t.stringList({ description: 'Full names in the form "first last", at most 250 (`name:in`).' }),
    nameLike: t.stringList({ description: 'Substrings of "first last" (`name:like`).' }),
    companies: t.stringList({ description: 'Company names, at most 250 (`company:in`).' }),
    phones: t.stringList({
      description: 'Telephone numbers (`phone:in`). The REST API of 2024 and earlier rejects this filter.',
    }),
    customerGroupIds: t.intList({
      description: 'Ids of customer groups (`customer_group_id:in`). 0 matches customers in no group.',
    }),
    registrationIpAddresses: t.stringList({
      description: 'IP addresses used to sign up (`registration_ip_address:in`).',
    }),
    createdAt: t.field({ type: DateTimeFilter, description: 'Time of creation.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'Time of the last change.' }),
  }),
});

const CustomerSort = builder.enumType('CustomerSort', {
  description:
    'Sort order of a list of customers. Equal records are ordered by id, in the same direction. The sorts by date, oldest first, continue by date. All others go by page number, so records can shift from one page to another while others change.',
  values: {
    CREATED_AT_ASC: {
      description:
        'Oldest first. Pages continue by date: no customer who exists throughout is missed, and one may come again.',
    },
    CREATED_AT_DESC: { description: 'Newest first. Goes by page number.' },
    UPDATED_AT_ASC: {
      description:
        'Least recently changed first. Pages continue by date: no customer who exists throughout is missed, and one that changes comes again at the end.',
    },
    UPDATED_AT_DESC: { description: 'Most recently changed first. Goes by page number.' },
    LAST_NAME_ASC: { description: 'By last name, A to Z. Goes by page number.' },
    LAST_NAME_DESC: { description: 'By last name, Z to A. Goes by page number.' },
  },
});

builder.queryFields((t) => ({
  customer: t.field({
    type: CustomerRef,
    authScopes: requireScopeOrOwn('customers:read'),
    description: 'A customer. Null if the store has no such customer.',
    extensions: costs(CUSTOMER_LOOKUP),
    args: { by: t.arg({ type: CustomerBy, required: true, description: 'Which customer.' }) },
    resolve: (_root, { by }, ctx, info) => customerBy(ctx, by, customerSelectionOf(selectionOf(info, ctx))),
  }),
  customers: t.field({
    type: CustomerConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Customers of the store, in order of id if there is no `sort`. Cursor paging neither repeats nor skips a customer that exists throughout. Without cursors of the store (with a `sort` other than by date, oldest first, and with the REST API of 2024 and earlier) pages are numbered and can shift while records change.',
    extensions: costs(CUSTOMER_PAGE),
    args: {
      ...rootPagingArgs(t.arg),
      filter: t.arg({ type: CustomerFilter, description: 'Conditions on the customers.' }),
      sort: t.arg({ type: CustomerSort, description: 'Sort order. By id if absent.' }),
    },
    resolve: (_root, args, ctx, info) =>
      customers(ctx, args, {
        ...customerSelectionOf(selectionOf(info, ctx)),
        totalCount: selectionOf(info, ctx).has('totalCount'),
      }),
  }),
}));
