import { OWNER } from '../cost/customers.ts';
import { METAFIELD, METAFIELD_NODES, METAFIELD_PAGE, METAFIELDS } from '../cost/metafields.ts';
import { forNamedCustomer } from '../cost/reads.ts';
import { customerById } from '../resolvers/customers.ts';
import { idAsInt } from '../resolvers/inputs/ids.ts';
import {
  metafieldBy,
  metafieldNode,
  metafieldOf,
  metafields,
  metafieldsOf,
} from '../resolvers/metafields.ts';
import { requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs, servedBy } from './descriptions.ts';
import { DateTimeFilter } from './filters.ts';
import { defineNode } from './nodes.ts';
import { defineConnection, pagingArgs, rootPagingArgs } from './paging.ts';
import { CustomerMetafieldRef, CustomerRef, NodeRef } from './refs.ts';
import { selectionOf } from './selection.ts';

export const MetafieldPermissionSet = builder.enumType('MetafieldPermissionSet', {
  description:
    'Access of other apps and of the storefront to a metafield. The app that owns it has full access.',
  values: {
    APP_ONLY: { description: 'No access.' },
    READ: { description: 'Other apps can read it.' },
    WRITE: { description: 'Other apps can read and change it.' },
    READ_AND_SF_ACCESS: { description: 'Other apps and the storefront can read it.' },
    WRITE_AND_SF_ACCESS: { description: 'Other apps can read and change it; the storefront can read it.' },
  },
});

builder.objectType(CustomerMetafieldRef, {
  authScopes: requireScope('customers:read'),
  extensions: servedBy('getCustomersMetafields', 'getMetafieldsCustomerId', 'getallCustomersMetafields'),
  description:
    'A string that an app stores with a customer. Metafields of another app with APP_ONLY are not visible.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.int({
      nullable: false,
      description:
        'Id in the REST API. An id that exceeds 32 bits is an error, which makes the list null too: `metafieldId` has every id.',
      resolve: ({ entityId }) => idAsInt(entityId, 'metafieldId'),
    }),
    metafieldId: t.expose('entityId', {
      type: 'SafeInt',
      nullable: false,
      description: 'Id in the REST API, also if it exceeds 32 bits.',
    }),
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'Namespace, which separates the keys of different apps.',
    }),
    key: t.exposeString('key', { nullable: false, description: 'Name within the namespace.' }),
    value: t.exposeString('value', {
      nullable: false,
      description: 'The value: always a string, often JSON.',
    }),
    description: t.exposeString('description', { description: 'Purpose of the metafield. Null if not set.' }),
    permissionSet: t.expose('permissionSet', {
      type: MetafieldPermissionSet,
      description:
        'Access of other apps and of the storefront. Null if this version of the gateway does not know the value.',
    }),
    customerEntityId: t.int({
      nullable: false,
      description:
        'Id of the customer. An id that exceeds 32 bits is an error, which makes the list null too: `resourceId` has every id.',
      resolve: ({ customerEntityId }) => idAsInt(customerEntityId, 'resourceId'),
    }),
    resourceId: t.expose('customerEntityId', {
      type: 'SafeInt',
      nullable: false,
      description: 'Id of the customer, also if it exceeds 32 bits.',
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer to which the metafield belongs.',
      extensions: costs(OWNER),
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(
          ctx,
          idAsInt(customerEntityId, 'resourceId'),
          customerSelectionOf(selectionOf(info, ctx)),
        ),
    }),
    ownerClientId: t.exposeString('ownerClientId', {
      description: 'Client id of the API account that created it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'Time of the last change.' }),
  }),
});

const CustomerMetafieldConnection = defineConnection('CustomerMetafield', CustomerMetafieldRef, {
  records: 'metafields',
  totalCount:
    'Total number of matching metafields. It costs nothing for the metafields of one customer, and for the list of all customers on the first page and on numbered pages. On cursor pages, which carry no total, it costs one REST call, sent in parallel with the page.',
});

const MetafieldName = builder.inputType('MetafieldName', {
  description: 'Namespace and key, which identify a metafield of a customer.',
  fields: (t) => ({
    namespace: t.string({ required: true, description: 'Namespace, at most 64 characters.' }),
    key: t.string({ required: true, description: 'Key, at most 64 characters.' }),
  }),
});

const CustomerMetafieldBy = builder.inputType('CustomerMetafieldBy', {
  description: 'Identifies one metafield of a customer, in one of three ways.',
  isOneOf: true,
  fields: (t) => ({
    entityId: t.int({ description: 'Id in the REST API.' }),
    metafieldId: t.field({ type: 'SafeInt', description: 'Id in the REST API, also if it exceeds 32 bits.' }),
    name: t.field({
      type: MetafieldName,
      description: 'Namespace and key. If metafields of two apps match, it means the older one.',
    }),
  }),
});

