import { ATTRIBUTE, ATTRIBUTE_VALUE_PAGE, ATTRIBUTES, DEFINITIONS, VALUE_NODES } from '../cost/attributes.ts';
import { OWNER } from '../cost/customers.ts';
import { sharedNodeCost } from '../cost/reads.ts';
import {
  attributeDefinitions,
  attributeOf,
  attributesOf,
  attributeValueNode,
  attributeValues,
  dateValueOf,
  definitionBy,
  definitionById,
  definitionNode,
  numberValueOf,
} from '../resolvers/attributes.ts';
import { customerById } from '../resolvers/customers.ts';
import { requireScope, requireScopeOrOwn, requireScopeOrOwner } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs, servedBy } from './descriptions.ts';
import { DateTimeFilter } from './filters.ts';
import { defineNode } from './nodes.ts';
import { defineConnection, rootPagingArgs } from './paging.ts';
import { CustomerAttributeDefinitionRef, CustomerAttributeValueRef, CustomerRef, NodeRef } from './refs.ts';
import { selectionOf } from './selection.ts';

defineNode(definitionNode, sharedNodeCost(DEFINITIONS));
defineNode(attributeValueNode, VALUE_NODES);

export const CustomerAttributeType = builder.enumType('CustomerAttributeType', {
  description: 'Data type of the values of an attribute. The REST API stores all of them as strings.',
  values: {
    STRING: { description: 'Any string.' },
    NUMBER: { description: 'A number, written as a string.' },
    DATE: { description: 'A calendar date such as `2026-04-01`.' },
  },
});

builder.objectType(CustomerAttributeDefinitionRef, {
  authScopes: requireScopeOrOwn('customers:read'),
  extensions: servedBy('getCustomersAttributes'),
  description:
    'Name and type of a customer attribute. A store has at most 50. The gateway caches the definitions for 60 seconds.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'Id in the REST API.' }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'Name. Two attributes can have the same name.',
    }),
    type: t.expose('type', {
      type: CustomerAttributeType,
      description: 'Data type of the values. Null if this version of the gateway does not know the type.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'Time of the last change.' }),
  }),
});

builder.objectType(CustomerAttributeValueRef, {
  authScopes: requireScopeOrOwner('customers:read', ({ customerEntityId }) => customerEntityId),
  extensions: servedBy('getCustomers', 'getCustomersAttributeValues'),
  description: "A customer's value of one attribute.",
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'Id of the value in the REST API.' }),
    attributeEntityId: t.exposeInt('attributeEntityId', {
      nullable: false,
      description: 'Id of the attribute.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      nullable: false,
      description: 'Id of the customer.',
    }),
    definition: t.field({
      type: CustomerAttributeDefinitionRef,
      description: 'The definition of the attribute.',
      extensions: costs(DEFINITIONS),
      resolve: (value, _args, ctx) => definitionById(ctx, value.attributeEntityId),
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer to which the value belongs.',
      extensions: costs(OWNER),
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerSelectionOf(selectionOf(info, ctx))),
    }),
    name: t.string({
      description: 'Name of the attribute.',
      extensions: costs(DEFINITIONS),
      resolve: async (value, _args, ctx) =>
        (await definitionById(ctx, value.attributeEntityId))?.name ?? null,
    }),
    value: t.exposeString('value', {
      nullable: false,
      description: 'The value as the store keeps it. An empty string is not turned into null.',
    }),
    numberValue: t.float({
      description:
        'The value as a number. Null unless the attribute has the type NUMBER and the value is a number.',
      extensions: costs(DEFINITIONS),
      resolve: (value, _args, ctx) => numberValueOf(ctx, value),
    }),
    dateValue: t.field({
      type: 'Date',
      description:
        'The value as a date. Null unless the attribute has the type DATE and the value is a date.',
      extensions: costs(DEFINITIONS),
      resolve: (value, _args, ctx) => dateValueOf(ctx, value),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation of the value.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'Time of the last change of the value.',
    }),
  }),
});

