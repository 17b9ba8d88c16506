import { builder } from '../builder.ts';

export const FormFieldContentInput = builder.inputType('FormFieldContentInput', {
  description:
    'The new value of a form field. `clear: true`, `text: ""` and `choices: []` all clear a form field of any type. The API documentation does not say whether the store accepts them for numbers and dates; the sandbox does.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'A text, a date or a selected option.' }),
    number: t.float({ description: 'A number.' }),
    clear: t.boolean({ description: 'Empties the field, whatever its type. Must be true.' }),
    choices: t.stringList({ description: 'Labels of the checked options of a group of checkboxes.' }),
  }),
});

export const FormFieldValueInput = builder.inputType('FormFieldValueInput', {
  description: 'A form field and its new value.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Label of the form field.' }),
    value: t.field({ type: FormFieldContentInput, required: true, description: 'The new value.' }),
  }),
});
