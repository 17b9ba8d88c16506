import { builder } from './builder.ts';

export const FormFieldContentInput = builder.inputType('FormFieldContentInput', {
  description: 'What a form field is set to. It is cleared by text: "" or choices: [].',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Text, a date, a picked choice.' }),
    number: t.float({ description: 'A number.' }),
    choices: t.stringList({ description: 'The ticked ones of a group of checkboxes.' }),
  }),
});

export const FormFieldValueInput = builder.inputType('FormFieldValueInput', {
  description: "A form field's name and what it is set to.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'The label of the form field.' }),
    value: t.field({ type: FormFieldContentInput, required: true, description: 'What it is set to.' }),
  }),
});
