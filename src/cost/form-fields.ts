import type { FieldCost } from './population.ts';

const OPERATION = 'getCustomersFormFieldValues';
/** One for each type of form field. */
const CALLS = 8;

/** The form fields that values have shown. */
export const FORM_FIELD_DEFINITIONS: FieldCost = {
  operations: [OPERATION],
  summary:
    'one REST call for each of the eight types of form field, sent in parallel, then none for 60 seconds',
  rule({ plan, path, population }) {
    if (!plan.knowsFormFields) {
      plan.once('form field definitions', { operation: OPERATION, field: path }, { calls: CALLS });
    }
    return population;
  },
};
