import { formFieldValues } from '../resolvers/form-fields.ts';
import type { FormFieldValue } from '../rest/form-fields.ts';
import { builder } from './builder.ts';
import { defineConnection, pagingArgs } from './paging.ts';
import { FormFieldValueRef } from './refs.ts';
import { AS_ABOVE, needs } from './scopes.ts';
import { selectionOf } from './selection.ts';

builder.interfaceType(FormFieldValueRef, {
  extensions: AS_ABOVE,
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
  extensions: AS_ABOVE,
  interfaces: [FormFieldValueRef],
  description: 'Text, a date, a picked choice: whatever the store keeps as text.',
  fields: (t) => ({
    text: t.exposeString('text', { nullable: false, description: 'The text; "" where nothing was entered.' }),
  }),
});

builder.objectRef<Of<'number'>>(TYPES.number).implement({
  extensions: AS_ABOVE,
  interfaces: [FormFieldValueRef],
  description: 'A number.',
  fields: (t) => ({
    number: t.exposeFloat('number', { nullable: false, description: 'The number.' }),
  }),
});

builder.objectRef<Of<'choices'>>(TYPES.choices).implement({
  extensions: AS_ABOVE,
  interfaces: [FormFieldValueRef],
  description: 'The ticked ones of a group of checkboxes.',
  fields: (t) => ({
    choices: t.exposeStringList('choices', {
      nullable: false,
      description: 'The ticked labels; empty where none is.',
    }),
  }),
});

const FormFieldValueConnection = defineConnection('FormFieldValue', FormFieldValueRef, {
  of: 'form field values',
  totalCount:
    'How many there are in all. Costs nothing on the first page; else one REST call, made beside the page: answers by cursor carry no total.',
});

const FormFieldType = builder.enumType('FormFieldType', {
  description: 'The type of a form field in the control panel.',
  values: {
    CHECKBOXES: { description: 'A group of checkboxes.' },
    DATE: { description: 'A day.' },
    MULTILINE: { description: 'Text of several lines.' },
    NUMBERS: { description: 'A number.' },
    PASSWORD: { description: 'A password.' },
    RADIOBUTTONS: { description: 'One of several, all in sight.' },
    TEXT: { description: 'Text of one line.' },
    PICKLIST: { description: 'One of several, out of a list.' },
  },
});

const FormFieldValueFilter = builder.inputType('FormFieldValueFilter', {
  description:
    'Conditions that must all hold. Here the store takes one value each, and only one of the two owners.',
  fields: (t) => ({
    customerEntityId: t.int({ description: 'Of this customer (`customer_id`).' }),
    addressEntityId: t.int({ description: 'Of this address (`address_id`).' }),
    fieldName: t.string({ description: 'Of the field with this name (`field_name`).' }),
    fieldType: t.field({ type: FormFieldType, description: 'Of fields of this type (`field_type`).' }),
  }),
});

builder.queryFields((t) => ({
  formFieldValues: t.field({
    type: FormFieldValueConnection,
    authScopes: needs('customers:read'),
    description:
      'Form field values of all customers and addresses. One REST call (`GET /customers/form-field-values`) a page. Walking by `endCursor` neither repeats nor skips one that was there throughout, where the store gives cursors (since 2025); elsewhere pages go by number and may shift while others write.',
    args: {
      ...pagingArgs(t.arg),
      filter: t.arg({ type: FormFieldValueFilter, description: 'Which values.' }),
    },
    resolve: (_root, args, ctx, info) => formFieldValues(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
}));
