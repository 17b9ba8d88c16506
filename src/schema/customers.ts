import { addressesOf } from '../resolvers/addresses.ts';
import { customerBy, customers, includedPart } from '../resolvers/customers.ts';
import { named } from '../resolvers/form-fields.ts';
import type { AddressInclude } from '../rest/addresses.ts';
import { CustomerAddressConnection } from './addresses.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { DateTimeFilter } from './filters.ts';
import { defineConnection, pagingArgs } from './paging.ts';
import { CustomerRef, FormFieldValueRef, NodeRef, StoreCreditRef } from './refs.ts';
import { AS_ABOVE, needs, needsUnlessOwn, needsUnlessOwnOf } from './scopes.ts';
import { selectionOf } from './selection.ts';

builder.objectType(StoreCreditRef, {
  extensions: AS_ABOVE,
  description: 'Credit that a customer may pay with.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', {
      nullable: false,
      description: "The amount, in the store's default currency: REST names none.",
    }),
  }),
});

builder.objectType(CustomerRef, {
  authScopes: needsUnlessOwnOf('customers:read', ({ entityId }) => entityId),
  description:
    'A registered customer of the store. Served by `GET /customers`, scope `store_v2_customers_read_only`. The selection decides what comes along, so a page of customers with all of their own fields costs one REST call.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', {
      nullable: false,
      description: 'The id in REST and in the control panel.',
    }),
    email: t.exposeString('email', {
      nullable: false,
      description: 'E-mail address, in the case that it was entered in.',
    }),
    firstName: t.exposeString('firstName', { nullable: false, description: 'First name.' }),
    lastName: t.exposeString('lastName', { nullable: false, description: 'Last name.' }),
    company: t.exposeString('company', { description: 'Company; null where none is set.' }),
    phone: t.exposeString('phone', { description: 'Telephone number; null where none is set.' }),
    notes: t.exposeString('notes', {
      authScopes: needs('customers:read'),
      description: 'What the staff noted about the customer; null where nothing.',
    }),
    taxExemptCategory: t.exposeString('taxExemptCategory', {
      authScopes: needs('customers:read'),
      description: 'Code of the tax exemption; null where none.',
    }),
    customerGroupId: t.exposeInt('customerGroupId', {
      authScopes: needs('customers:read'),
      description: 'The customer group; null where in none.',
    }),
    registrationIpAddress: t.exposeString('registrationIpAddress', {
      authScopes: needs('customers:read'),
      description: 'The IP address of the sign-up; null for customers created through the API.',
    }),
    acceptsProductReviewAbandonedCartEmails: t.exposeBoolean('acceptsProductReviewAbandonedCartEmails', {
      description: 'Whether the customer takes e-mails on product reviews and abandoned carts.',
    }),
    forcePasswordReset: t.exposeBoolean('forcePasswordReset', {
      authScopes: needs('customers:read'),
      description: 'Whether a new password must be chosen at the next sign-in.',
    }),
    originChannelId: t.exposeInt('originChannelId', {
      authScopes: needs('customers:read'),
      description: 'The channel of the sign-up. Never changes.',
    }),
    channelIds: t.exposeIntList('channelIds', {
      authScopes: needs('customers:read'),
      description:
        'The channels that the customer may sign in on; null: every channel that allows global logins.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the customer was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the customer was last changed.',
    }),
    addressCount: t.int({
      description: 'How many addresses there are in all. Comes with the customer (`include=addresses`).',
      extensions: { include: ['addresses'] },
      resolve: (customer, _args, ctx) => includedPart(ctx, customer, 'addressCount'),
    }),
    attributeCount: t.int({
      authScopes: needs('customers:read'),
      description:
        'How many attribute values there are in all. Comes with the customer (`include=attributes`).',
      extensions: { include: ['attributes'] },
      resolve: (customer, _args, ctx) => includedPart(ctx, customer, 'attributeCount'),
    }),
    storeCredit: t.field({
      type: [StoreCreditRef],
      description: 'Store credit. Comes with the customer (`include=storecredit`).',
      extensions: { include: ['storeCredit'] },
      resolve: (customer, _args, ctx) => includedPart(ctx, customer, 'storeCredit'),
    }),
    shopperProfileId: t.string({
      authScopes: needs('customers:read'),
      description:
        'The shopper profile, a UUID. Comes with the customer (`include=shopper_profile_id`); beta upstream.',
      extensions: { include: ['shopperProfileId'] },
      resolve: (customer, _args, ctx) => includedPart(ctx, customer, 'shopperProfileId'),
    }),
    segmentIds: t.stringList({
      authScopes: needs('customers:read'),
      description:
        'The segments the customer is in, UUIDs. Come with the customer (`include=segment_ids`); beta upstream.',
      extensions: { include: ['segmentIds'] },
      resolve: (customer, _args, ctx) => includedPart(ctx, customer, 'segmentIds'),
    }),
    addresses: t.field({
      type: CustomerAddressConnection,
      description:
        'The address book, complete and by id. Comes with the customer (`include=addresses`), which shows ten addresses at the most; for customers who have more, and for them alone, one further REST call per 250 addresses.',
      args: pagingArgs(t.arg),
      extensions: { include: ['addresses'] },
      resolve: (customer, args, ctx, info) =>
        addressesOf(ctx, customer, args, selectionOf(info, ctx).includes<AddressInclude>('CustomerAddress')),
    }),
    formFields: t.field({
      type: [FormFieldValueRef],
      description:
        "Values of the store's customer form fields. Come with the customer (`include=formfields`).",
      args: { names: t.arg.stringList({ description: 'Only the fields with these names.' }) },
      extensions: { include: ['formFields'] },
      resolve: async (customer, { names }, ctx) =>
        named(await includedPart(ctx, customer, 'formFields'), names),
    }),
  }),
});

