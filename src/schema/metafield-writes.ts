import { createMetafields, deleteMetafields, updateMetafields } from '../resolvers/metafield-writes.ts';
import { builder } from './builder.ts';
import { MetafieldPermissionSet } from './metafields.ts';
import { CustomerMetafieldRef } from './refs.ts';
import { needs } from './scopes.ts';
import { DeletePayloadRef, definePayload } from './writes.ts';

const CreateCustomerMetafieldInput = builder.inputType('CreateCustomerMetafieldInput', {
  description: 'A metafield to be added to a customer.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'The id of the customer.' }),
    namespace: t.string({ required: true, description: 'The namespace, 1 to 64 characters.' }),
    key: t.string({ required: true, description: 'Its name in the namespace, 1 to 64 characters.' }),
    value: t.string({ required: true, description: 'The text, 1 to 65,535 characters.' }),
    permissionSet: t.field({
      type: MetafieldPermissionSet,
      required: true,
      description: 'Who else may see and change it.',
    }),
    description: t.string({ description: 'What it is for, up to 255 characters. Null means absent.' }),
  }),
});

const CreateCustomerMetafieldsInput = builder.inputType('CreateCustomerMetafieldsInput', {
  description: 'Metafields to be added: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    metafields: t.field({
      type: [CreateCustomerMetafieldInput],
      required: true,
      description: 'The metafields.',
    }),
  }),
});

const UpdateCustomerMetafieldInput = builder.inputType('UpdateCustomerMetafieldInput', {
  description:
    'Changes to a metafield. What is absent stays as it is. An explicit null clears the description, and is INVALID for all else.',
  fields: (t) => ({
    customerEntityId: t.int({
      required: true,
      description: 'The id of the customer: the store finds a single metafield through it.',
    }),
    entityId: t.int({ required: true, description: 'The id of the metafield.' }),
    namespace: t.string({ description: 'The namespace, 1 to 64 characters.' }),
    key: t.string({ description: 'Its name in the namespace, 1 to 64 characters.' }),
    value: t.string({ description: 'The text, 1 to 65,535 characters.' }),
    permissionSet: t.field({
      type: MetafieldPermissionSet,
      description: 'Who else may see and change it.',
    }),
    description: t.string({ description: 'What it is for, up to 255 characters; null clears it.' }),
  }),
});

const UpdateCustomerMetafieldsInput = builder.inputType('UpdateCustomerMetafieldsInput', {
  description: 'Changes to metafields: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    metafields: t.field({
      type: [UpdateCustomerMetafieldInput],
      required: true,
      description: 'The changes.',
    }),
  }),
});

const CustomerMetafieldRefInput = builder.inputType('CustomerMetafieldRefInput', {
  description: 'A metafield of a customer.',
  fields: (t) => ({
    customerEntityId: t.int({
      required: true,
      description: 'The id of the customer: the store finds a single metafield through it.',
    }),
    entityId: t.int({ required: true, description: 'The id of the metafield.' }),
  }),
});

const DeleteCustomerMetafieldsInput = builder.inputType('DeleteCustomerMetafieldsInput', {
  description: 'Metafields to be deleted: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    metafields: t.field({
      type: [CustomerMetafieldRefInput],
      required: true,
      description: 'The metafields.',
    }),
  }),
});

const CustomerMetafieldsPayload = definePayload(CustomerMetafieldRef, {
  payload: 'CustomerMetafields',
  result: 'CustomerMetafield',
  field: 'metafield',
  description: 'The metafield as it is now.',
});

builder.mutationFields((t) => ({
  createCustomerMetafields: t.field({
    type: CustomerMetafieldsPayload,
    authScopes: needs('customers:write'),
    description:
      'Adds metafields. One REST call for ten (`POST /customers/metafields`, a single one by `POST /customers/{id}/metafields`), scope `store_v2_customers`. A namespace and key that the app has on the customer already are FAILED with the code TAKEN.',
    args: {
      input: t.arg({ type: CreateCustomerMetafieldsInput, required: true, description: 'What to add.' }),
    },
    resolve: (_root, { input }, ctx) => createMetafields(ctx, input.metafields),
  }),
  updateCustomerMetafields: t.field({
    type: CustomerMetafieldsPayload,
    authScopes: needs('customers:write'),
    description:
      'Changes metafields. One REST call for ten (`PUT /customers/metafields`, a single one by `PUT /customers/{id}/metafields/{metafieldId}`), scope `store_v2_customers`. Several go by their ids alone: only of a single one does the store check the customer.',
    args: {
      input: t.arg({ type: UpdateCustomerMetafieldsInput, required: true, description: 'What to change.' }),
    },
    resolve: (_root, { input }, ctx) => updateMetafields(ctx, input.metafields),
  }),
  deleteCustomerMetafields: t.field({
    type: DeletePayloadRef,
    authScopes: needs('customers:write'),
    description:
      'Deletes metafields. One REST call for up to 250 (`DELETE /customers/metafields`, a single one by `DELETE /customers/{id}/metafields/{metafieldId}`), scope `store_v2_customers`. Several go by their ids alone: only of a single one does the store check the customer. The answer tells which there were; one that is missing after a lost answer is DELETED, though it may never have been there.',
    args: {
      input: t.arg({ type: DeleteCustomerMetafieldsInput, required: true, description: 'Which metafields.' }),
    },
    resolve: (_root, { input }, ctx) => deleteMetafields(ctx, input.metafields),
  }),
}));
