import {
  attributeDefinitions,
  attributeOf,
  attributesOf,
  attributeValues,
  dateValueOf,
  definitionById,
  numberValueOf,
} from '../resolvers/attributes.ts';
import { customerById } from '../resolvers/customers.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { DateTimeFilter } from './filters.ts';
import { defineConnection, pagingArgs } from './paging.ts';
import { CustomerAttributeDefinitionRef, CustomerAttributeValueRef, CustomerRef, NodeRef } from './refs.ts';
import { needs, needsUnlessOwn, needsUnlessOwnOf } from './scopes.ts';
import { selectionOf } from './selection.ts';

export const CustomerAttributeType = builder.enumType('CustomerAttributeType', {
  description: 'Of which type the values of an attribute are. Upstream all of them are strings.',
  values: {
    STRING: { description: 'Any text.' },
    NUMBER: { description: 'A number, written out.' },
    DATE: { description: 'A day, such as 2026-04-01.' },
  },
});

builder.objectType(CustomerAttributeDefinitionRef, {
  authScopes: needsUnlessOwn('customers:read'),
  description:
    'What an attribute is called and of which type it is. A store has 50 at the most. Served by `GET /customers/attributes`, scope `store_v2_customers_read_only`, and kept for 60 seconds.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'The id in REST.' }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'What it is called. Two may share a name.',
    }),
    type: t.expose('type', {
      type: CustomerAttributeType,
      description:
        'Of which type its values are; null for a type that appeared after this gateway was built.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

builder.objectType(CustomerAttributeValueRef, {
  authScopes: needsUnlessOwnOf('customers:read', ({ customerEntityId }) => customerEntityId),
  description:
    'What one customer has for one attribute. Comes with the customer, or from `GET /customers/attribute-values`; scope `store_v2_customers_read_only`.',
  interfaces: [NodeRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'The id of the value in REST.' }),
    attributeEntityId: t.exposeInt('attributeEntityId', {
      nullable: false,
      description: 'The id of the attribute.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      nullable: false,
      description: 'The id of the customer.',
    }),
    definition: t.field({
      type: CustomerAttributeDefinitionRef,
      description:
        'The attribute itself. One REST call for all definitions of the store, and none for 60 seconds after it.',
      resolve: (value, _args, ctx) => definitionById(ctx, value.attributeEntityId),
    }),
    customer: t.field({
      type: CustomerRef,
      description:
        'The customer who has it. Costs nothing below that customer, else one REST call for up to 250 customers.',
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerWanted(selectionOf(info, ctx))),
    }),
    name: t.string({
      description: 'The name of the attribute. Costs what `definition` costs.',
      resolve: async (value, _args, ctx) =>
        (await definitionById(ctx, value.attributeEntityId))?.name ?? null,
    }),
    value: t.exposeString('value', {
      nullable: false,
      description: 'The value as the store keeps it; "" stays "".',
    }),
    numberValue: t.float({
      description: 'The value as a number; null unless the attribute is a NUMBER and the value is one.',
      resolve: (value, _args, ctx) => numberValueOf(ctx, value),
    }),
    dateValue: t.field({
      type: 'Date',
      description: 'The value as a day; null unless the attribute is a DATE and the value is one.',
      resolve: (value, _args, ctx) => dateValueOf(ctx, value),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the value was first set.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the value was last changed.' }),
  }),
});

const CustomerAttributeBy = builder.inputType('CustomerAttributeBy', {
  description: 'One way to name an attribute.',
  isOneOf: true,
  fields: (t) => ({
    name: t.string({ description: 'Its name. Of two attributes with one name the older counts.' }),
    attributeEntityId: t.int({ description: 'Its id in REST.' }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  attributes: t.field({
    type: [CustomerAttributeValueRef],
    description:
      'Attribute values, complete and by id. Come with the customer (`include=attributes`), which shows ten at the most; for customers who have more, and for them alone, one further REST call per 250 values.',
    extensions: { include: ['attributes'] },
    resolve: (customer, _args, ctx) => attributesOf(ctx, customer),
  }),
  attribute: t.field({
    type: CustomerAttributeValueRef,
    description:
      'The value for one attribute; null where the customer has none, or the store no such attribute. Costs what `attributes` costs, and by name what `definition` costs.',
    args: { by: t.arg({ type: CustomerAttributeBy, required: true, description: 'Which attribute.' }) },
    extensions: { include: ['attributes'] },
    resolve: (customer, { by }, ctx) => attributeOf(ctx, customer, by),
  }),
}));

const CustomerAttributeValueConnection = defineConnection(
  'CustomerAttributeValue',
  CustomerAttributeValueRef,
  {
    of: 'attribute values',
    totalCount: 'How many there are in all. Comes with the page at no further cost.',
  },
);

const CustomerAttributeDefinitionFilter = builder.inputType('CustomerAttributeDefinitionFilter', {
  description: 'Conditions that must all hold. They are looked up in the definitions, which are read whole.',
  fields: (t) => ({
    entityIds: t.intList({ description: 'Ids of attributes.' }),
    name: t.string({ description: 'The whole name.' }),
    nameLike: t.string({ description: 'A part of the name, regardless of case.' }),
    type: t.field({ type: CustomerAttributeType, description: 'The type of its values.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When it was created.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'When it was last changed.' }),
  }),
});

const CustomerAttributeValueFilter = builder.inputType('CustomerAttributeValueFilter', {
  description:
    'Conditions that must all hold. A list means "one of these": an empty one matches nothing, and all together must fit one URL of 2,000 characters.',
  fields: (t) => ({
    customerEntityIds: t.intList({ description: 'Ids of customers (`customer_id:in`).' }),
    attributeEntityIds: t.intList({ description: 'Ids of attributes (`attribute_id:in`).' }),
    attributeName: t.string({ description: 'The whole name of an attribute (`name`).' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When the value was first set.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'When the value was last changed.' }),
  }),
});

builder.queryFields((t) => ({
  customerAttributeDefinitions: t.field({
    type: [CustomerAttributeDefinitionRef],
    authScopes: needs('customers:read'),
    description: "The store's attributes, by id. One REST call, and none for 60 seconds after it.",
    args: { filter: t.arg({ type: CustomerAttributeDefinitionFilter, description: 'Which of them.' }) },
    resolve: (_root, { filter }, ctx) => attributeDefinitions(ctx, filter),
  }),
  customerAttributeValues: t.field({
    type: CustomerAttributeValueConnection,
    authScopes: needs('customers:read'),
    description:
      "All customers' attribute values, by id. One REST call (`GET /customers/attribute-values`) a page; the store has no cursors here, so pages may shift while others write.",
    args: {
      ...pagingArgs(t.arg),
      filter: t.arg({ type: CustomerAttributeValueFilter, description: 'Which values.' }),
    },
    resolve: (_root, args, ctx, info) => attributeValues(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
}));