defineNode(metafieldNode, METAFIELD_NODES);

builder.objectFields(CustomerRef, (t) => ({
  metafields: t.field({
    type: CustomerMetafieldConnection,
    authScopes: requireScope('customers:read'),
    description: 'All matching metafields, in order of id. Consider `@defer` on a page of customers.',
    extensions: costs(METAFIELDS),
    args: {
      ...pagingArgs(t.arg),
      namespaces: t.arg.stringList({
        description: 'Only metafields in these namespaces, each at most 64 characters.',
      }),
      keys: t.arg.stringList({ description: 'Only metafields with these keys, each at most 64 characters.' }),
    },
    resolve: (customer, args, ctx) => metafieldsOf(ctx, customer, args),
  }),
  metafield: t.field({
    type: CustomerMetafieldRef,
    authScopes: requireScope('customers:read'),
    description: 'A metafield. Null if the customer has no such metafield.',
    extensions: costs(METAFIELD),
    args: { by: t.arg({ type: CustomerMetafieldBy, required: true, description: 'Which metafield.' }) },
    resolve: (customer, { by }, ctx) => metafieldOf(ctx, customer, by),
  }),
}));

const CustomerMetafieldFilter = builder.inputType('CustomerMetafieldFilter', {
  description:
    'Conditions that must all hold. A list means "one of these values": an empty list matches nothing, and of several values one with a comma is an error, because the store cannot filter by it. All lists together must fit into one URL of 2,000 characters.',
  fields: (t) => ({
    namespace: t.string({
      description: 'The exact namespace, at most 64 characters. It can contain a comma (`namespace`).',
    }),
    namespaces: t.stringList({
      description:
        'Namespaces, each at most 64 characters (`namespace:in`, or `namespace` for a list of one).',
    }),
    key: t.string({
      description: 'The exact key, at most 64 characters. It can contain a comma (`key`).',
    }),
    keys: t.stringList({
      description: 'Keys, each at most 64 characters (`key:in`, or `key` for a list of one).',
    }),
    createdAt: t.field({
      type: DateTimeFilter,
      description: 'Time of creation. The REST API before 2026 can reject this filter.',
    }),
    updatedAt: t.field({
      type: DateTimeFilter,
      description: 'Time of the last change. The REST API before 2026 can reject this filter.',
    }),
  }),
});

const SortDirection = builder.enumType('SortDirection', {
  description: 'Order of a list that is ordered by id.',
  values: { ASC: { description: 'Smallest id first.' }, DESC: { description: 'Largest id first.' } },
});

builder.queryFields((t) => ({
  customerMetafields: t.field({
    type: CustomerMetafieldConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Metafields of all customers or of one, in order of id. Those of one customer are read completely and paged by the gateway. In the list of all customers, cursor paging (REST API since 2026) neither repeats nor skips a metafield that exists throughout; otherwise pages are numbered and can shift while records change.',
    extensions: costs(METAFIELD_PAGE),
    args: {
      ...rootPagingArgs(t.arg),
      customerEntityId: t.arg.int({
        description:
          'Only the metafields of the customer with this id. Empty if the store has no such customer.',
      }),
      resourceId: t.arg({
        type: 'SafeInt',
        description:
          'The same for an id that exceeds 32 bits. It cannot be combined with `customerEntityId`.',
      }),
      filter: t.arg({ type: CustomerMetafieldFilter, description: 'Conditions on the metafields.' }),
      direction: t.arg({
        type: SortDirection,
        description: 'Order by id. Smallest id first if absent.',
      }),
    },
    resolve: (_root, args, ctx, info) => metafields(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
  customerMetafield: t.field({
    type: CustomerMetafieldRef,
    authScopes: requireScope('customers:read'),
    description:
      'A metafield of a customer, without a read of the customer. Null if the store has no such customer or metafield.',
    extensions: costs(forNamedCustomer(METAFIELD, 'one REST call')),
    args: {
      customerEntityId: t.arg.int({
        description: 'Id of the customer. Required, unless `resourceId` is given.',
      }),
      resourceId: t.arg({
        type: 'SafeInt',
        description:
          'Id of the customer, also if it exceeds 32 bits. It cannot be combined with `customerEntityId`.',
      }),
      by: t.arg({ type: CustomerMetafieldBy, required: true, description: 'Which metafield.' }),
    },
    resolve: (_root, { by, ...owner }, ctx) => metafieldBy(ctx, owner, by),
  }),
}));
