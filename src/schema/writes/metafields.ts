import { UPSERT_METAFIELDS } from '../../cost/metafield-upserts.ts';
import { writeCost } from '../../cost/writes.ts';
import { upsertMetafields } from '../../resolvers/writes/metafield-upserts.ts';
import { createMetafields, deleteMetafields, updateMetafields } from '../../resolvers/writes/metafields.ts';
import { requireScope } from '../authorization.ts';
import { builder, type SchemaTypes } from '../builder.ts';
import { costs } from '../descriptions.ts';
import { MetafieldPermissionSet } from '../metafields.ts';
import { CustomerMetafieldRef } from '../refs.ts';
import { DeletePayloadRef, definePayload, LIST_SIZE } from './payload.ts';

type InputFieldBuilder = PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>;

// Clients are written against a required `Int`. With a default it can be left out.
function ownerFields(t: InputFieldBuilder, description: string) {
  return {
    customerEntityId: t.int({ required: true, defaultValue: 0, description }),
    resourceId: t.field({
      type: 'SafeInt',
      description: 'Id of the customer, also if it exceeds 32 bits. It replaces `customerEntityId`.',
    }),
  };
}

const CreateCustomerMetafieldInput = builder.inputType('CreateCustomerMetafieldInput', {
  description: 'A metafield to add to a customer.',
  fields: (t) => ({
    ...ownerFields(t, 'Id of the customer. Required, unless `resourceId` is given.'),
    namespace: t.string({ required: true, description: 'Namespace, 1 to 64 characters.' }),
    key: t.string({ required: true, description: 'Name within the namespace, 1 to 64 characters.' }),
    value: t.string({ required: true, description: 'The value, 1 to 65,535 characters.' }),
    permissionSet: t.field({
      type: MetafieldPermissionSet,
      required: true,
      description: 'Access of other apps and of the storefront.',
    }),
    description: t.string({
      description: 'Purpose of the metafield, at most 255 characters. Null means absent.',
    }),
  }),
});

const CreateCustomerMetafieldsInput = builder.inputType('CreateCustomerMetafieldsInput', {
  description: `Metafields to add. ${LIST_SIZE}`,
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
    'Changes to a metafield. Absent fields stay unchanged. Null clears the description and is INVALID for all other fields.',
  fields: (t) => ({
    ...ownerFields(
      t,
      'Id of the customer. The store finds a single metafield only by its customer. Required, unless `resourceId` is given.',
    ),
    entityId: t.int({
      required: true,
      defaultValue: 0,
      description: 'Id of the metafield. Required, unless `metafieldId` is given.',
    }),
    metafieldId: t.field({
      type: 'SafeInt',
      description: 'Id of the metafield, also if it exceeds 32 bits. It replaces `entityId`.',
    }),
    namespace: t.string({ description: 'Namespace, 1 to 64 characters.' }),
    key: t.string({ description: 'Name within the namespace, 1 to 64 characters.' }),
    value: t.string({ description: 'The value, 1 to 65,535 characters.' }),
    permissionSet: t.field({
      type: MetafieldPermissionSet,
      description: 'Access of other apps and of the storefront.',
    }),
    description: t.string({
      description: 'Purpose of the metafield, at most 255 characters. Null clears it.',
    }),
  }),
});

const UpdateCustomerMetafieldsInput = builder.inputType('UpdateCustomerMetafieldsInput', {
  description: `Changes to metafields. ${LIST_SIZE}`,
  fields: (t) => ({
    metafields: t.field({
      type: [UpdateCustomerMetafieldInput],
      required: true,
      description: 'The changes.',
    }),
  }),
});

/** The fields of a metafield that is found by its namespace and key, without its customer. */
export function metafieldUpsertFields(t: InputFieldBuilder) {
  return {
    namespace: t.string({ required: true, description: 'Namespace, 1 to 64 characters.' }),
    key: t.string({ required: true, description: 'Name within the namespace, 1 to 64 characters.' }),
    value: t.string({ required: true, description: 'The value, 1 to 65,535 characters.' }),
    permissionSet: t.field({
      type: MetafieldPermissionSet,
      description:
        'Access of other apps and of the storefront. Null or absent leaves it unchanged, and means APP_ONLY for a new metafield.',
    }),
    description: t.string({
      description:
        'Purpose of the metafield, at most 255 characters. Absent leaves it unchanged. Null clears it.',
    }),
  };
}

