import {
  CREATE_DEFINITIONS,
  DELETE_DEFINITIONS,
  DELETE_VALUES,
  UPDATE_DEFINITIONS,
  UPSERT_VALUES,
} from '../../cost/attributes.ts';
import {
  createDefinitions,
  deleteAttributeValues,
  deleteDefinitions,
  updateDefinitions,
  upsertAttributeValues,
} from '../../resolvers/writes/attributes.ts';
import { CustomerAttributeType } from '../attributes.ts';
import { requireScope } from '../authorization.ts';
import { builder } from '../builder.ts';
import { costs } from '../descriptions.ts';
import { CustomerAttributeDefinitionRef, CustomerAttributeValueRef } from '../refs.ts';
import { attributeFields } from './attribute-inputs.ts';
import { DeleteInput, DeletePayloadRef, definePayload, LIST_SIZE } from './payload.ts';

const CreateCustomerAttributeDefinitionInput = builder.inputType('CreateCustomerAttributeDefinitionInput', {
  description: 'An attribute to add to the store.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name, 1 to 255 characters.' }),
    type: t.field({
      type: CustomerAttributeType,
      required: true,
      description: 'Data type of the values. It cannot be changed later.',
    }),
  }),
});

const CreateCustomerAttributeDefinitionsInput = builder.inputType('CreateCustomerAttributeDefinitionsInput', {
  description: `Attributes to add. ${LIST_SIZE} A store has at most 50.`,
  fields: (t) => ({
    definitions: t.field({
      type: [CreateCustomerAttributeDefinitionInput],
      required: true,
      description: 'The attributes. A second one with the same name in the list is INVALID.',
    }),
  }),
});

const UpdateCustomerAttributeDefinitionInput = builder.inputType('UpdateCustomerAttributeDefinitionInput', {
  description: 'A new name for an attribute. The data type cannot be changed.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'Id of the attribute.' }),
    name: t.string({ required: true, description: 'New name, 1 to 255 characters.' }),
  }),
});

const UpdateCustomerAttributeDefinitionsInput = builder.inputType('UpdateCustomerAttributeDefinitionsInput', {
  description: `Attributes to rename. ${LIST_SIZE}`,
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
  description: 'The attribute after the write.',
});

const UpsertCustomerAttributeValueInput = builder.inputType('UpsertCustomerAttributeValueInput', {
  description: "A customer's value of an attribute.",
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'Id of the customer.' }),
    ...attributeFields(t),
    value: t.string({
      required: true,
      description: 'The value, at most 255 characters. A string for every data type.',
    }),
  }),
});

const UpsertCustomerAttributeValuesInput = builder.inputType('UpsertCustomerAttributeValuesInput', {
  description: `Attribute values to set. ${LIST_SIZE}`,
  fields: (t) => ({
    values: t.field({
      type: [UpsertCustomerAttributeValueInput],
      required: true,
      description: 'The values. A second one for the same customer and attribute in the list is INVALID.',
    }),
  }),
});

const CustomerAttributeValuesPayload = definePayload(CustomerAttributeValueRef, {
  payload: 'CustomerAttributeValues',
  result: 'CustomerAttributeValue',
  field: 'value',
  description: 'The value after the write.',
});

const CustomerAttributeValueRefInput = builder.inputType('CustomerAttributeValueRefInput', {
  description:
    'An attribute value to delete. The store deletes it by its id, but can look it up only by its customer.',
  fields: (t) => ({
    customerEntityId: t.int({
      required: true,
      description: 'Id of the customer to which the value belongs.',
    }),
    entityId: t.int({ required: true, description: 'Id of the value.' }),
  }),
});

const DeleteCustomerAttributeValuesInput = builder.inputType('DeleteCustomerAttributeValuesInput', {
  description: `Attribute values to delete. ${LIST_SIZE}`,
  fields: (t) => ({
    values: t.field({ type: [CustomerAttributeValueRefInput], required: true, description: 'The values.' }),
  }),
});

builder.mutationFields((t) => ({
  createCustomerAttributeDefinitions: t.field({
    type: CustomerAttributeDefinitionsPayload,
    authScopes: requireScope('attributes:write'),
    description:
      'Adds attributes to the store. Attributes beyond the limit of 50 per store are FAILED with the code LIMIT_EXCEEDED.',
    extensions: costs(CREATE_DEFINITIONS),
    args: {
      input: t.arg({
        type: CreateCustomerAttributeDefinitionsInput,
        required: true,
        description: 'The attributes to add.',
      }),
    },
    resolve: (_root, { input }, ctx) => createDefinitions(ctx, input.definitions),
  }),
  updateCustomerAttributeDefinitions: t.field({
    type: CustomerAttributeDefinitionsPayload,
    authScopes: requireScope('attributes:write'),
    description: 'Renames attributes.',
    extensions: costs(UPDATE_DEFINITIONS),
    args: {
      input: t.arg({
        type: UpdateCustomerAttributeDefinitionsInput,
        required: true,
        description: 'The new names.',
      }),
    },
    resolve: (_root, { input }, ctx) => updateDefinitions(ctx, input.definitions),
  }),
  deleteCustomerAttributeDefinitions: t.field({
    type: DeletePayloadRef,
    authScopes: requireScope('attributes:write'),
    description: 'Deletes attributes and all of their values.',
    extensions: costs(DELETE_DEFINITIONS),
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'The attributes to delete.' }) },
    resolve: (_root, { input }, ctx) => deleteDefinitions(ctx, input.entityIds),
  }),
  upsertCustomerAttributeValues: t.field({
    type: CustomerAttributeValuesPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Sets attribute values. CREATED means that by the timestamps of the store, to the second, the value was created after the write began and not changed since. A value that was created by an attempt with a lost response can be UPDATED by the next attempt.',
    extensions: costs(UPSERT_VALUES),
    args: {
      input: t.arg({
        type: UpsertCustomerAttributeValuesInput,
        required: true,
        description: 'The values to set.',
      }),
    },
    resolve: (_root, { input }, ctx) => upsertAttributeValues(ctx, input.values),
  }),
  deleteCustomerAttributeValues: t.field({
    type: DeletePayloadRef,
    authScopes: requireScope('customers:write'),
    description:
      'Deletes attribute values. A value that does not belong to the given customer is FAILED with the code NOT_FOUND.',
    extensions: costs(DELETE_VALUES),
    args: {
      input: t.arg({
        type: DeleteCustomerAttributeValuesInput,
        required: true,
        description: 'The values to delete.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteAttributeValues(ctx, input.values),
  }),
}));
