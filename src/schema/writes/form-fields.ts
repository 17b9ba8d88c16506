import { writeCost } from '../../cost/writes.ts';
import { upsertFormFields } from '../../resolvers/writes/form-fields.ts';
import { requireScope } from '../authorization.ts';
import { builder } from '../builder.ts';
import { costs } from '../descriptions.ts';
import { FormFieldValueRef } from '../refs.ts';
import { FormFieldContentInput } from './form-field-inputs.ts';
import { definePayload, LIST_SIZE } from './payload.ts';

const FormFieldOwnerInput = builder.inputType('FormFieldOwnerInput', {
  description: 'Owner of a form field value: a customer or an address.',
  isOneOf: true,
  fields: (t) => ({
    customerEntityId: t.int({ description: 'Id of a customer.' }),
    addressEntityId: t.int({ description: 'Id of an address.' }),
  }),
});

const UpsertFormFieldValueInput = builder.inputType('UpsertFormFieldValueInput', {
  description: "A customer's or an address's value of a form field.",
  fields: (t) => ({
    owner: t.field({ type: FormFieldOwnerInput, required: true, description: 'Owner of the value.' }),
    name: t.string({
      required: true,
      description: 'Label of the form field, which must exist in the store.',
    }),
    value: t.field({ type: FormFieldContentInput, required: true, description: 'The new value.' }),
  }),
});

const UpsertFormFieldValuesInput = builder.inputType('UpsertFormFieldValuesInput', {
  description: `Form field values to set. ${LIST_SIZE}`,
  fields: (t) => ({
    values: t.field({
      type: [UpsertFormFieldValueInput],
      required: true,
      description: 'The values. A second one for the same owner and name in the list is INVALID.',
    }),
  }),
});

const FormFieldValuesPayload = definePayload(FormFieldValueRef, {
  payload: 'FormFieldValues',
  result: 'FormFieldValue',
  field: 'value',
  description: 'The value after the write.',
});

builder.mutationFields((t) => ({
  upsertFormFieldValues: t.field({
    type: FormFieldValuesPayload,
    authScopes: requireScope('customers:write'),
    deprecationReason:
      'The vendor deprecates the REST operation. Use `formFields` in the mutations of customers and addresses.',
    description:
      'Sets form field values. The outcome is always UPDATED, because the store does not report whether there was a value before. Values have no timestamps: after a lost response only newer writes of the same gateway are safe from a repeat.',
    extensions: costs(writeCost({ operation: 'updateCustomerFormFieldValues', list: 'values' })),
    args: {
      input: t.arg({ type: UpsertFormFieldValuesInput, required: true, description: 'The values to set.' }),
    },
    resolve: (_root, { input }, ctx) => upsertFormFields(ctx, input.values),
  }),
}));
