import type { FormFieldValue } from '../../rest/records/form-fields.ts';
import {
  type FormFieldContent,
  type FormFieldInput,
  formFieldContentToWire,
} from '../../rest/wire/form-fields.ts';
import { normalizeText } from './normalize.ts';
import type { Reading } from './spec.ts';

/**
 * Whether a string field has the value that was sent, in the store's spelling of it. Undefined matches any value, null an
 * empty one.
 */
export function textMatches(held: string | null, sent: string | null | undefined): boolean {
  return sent === undefined || normalizeText(held) === normalizeText(sent);
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
      held?.find((field) => textMatches(field.name, name)),
      value,
    ),
  );
}

/**
 * Whether a form field has the value that was sent. A field without a value is returned as an empty string or list, or
 * not at all, whichever of them cleared it. The order of choices does not matter.
 */
export function formFieldMatches(field: FormFieldValue | undefined, content: FormFieldContent): boolean {
  return valueKey(field === undefined ? '' : heldValue(field)) === valueKey(formFieldContentToWire(content));
}

function heldValue(field: FormFieldValue): string | number | readonly string[] {
  if (field.kind === 'choices') return field.choices;
  return field.kind === 'number' ? field.number : field.text;
}

function valueKey(value: string | number | readonly string[]): string {
  return typeof value === 'object'
    ? value.length === 0
      ? ''
      : JSON.stringify(value.toSorted())
    : normalizeText(String(value));
}

/** What a read shows of an item that changes a record. @param isWritten whether the record has the values that were sent */
export function readingOf<R>(record: R | null | undefined, isWritten: (record: R) => boolean): Reading<R> {
  if (record === null || record === undefined) return { state: 'gone' };
  return { state: isWritten(record) ? 'holds' : 'differs', record };
}