const CustomerConnection = defineConnection('Customer', CustomerRef, {
  of: 'customers',
  totalCount:
    'How many there are in all. Costs nothing on the first page, and wherever pages go by number; else one REST call, made beside the page: answers by cursor carry no total.',
});

const CustomerBy = builder.inputType('CustomerBy', {
  description: 'One way to name a customer.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'The global id.' }),
    entityId: t.int({ description: 'The id in REST and in the control panel.' }),
    email: t.string({
      description:
        'The e-mail address, regardless of case. Where several customers share it, the error names their ids.',
    }),
  }),
});

const CustomerFilter = builder.inputType('CustomerFilter', {
  description:
    'Conditions that must all hold. A list means "one of these": an empty one matches nothing, and a value with a comma cannot be asked for. Up to 250 `entityIds` or `emails` are read whole, in as many REST calls as their URLs take, and paged here; all other lists must fit one URL of 2,000 characters together.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids, 250 at the most (`id:in`).' }),
    emails: t.stringList({
      description: 'E-mail addresses regardless of case, 250 at the most (`email:in`).',
    }),
    names: t.stringList({ description: 'Whole names, "first last" (`name:in`).' }),
    nameLike: t.stringList({ description: 'Parts of "first last" (`name:like`).' }),
    companies: t.stringList({ description: 'Companies (`company:in`).' }),
    phones: t.stringList({
      description: 'Telephone numbers (`phone:in`, which stores of 2024 and before refuse).',
    }),
    customerGroupIds: t.intList({
      description: 'Customer groups; 0: those in none (`customer_group_id:in`).',
    }),
    registrationIpAddresses: t.stringList({
      description: 'IP addresses of the sign-up (`registration_ip_address:in`).',
    }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When the customer was created.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'When the customer was last changed.' }),
  }),
});

const CustomerSort = builder.enumType('CustomerSort', {
  description: 'The order of a list of customers. Records that are equal stand by id, in the same direction.',
  values: {
    CREATED_AT_ASC: { description: 'The oldest first.' },
    CREATED_AT_DESC: { description: 'The newest first.' },
    UPDATED_AT_ASC: { description: 'Those first whom nobody has changed for longest.' },
    UPDATED_AT_DESC: { description: 'The last changed first.' },
    LAST_NAME_ASC: { description: 'By last name, from A.' },
    LAST_NAME_DESC: { description: 'By last name, from Z.' },
  },
});

builder.queryFields((t) => ({
  customer: t.field({
    type: CustomerRef,
    authScopes: needsUnlessOwn('customers:read'),
    description:
      'One customer, or null where the store has none such. Any number of these in one operation costs one REST call per 250 ids, and one per 250 e-mails (or as many as fit a URL).',
    args: { by: t.arg({ type: CustomerBy, required: true, description: 'Who.' }) },
    resolve: (_root, { by }, ctx, info) => customerBy(ctx, by, customerWanted(selectionOf(info, ctx))),
  }),
  customers: t.field({
    type: CustomerConnection,
    authScopes: needs('customers:read'),
    description:
      'The customers of the store, by id where no `sort` is given. One REST call (`GET /customers`) a page. Walking by `endCursor` neither repeats nor skips anyone who was there throughout, where the store gives cursors; with a `sort`, and in stores of 2024 and before, pages go by number and may shift while others write.',
    args: {
      ...pagingArgs(t.arg),
      filter: t.arg({ type: CustomerFilter, description: 'Which customers.' }),
      sort: t.arg({ type: CustomerSort, description: 'In which order.' }),
    },
    resolve: (_root, args, ctx, info) =>
      customers(ctx, args, {
        ...customerWanted(selectionOf(info, ctx)),
        totalCount: selectionOf(info, ctx).has('totalCount'),
      }),
  }),
}));
