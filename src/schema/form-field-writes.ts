import { upsertFormFields } from '../resolvers/form-field-writes.ts';
import { builder } from './builder.ts';
import { FormFieldContentInput } from './form-field-inputs.ts';
import { FormFieldValueRef } from './refs.ts';
import { needs } from './scopes.ts';
import { definePayload } from './writes.ts';

const FormFieldOwnerInput = builder.inputType('FormFieldOwnerInput', {
  description: 'Whom a form field value belongs to.',
  isOneOf: true,
  fields: (t) => ({
    customerEntityId: t.int({ description: 'The id of a customer.' }),
    addressEntityId: t.int({ description: 'The id of an address.' }),
  }),
});

const UpsertFormFieldValueInput = builder.inputType('UpsertFormFieldValueInput', {
  description: 'What a customer or an address is to have for a form field.',
  fields: (t) => ({
    owner: t.field({ type: FormFieldOwnerInput, required: true, description: 'Whom it belongs to.' }),
    name: t.string({ required: true, description: 'The label of the form field. The store must know it.' }),
    value: t.field({ type: FormFieldContentInput, required: true, description: 'What it is set to.' }),
  }),
});

const UpsertFormFieldValuesInput = builder.inputType('UpsertFormFieldValuesInput', {
  description:
    'Form field values to be set: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    values: t.field({
      type: [UpsertFormFieldValueInput],
      required: true,
      description: 'The values. Two of one owner and name in one list are INVALID.',
    }),
  }),
});

const FormFieldValuesPayload = definePayload(FormFieldValueRef, {
  payload: 'FormFieldValues',
  result: 'FormFieldValue',
  field: 'value',
  description: 'The value as it is now.',
});

builder.mutationFields((t) => ({
  upsertFormFieldValues: t.field({
    type: FormFieldValuesPayload,
    authScopes: needs('customers:write'),
    description:
      'Sets form field values. One REST call (`PUT /customers/form-field-values`) for ten, scope `store_v2_customers`. The vendor deprecates that endpoint: `formFields` of customers and addresses set them too. The store does not say whether there was a value before, so that the outcome is always UPDATED.',
    args: {
      input: t.arg({ type: UpsertFormFieldValuesInput, required: true, description: 'What to set.' }),
    },
    resolve: (_root, { input }, ctx) => upsertFormFields(ctx, input.values),
  }),
}));
