import { FORM_FIELD_DEFINITIONS } from '../cost/form-fields.ts';
import { pageCost } from '../cost/pages.ts';
import { valueOrThrow } from '../errors.ts';
import {
  fieldTypeOf,
  formFieldDefinitions,
  formFieldValueId,
  formFieldValues,
} from '../resolvers/form-fields.ts';
import type { FormFieldDefinition, FormFieldValue } from '../rest/records/form-fields.ts';
import { INHERITED, requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { costs, servedBy } from './descriptions.ts';
import { defineConnection, rootPagingArgs } from './paging.ts';
import { FormFieldValueRef } from './refs.ts';
import { selectionOf } from './selection.ts';

const FormFieldType = builder.enumType('FormFieldType', {
  description: 'Type of a form field in the control panel.',
  values: {
    CHECKBOXES: { description: 'A group of checkboxes.' },
    DATE: { description: 'A date.' },
    MULTILINE: { description: 'Multi-line text.' },
    NUMBERS: { description: 'A number.' },
    PASSWORD: { description: 'A password.' },
    RADIOBUTTONS: { description: 'A group of radio buttons.' },
    TEXT: { description: 'Single-line text.' },
    PICKLIST: { description: 'A drop-down list.' },
  },
});

const FormFieldOwner = builder.enumType('FormFieldOwner', {
  description: 'Kind of record that has a form field.',
  values: {
    CUSTOMER: { description: 'A field of customers, from the form for accounts.' },
    ADDRESS: { description: 'A field of addresses.' },
  },
});

const FormFieldDefinitionRef = builder.objectRef<FormFieldDefinition>('FormFieldDefinition').implement({
  extensions: { ...INHERITED, ...servedBy('getCustomersFormFieldValues') },
  description:
    'A form field of the store, as far as its values show it. The REST API lists neither form fields nor their options.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description: 'Label of the form field, which identifies it in the REST API.',
    }),
    owner: t.expose('owner', {
      type: FormFieldOwner,
      nullable: false,
      description: 'Kind of record that has the field.',
    }),
    type: t.expose('type', {
      type: FormFieldType,
      description: 'Type of the field. Null if fields of several types have this name.',
    }),
  }),
});

builder.interfaceType(FormFieldValueRef, {
  extensions: INHERITED,
  description:
    "A customer's or an address's value of one form field of the store. The value decides the GraphQL type: a number field without a value is a text.",
  resolveType: ({ kind }) => TYPE_NAMES[kind],
  fields: (t) => ({
    id: t.id({
      description:
        'Identifies the value by its owner and its name, for client caches. `node` does not take it: read the owner again. Opaque.',
      resolve: formFieldValueId,
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'Label of the form field, which identifies it in the REST API.',
    }),
    fieldType: t.field({
      type: FormFieldType,
      description: 'Type of the form field. Null if it is not known: see `formFieldDefinitions`.',
      extensions: costs(FORM_FIELD_DEFINITIONS),
      resolve: (value, _args, ctx) => fieldTypeOf(ctx, value),
    }),
    customerEntityId: t.int({
      resolve: ({ customerEntityId }) => valueOrThrow(customerEntityId),
      description: 'Id of the customer to which the value belongs. Null if it belongs to an address.',
    }),
    addressEntityId: t.int({
      resolve: ({ addressEntityId }) => valueOrThrow(addressEntityId),
      description: 'Id of the address to which the value belongs. Null if it belongs to a customer.',
    }),
  }),
});

const TYPE_NAMES = {
  text: 'TextFormFieldValue',
  number: 'NumberFormFieldValue',
  choices: 'ChoicesFormFieldValue',
} as const;

type ValueOfKind<K extends FormFieldValue['kind']> = Extract<FormFieldValue, { kind: K }>;

builder.objectRef<ValueOfKind<'text'>>(TYPE_NAMES.text).implement({
  extensions: INHERITED,
  interfaces: [FormFieldValueRef],
  description: 'A text, a date or a selected option: every value that the store keeps as a string.',
  fields: (t) => ({
    text: t.exposeString('text', {
      nullable: false,
      description: 'The string. Empty if nothing was entered.',
    }),
  }),
});

builder.objectRef<ValueOfKind<'number'>>(TYPE_NAMES.number).implement({
  extensions: INHERITED,
  interfaces: [FormFieldValueRef],
  description: 'A numeric value.',
  fields: (t) => ({
    number: t.exposeFloat('number', { nullable: false, description: 'The number.' }),
  }),
});

builder.objectRef<ValueOfKind<'choices'>>(TYPE_NAMES.choices).implement({
  extensions: INHERITED,
  interfaces: [FormFieldValueRef],
  description: 'The checked options of a group of checkboxes.',
  fields: (t) => ({
    choices: t.exposeStringList('choices', {
      nullable: false,
      description: 'Labels of the checked options. Empty if none is checked.',
    }),
  }),
});

const FormFieldValueConnection = defineConnection('FormFieldValue', FormFieldValueRef, {
  records: 'form field values',
  totalCount:
    'Total number of matching values. It costs nothing on the first page and on numbered pages. On cursor pages, which carry no total, it costs one REST call, sent in parallel with the page.',
});

const FormFieldValueFilter = builder.inputType('FormFieldValueFilter', {
  description:
    'Conditions that must all hold. The store takes one value per condition, and either a customer or an address.',
  fields: (t) => ({
    customerEntityId: t.int({ description: 'Id of the customer (`customer_id`).' }),
    addressEntityId: t.int({ description: 'Id of the address (`address_id`).' }),
    fieldName: t.string({ description: 'Name of the form field (`field_name`).' }),
    fieldType: t.field({ type: FormFieldType, description: 'Type of the form field (`field_type`).' }),
  }),
});

builder.queryFields((t) => ({
  formFieldDefinitions: t.field({
    type: [FormFieldDefinitionRef],
    authScopes: requireScope('customers:read'),
    description:
      'Form fields of the store, in order of owner and name. The REST API does not list them, so the gateway learns them from the first 250 values of each type: a field whose values are not among those is absent. They are cached for 60 seconds.',
    extensions: costs(FORM_FIELD_DEFINITIONS),
    resolve: (_root, _args, ctx) => formFieldDefinitions(ctx),
  }),
  formFieldValues: t.field({
    type: FormFieldValueConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Form field values of all customers and addresses. Cursor paging (REST API since 2025) neither repeats nor skips a value that exists throughout. Otherwise pages are numbered and can shift while records change.',
    extensions: costs(pageCost('getCustomersFormFieldValues')),
    args: {
      ...rootPagingArgs(t.arg),
      filter: t.arg({ type: FormFieldValueFilter, description: 'Conditions on the values.' }),
    },
    resolve: (_root, args, ctx, info) => formFieldValues(ctx, args, selectionOf(info, ctx).has('totalCount')),
  }),
}));
