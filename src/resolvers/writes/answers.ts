import type { FormFieldValue } from '../../rest/records/form-fields.ts';
import {
  type FormFieldContent,
  type FormFieldInput,
  formFieldContentToWire,
} from '../../rest/wire/form-fields.ts';

/**
 * Whether a string field has the value that was sent. Undefined matches any value, null an empty one. Surrounding
 * whitespace is ignored, because the store trims.
 */
export function textMatches(held: string | null, sent: string | null | undefined): boolean {
  return sent === undefined || (held ?? '').trim() === (sent ?? '').trim();
}

/** The same for a field that is not a string. Undefined and null, which a create does not send, match any value. */
export function valueMatches<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || sent === null || held === sent;
}

/** Whether all form fields that were sent have their values. */
export function formFieldsMatch(
  held: readonly FormFieldValue[] | null | undefined,
  sent: readonly FormFieldInput[] | null | undefined,
): boolean {
  return (sent ?? []).every(({ name, value }) =>
    formFieldMatches(
      held?.find((field) => field.name === name),
      value,
    ),
  );
}

/** Whether a form field has the value that was sent. The store returns an unset field as an empty string. */
export function formFieldMatches(field: FormFieldValue | undefined, content: FormFieldContent): boolean {
  const sent = formFieldContentToWire(content);
  if (field?.kind === 'choices')
    return JSON.stringify(field.choices.toSorted()) === JSON.stringify([sent].flat().toSorted());
  if (field?.kind === 'number') return field.number === sent;
  return (field?.text ?? '') === String(sent);
}
