import { customerById } from '../resolvers/customers.ts';
import { metafieldOf, metafields, metafieldsOf } from '../resolvers/metafields.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { DateTimeFilter } from './filters.ts';
import { defineConnection, pagingArgs } from './paging.ts';
import { CustomerMetafieldRef, CustomerRef, NodeRef } from './refs.ts';
import { needs } from './scopes.ts';
import { selectionOf } from './selection.ts';

export const MetafieldPermissionSet = builder.enumType('MetafieldPermissionSet', {
  description: 'Who may see and change a metafield beside the app that owns it.',
  values: {
    APP_ONLY: { description: 'Nobody.' },
    READ: { description: 'Other apps may read it.' },
    WRITE: { description: 'Other apps may read and change it.' },
    READ_AND_SF_ACCESS: { description: 'Other apps and the storefront may read it.' },
    WRITE_AND_SF_ACCESS: { description: 'Other apps may read and change it, the storefront may read it.' },
  },
});

builder.objectType(CustomerMetafieldRef, {
  authScopes: needs('customers:read'),
  description:
    'Text that an app keeps with a customer. Those of another app with APP_ONLY are invisible. Served by `GET /customers/{id}/metafields` or `GET /customers/metafields`, scope `store_v2_customers_read_only`.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'The id in REST.' }),
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'What keeps the keys of apps apart.',
    }),
    key: t.exposeString('key', { nullable: false, description: 'Its name in the namespace.' }),
    value: t.exposeString('value', {
      nullable: false,
      description: 'The text; often JSON, but always text upstream.',
    }),
    description: t.exposeString('description', { description: 'What it is for; null where nobody said.' }),
    permissionSet: t.expose('permissionSet', {
      type: MetafieldPermissionSet,
      description: 'Who else may see and change it; null for one that appeared after this gateway was built.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      nullable: false,
      description: 'The id of the customer.',
    }),
    customer: t.field({
      type: CustomerRef,
      description:
        'The customer. Costs nothing below that customer, else one REST call for up to 250 customers.',
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerWanted(selectionOf(info, ctx))),
    }),
    ownerClientId: t.exposeString('ownerClientId', { description: 'The API client that made it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

const CustomerMetafieldConnection = defineConnection('CustomerMetafield', CustomerMetafieldRef, {
  of: 'metafields',
  totalCount:
    "How many there are in all. Costs nothing for one customer's and on the first page of the store's; else one REST call, made beside the page.",
});

const MetafieldName = builder.inputType('MetafieldName', {
  description: 'What names a metafield among those of one customer.',
  fields: (t) => ({
    namespace: t.string({ required: true, description: 'The namespace, 64 characters at the most.' }),
    key: t.string({ required: true, description: 'The key, 64 characters at the most.' }),
  }),
});

const CustomerMetafieldBy = builder.inputType('CustomerMetafieldBy', {
  description: 'One way to name a metafield of a customer.',
  isOneOf: true,
  fields: (t) => ({
    entityId: t.int({ description: 'Its id in REST. One REST call each.' }),
    name: t.field({
      type: MetafieldName,
      description: "Its namespace and key. Of two apps' metafields with one name the older counts.",
    }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  metafields: t.field({
    type: CustomerMetafieldConnection,
    authScopes: needs('customers:read'),
    description:
      "Metafields, complete and by id. For one or two customers one REST call each; for more, whichever is less: one each, or the store's whole list of these namespaces and keys, whose first page is asked for beside the customers. Worth a `@defer` on a page of customers.",
    args: {
      ...pagingArgs(t.arg),
      namespaces: t.arg.stringList({
        description: 'Only of these namespaces, 64 characters each at the most.',
      }),
      keys: t.arg.stringList({ description: 'Only with these keys, 64 characters each at the most.' }),
    },
    resolve: (customer, args, ctx) => metafieldsOf(ctx, customer, args),
  }),
  metafield: t.field({
    type: CustomerMetafieldRef,
    authScopes: needs('customers:read'),
    description:
      'One metafield, or null where the customer has none such. By name it costs what `metafields` costs.',
    args: { by: t.arg({ type: CustomerMetafieldBy, required: true, description: 'Which one.' }) },
    resolve: (customer, { by }, ctx) => metafieldOf(ctx, customer, by),
  }),
}));

const CustomerMetafieldFilter = builder.inputType('CustomerMetafieldFilter', {
  description:
    'Conditions that must all hold. A list means "one of these": an empty one matches nothing, a value with a comma cannot be asked for, and all together must fit one URL of 2,000 characters.',
  fields: (t) => ({
    namespaces: t.stringList({ description: 'Namespaces, 64 characters each at the most (`namespace:in`).' }),
    keys: t.stringList({ description: 'Keys, 64 characters each at the most (`key:in`).' }),
    createdAt: t.field({
      type: DateTimeFilter,
      description: 'When it was created; stores before 2026 may refuse it.',
    }),
    updatedAt: t.field({
      type: DateTimeFilter,
      description: 'When it was last changed; stores before 2026 may refuse it.',
    }),
  }),
});

const SortDirection = builder.enumType('SortDirection', {
  description: 'Which end of a list comes first.',
  values: { ASC: { description: 'The smallest id.' }, DESC: { description: 'The largest id.' } },
});

builder.queryFields((t) => ({
  customerMetafields: t.field({
    type: CustomerMetafieldConnection,
    authScopes: needs('customers:read'),
    description:
      "All customers' metafields, by id. One REST call (`GET /customers/metafields`) a page; there is no filter by customer. Walking by `endCursor` neither repeats nor skips one that was there throughout, where the store gives cursors (since 2026); elsewhere pages go by number and may shift while others write.",
    args: {
      ...pagingArgs(t.arg),
      filter: t.arg({ type: CustomerMetafieldFilter, description: 'Which of them.' }),
      direction: t.arg({
        type: SortDirection,
        description: 'Which end comes first; the smallest id by default.',
      }),
    },
    resolve: (_root, args, ctx, info) => metafields(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
}));