const CustomerAttributeBy = builder.inputType('CustomerAttributeBy', {
  description: 'Identifies one attribute, by name or by id.',
  isOneOf: true,
  fields: (t) => ({
    name: t.string({ description: 'Name. If two attributes have this name, it means the older one.' }),
    attributeEntityId: t.int({ description: 'Id in the REST API.' }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  attributes: t.field({
    type: [CustomerAttributeValueRef],
    description:
      'All attribute values, in order of id. Shoppers see only the values of attributes that the gateway is configured to show them.',
    extensions: {
      include: ['attributes'],
      ...costs(ATTRIBUTES),
    },
    resolve: (customer, _args, ctx) => attributesOf(ctx, customer),
  }),
  attribute: t.field({
    type: CustomerAttributeValueRef,
    description:
      'The value of one attribute. Null if the customer has no value for it or the store has no such attribute.',
    args: { by: t.arg({ type: CustomerAttributeBy, required: true, description: 'Which attribute.' }) },
    extensions: {
      include: ['attributes'],
      ...costs(ATTRIBUTE),
    },
    resolve: (customer, { by }, ctx) => attributeOf(ctx, customer, by),
  }),
}));

const CustomerAttributeValueConnection = defineConnection(
  'CustomerAttributeValue',
  CustomerAttributeValueRef,
  {
    records: 'attribute values',
    totalCount: 'Total number of matching values. It costs nothing: the page carries it.',
  },
);

const CustomerAttributeDefinitionFilter = builder.inputType('CustomerAttributeDefinitionFilter', {
  description: 'Conditions that must all hold. The gateway applies them to the complete list of definitions.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids of attributes.' }),
    name: t.string({ description: 'The exact name.' }),
    nameLike: t.string({ description: 'A substring of the name, without regard to case.' }),
    type: t.field({ type: CustomerAttributeType, description: 'Data type of the values.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'Time of creation.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'Time of the last change.' }),
  }),
});

const CustomerAttributeDefinitionBy = builder.inputType('CustomerAttributeDefinitionBy', {
  description: 'Identifies one attribute, in one of three ways.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Global id.' }),
    entityId: t.int({ description: 'Id in the REST API.' }),
    name: t.string({ description: 'Exact name. If two attributes have this name, it means the older one.' }),
  }),
});

const CustomerAttributeValueFilter = builder.inputType('CustomerAttributeValueFilter', {
  description:
    'Conditions that must all hold. A list means "one of these values": an empty list matches nothing. If the lists do not fit into one URL of 2,000 characters, they are read completely, in as many REST calls as the URLs need, then sorted and paged by the gateway.',
  fields: (t) => ({
    customerEntityIds: t.intList({ description: 'Ids of customers, at most 250 (`customer_id:in`).' }),
    attributeEntityIds: t.intList({ description: 'Ids of attributes, at most 250 (`attribute_id:in`).' }),
    attributeName: t.string({ description: 'The exact name of an attribute (`name`).' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'Time of creation of the value.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'Time of the last change of the value.' }),
  }),
});

builder.queryFields((t) => ({
  customerAttributeDefinition: t.field({
    type: CustomerAttributeDefinitionRef,
    authScopes: requireScope('customers:read'),
    description: 'One attribute of the store. Null if the store does not have it.',
    extensions: costs(DEFINITIONS),
    args: {
      by: t.arg({ type: CustomerAttributeDefinitionBy, required: true, description: 'Which attribute.' }),
    },
    resolve: (_root, { by }, ctx) => definitionBy(ctx, by),
  }),
  customerAttributeDefinitions: t.field({
    type: [CustomerAttributeDefinitionRef],
    authScopes: requireScope('customers:read'),
    description: 'Attributes of the store, in order of id.',
    extensions: costs(DEFINITIONS),
    args: {
      filter: t.arg({
        type: CustomerAttributeDefinitionFilter,
        description: 'Conditions on the attributes.',
      }),
    },
    resolve: (_root, { filter }, ctx) => attributeDefinitions(ctx, filter),
  }),
  customerAttributeValues: t.field({
    type: CustomerAttributeValueConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Attribute values of all customers, in order of id. The store has no cursors for them, so pages are numbered and can shift while records change.',
    extensions: costs(ATTRIBUTE_VALUE_PAGE),
    args: {
      ...rootPagingArgs(t.arg),
      filter: t.arg({ type: CustomerAttributeValueFilter, description: 'Conditions on the values.' }),
    },
    resolve: (_root, args, ctx, info) => attributeValues(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
}));