const UpsertCustomerMetafieldInput = builder.inputType('UpsertCustomerMetafieldInput', {
  description: 'A metafield to add to a customer, or to change if the customer has one of this name.',
  fields: (t) => ({
    ...ownerFields(t, 'Id of the customer. Required, unless `resourceId` is given.'),
    ...metafieldUpsertFields(t),
  }),
});

const UpsertCustomerMetafieldsInput = builder.inputType('UpsertCustomerMetafieldsInput', {
  description: `Metafields to add or to change. ${LIST_SIZE}`,
  fields: (t) => ({
    metafields: t.field({
      type: [UpsertCustomerMetafieldInput],
      required: true,
      description:
        'The metafields. A second one for the same customer, namespace and key in the list is INVALID.',
    }),
  }),
});

const CustomerMetafieldRefInput = builder.inputType('CustomerMetafieldRefInput', {
  description: 'A metafield to delete.',
  fields: (t) => ({
    ...ownerFields(
      t,
      'Id of the customer. The store finds a single metafield only by its customer. Required, unless `resourceId` is given.',
    ),
    entityId: t.int({
      required: true,
      defaultValue: 0,
      description: 'Id of the metafield. Required, unless `metafieldId` is given.',
    }),
    metafieldId: t.field({
      type: 'SafeInt',
      description: 'Id of the metafield, also if it exceeds 32 bits. It replaces `entityId`.',
    }),
  }),
});

const DeleteCustomerMetafieldsInput = builder.inputType('DeleteCustomerMetafieldsInput', {
  description: `Metafields to delete. ${LIST_SIZE}`,
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
  description: 'The metafield after the write.',
});

builder.mutationFields((t) => ({
  createCustomerMetafields: t.field({
    type: CustomerMetafieldsPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Adds metafields. A metafield whose namespace and key the app already uses on the customer is FAILED with the code TAKEN. A batch of one uses the second operation.',
    extensions: costs(
      writeCost({
        operation: 'createCustomersMetafields',
        list: 'metafields',
        others: ['createCustomerMetafields'],
      }),
    ),
    args: {
      input: t.arg({
        type: CreateCustomerMetafieldsInput,
        required: true,
        description: 'The metafields to add.',
      }),
    },
    resolve: (_root, { input }, ctx) => createMetafields(ctx, input.metafields),
  }),
  updateCustomerMetafields: t.field({
    type: CustomerMetafieldsPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Changes metafields. A batch of one uses the second operation, in which the store checks the customer. In a larger batch the store identifies metafields by id only.',
    extensions: costs(
      writeCost({
        operation: 'updateCustomersMetafields',
        list: 'metafields',
        others: ['updateCustomerMetafield'],
      }),
    ),
    args: {
      input: t.arg({ type: UpdateCustomerMetafieldsInput, required: true, description: 'The changes.' }),
    },
    resolve: (_root, { input }, ctx) => updateMetafields(ctx, input.metafields),
  }),
  upsertCustomerMetafields: t.field({
    type: CustomerMetafieldsPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Adds metafields, or changes those that the customers have, by namespace and key. One that has these values is UNCHANGED and not written. If several apps have a metafield of this name, one that has these values counts; otherwise the first one that the store lets this app change.',
    extensions: costs(UPSERT_METAFIELDS),
    args: {
      input: t.arg({
        type: UpsertCustomerMetafieldsInput,
        required: true,
        description: 'The metafields to add or to change.',
      }),
    },
    resolve: (_root, { input }, ctx) => upsertMetafields(ctx, input.metafields),
  }),
  deleteCustomerMetafields: t.field({
    type: DeletePayloadRef,
    authScopes: requireScope('customers:write'),
    description:
      "Deletes metafields. A batch of one uses the second operation, in which the store checks the customer. In a larger batch the store identifies metafields by id only. The store's response lists the deleted metafields. A metafield that is missing after a lost response is DELETED, although it may never have existed.",
    extensions: costs(
      writeCost({
        operation: 'deleteCustomersMetafields',
        list: 'metafields',
        others: ['deleteCustomerMetafieldsId'],
      }),
    ),
    args: {
      input: t.arg({
        type: DeleteCustomerMetafieldsInput,
        required: true,
        description: 'The metafields to delete.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteMetafields(ctx, input.metafields),
  }),
}));
