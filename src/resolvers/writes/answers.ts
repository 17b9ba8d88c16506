import type { FormFieldValue } from '../../rest/records/form-fields.ts';
import {
  type FormFieldContent,
  type FormFieldInput,
  formFieldContentToWire,
} from '../../rest/wire/form-fields.ts';
import { foldText, normalizeText, storedText } from './normalize.ts';
import type { Reading } from './spec.ts';

/** Whether a string field has the value that was sent. Undefined matches any value, null an empty one. */
export type SameText = (held: string | null | undefined, sent: string | null | undefined) => boolean;

/** Compares without what every store may change: blanks and the form of Unicode. */
export const textMatches: SameText = (held, sent) =>
  sent === undefined || normalizeText(held) === normalizeText(sent);

/** Compares without what a store may change of a text, but with its case, accents and punctuation. */
export const textIsStored: SameText = (held, sent) =>
  sent === undefined || storedText(held) === storedText(sent);

/** Compares without what any store is known to change. Different values can be alike in it. */
export const textResembles: SameText = (held, sent) =>
  sent === undefined || foldText(held) === foldText(sent);

/** The same for a field that is not a string. Undefined and null, which a create does not send, match any value. */
export function valueMatches<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || sent === null || held === sent;
}

/** Whether all form fields that were sent have their values. */
export function formFieldsMatch(
  held: readonly FormFieldValue[] | null | undefined,
  sent: readonly FormFieldInput[] | null | undefined,
  isSame: SameText = textMatches,
): boolean {
  return (sent ?? []).every(({ name, value }) =>
    formFieldMatches(
      held?.find((field) => textMatches(field.name, name)),
      value,
      isSame,
    ),
  );
}

/**
 * Whether a form field has the value that was sent. A field without a value is returned as an empty string or list, or
 * not at all, whichever of them cleared it. The order of choices does not matter.
 */
export function formFieldMatches(
  field: FormFieldValue | undefined,
  content: FormFieldContent,
  isSame: SameText = textMatches,
): boolean {
  const [held, sent] = [field === undefined ? '' : heldValue(field), formFieldContentToWire(content)].map(
    toTexts,
  );
  return held?.length === sent?.length && (held ?? []).every((text, index) => isSame(text, sent?.[index]));
}

function heldValue(field: FormFieldValue): string | number | readonly string[] {
  if (field.kind === 'choices') return field.choices;
  return field.kind === 'number' ? field.number : field.text;
}

/** The texts of a value, sorted. A value without any is one empty text; a list is marked as such. */
function toTexts(value: string | number | readonly string[]): readonly string[] {
  if (typeof value !== 'object') return [String(value)];
  return value.length === 0 ? [''] : ['list', ...value.toSorted()];
}

/**
 * What a read shows of an item that changes a record.
 *
 * @param isWritten whether the record has the values that were sent, if texts are compared in this way
 */
export function readingOf<R>(
  record: R | null | undefined,
  isWritten: (record: R, isSame: SameText) => boolean,
): Reading<R> {
  if (record === null || record === undefined) return { state: 'gone' };
  if (isWritten(record, textMatches)) return { state: 'holds', record };
  return { state: isWritten(record, textResembles) ? 'respelled' : 'differs', record };
}
