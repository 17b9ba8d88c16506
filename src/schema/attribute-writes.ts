import {
  createDefinitions,
  deleteAttributeValues,
  deleteDefinitions,
  updateDefinitions,
  upsertAttributeValues,
} from '../resolvers/attribute-writes.ts';
import { CustomerAttributeType } from './attributes.ts';
import { builder } from './builder.ts';
import { CustomerAttributeDefinitionRef, CustomerAttributeValueRef } from './refs.ts';
import { needs } from './scopes.ts';
import { DeleteInput, DeletePayloadRef, definePayload } from './writes.ts';

const CreateCustomerAttributeDefinitionInput = builder.inputType('CreateCustomerAttributeDefinitionInput', {
  description: 'An attribute to be added to the store.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is called, 1 to 255 characters.' }),
    type: t.field({
      type: CustomerAttributeType,
      required: true,
      description: 'Of which type its values are. Never changes afterwards.',
    }),
  }),
});

const CreateCustomerAttributeDefinitionsInput = builder.inputType('CreateCustomerAttributeDefinitionsInput', {
  description: 'Attributes to be added. A store has 50 at the most.',
  fields: (t) => ({
    definitions: t.field({
      type: [CreateCustomerAttributeDefinitionInput],
      required: true,
      description: 'The attributes. Two of one name in one list are INVALID.',
    }),
  }),
});

const UpdateCustomerAttributeDefinitionInput = builder.inputType('UpdateCustomerAttributeDefinitionInput', {
  description: 'A new name for an attribute. Its type can never change.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'The id of the attribute.' }),
    name: t.string({ required: true, description: 'What it is to be called, 1 to 255 characters.' }),
  }),
});

const UpdateCustomerAttributeDefinitionsInput = builder.inputType('UpdateCustomerAttributeDefinitionsInput', {
  description: 'Attributes to be renamed: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    definitions: t.field({
      type: [UpdateCustomerAttributeDefinitionInput],
      required: true,
      description: 'The attributes and their new names.',
    }),
  }),
});

const CustomerAttributeDefinitionsPayload = definePayload(CustomerAttributeDefinitionRef, {
  payload: 'CustomerAttributeDefinitions',
  result: 'CustomerAttributeDefinition',
  field: 'definition',
  description: 'The attribute as it is now.',
});

const UpsertCustomerAttributeValueInput = builder.inputType('UpsertCustomerAttributeValueInput', {
  description: 'What a customer is to have for an attribute.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'The id of the customer.' }),
    attributeEntityId: t.int({ required: true, description: 'The id of the attribute.' }),
    value: t.string({
      required: true,
      description: 'The value, up to 255 characters; a string for every type.',
    }),
  }),
});

const UpsertCustomerAttributeValuesInput = builder.inputType('UpsertCustomerAttributeValuesInput', {
  description:
    'Attribute values to be set: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    values: t.field({
      type: [UpsertCustomerAttributeValueInput],
      required: true,
      description: 'The values. Two of one customer and attribute in one list are INVALID.',
    }),
  }),
});

const CustomerAttributeValuesPayload = definePayload(CustomerAttributeValueRef, {
  payload: 'CustomerAttributeValues',
  result: 'CustomerAttributeValue',
  field: 'value',
  description: 'The value as it is now.',
});

const CustomerAttributeValueRefInput = builder.inputType('CustomerAttributeValueRefInput', {
  description:
    'An attribute value. The store deletes it by its own id, but shows it only through its customer.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'The id of the customer who has it.' }),
    entityId: t.int({ required: true, description: 'The id of the value itself.' }),
  }),
});

const DeleteCustomerAttributeValuesInput = builder.inputType('DeleteCustomerAttributeValuesInput', {
  description:
    'Attribute values to be deleted: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    values: t.field({ type: [CustomerAttributeValueRefInput], required: true, description: 'The values.' }),
  }),
});

builder.mutationFields((t) => ({
  createCustomerAttributeDefinitions: t.field({
    type: CustomerAttributeDefinitionsPayload,
    authScopes: needs('attributes:write'),
    description:
      'Adds attributes to the store. One REST call (`POST /customers/attributes`) for ten, scope `store_v2_customers`. Beyond the 50 that a store has they are FAILED with the code LIMIT_EXCEEDED.',
    args: {
      input: t.arg({
        type: CreateCustomerAttributeDefinitionsInput,
        required: true,
        description: 'What to add.',
      }),
    },
    resolve: (_root, { input }, ctx) => createDefinitions(ctx, input.definitions),
  }),
  updateCustomerAttributeDefinitions: t.field({
    type: CustomerAttributeDefinitionsPayload,
    authScopes: needs('attributes:write'),
    description:
      'Renames attributes. One REST call (`PUT /customers/attributes`) for ten, scope `store_v2_customers`.',
    args: {
      input: t.arg({
        type: UpdateCustomerAttributeDefinitionsInput,
        required: true,
        description: 'What to rename.',
      }),
    },
    resolve: (_root, { input }, ctx) => updateDefinitions(ctx, input.definitions),
  }),
  deleteCustomerAttributeDefinitions: t.field({
    type: DeletePayloadRef,
    authScopes: needs('attributes:write'),
    description:
      "Deletes attributes, and with them every customer's value. One REST call (`DELETE /customers/attributes`) for up to 250 ids and one to learn beforehand which of them exist, scope `store_v2_customers`.",
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'Which attributes.' }) },
    resolve: (_root, { input }, ctx) => deleteDefinitions(ctx, input.entityIds),
  }),
  upsertCustomerAttributeValues: t.field({
    type: CustomerAttributeValuesPayload,
    authScopes: needs('customers:write'),
    description:
      'Sets attribute values. One REST call (`PUT /customers/attribute-values`) for ten, scope `store_v2_customers`. CREATED is a value that the store dates as new: created since the write began and not changed since, to the second. One that an attempt whose answer was lost had created may be UPDATED by the next.',
    args: {
      input: t.arg({
        type: UpsertCustomerAttributeValuesInput,
        required: true,
        description: 'What to set.',
      }),
    },
    resolve: (_root, { input }, ctx) => upsertAttributeValues(ctx, input.values),
  }),
  deleteCustomerAttributeValues: t.field({
    type: DeletePayloadRef,
    authScopes: needs('customers:write'),
    description:
      "Deletes attribute values. One REST call (`DELETE /customers/attribute-values`) for up to 250 ids and one per 250 of their customers' values to learn beforehand which of them exist, scope `store_v2_customers`. A value of another customer than the one given is FAILED with the code NOT_FOUND.",
    args: {
      input: t.arg({
        type: DeleteCustomerAttributeValuesInput,
        required: true,
        description: 'Which values.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteAttributeValues(ctx, input.values),
  }),
}));
