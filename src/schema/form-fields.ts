import type { FormFieldValue } from '../rest/form-fields.ts';
import { builder } from './builder.ts';
import { FormFieldValueRef } from './refs.ts';

builder.interfaceType(FormFieldValueRef, {
  description:
    'What a customer or an address holds for one form field of the store. REST does not say which type of field it is: what it holds decides.',
  resolveType: ({ kind }) => TYPES[kind],
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description: 'The label of the form field, which is its identity in REST.',
    }),
    customerEntityId: t.exposeInt('customerEntityId', {
      description: 'The customer it belongs to; null where it belongs to an address.',
    }),
    addressEntityId: t.exposeInt('addressEntityId', {
      description: 'The address it belongs to; null where it belongs to a customer.',
    }),
  }),
});

const TYPES = {
  text: 'TextFormFieldValue',
  number: 'NumberFormFieldValue',
  choices: 'ChoicesFormFieldValue',
} as const;

type Of<K extends FormFieldValue['kind']> = Extract<FormFieldValue, { kind: K }>;

builder.objectRef<Of<'text'>>(TYPES.text).implement({
  interfaces: [FormFieldValueRef],
  description: 'Text, a date, a picked choice: whatever the store keeps as text.',
  fields: (t) => ({
    text: t.exposeString('text', { nullable: false, description: 'The text; "" where nothing was entered.' }),
  }),
});

builder.objectRef<Of<'number'>>(TYPES.number).implement({
  interfaces: [FormFieldValueRef],
  description: 'A number.',
  fields: (t) => ({
    number: t.exposeFloat('number', { nullable: false, description: 'The number.' }),
  }),
});

builder.objectRef<Of<'choices'>>(TYPES.choices).implement({
  interfaces: [FormFieldValueRef],
  description: 'The ticked ones of a group of checkboxes.',
  fields: (t) => ({
    choices: t.exposeStringList('choices', {
      nullable: false,
      description: 'The ticked labels; empty where none is.',
    }),
  }),
});
