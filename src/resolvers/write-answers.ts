import { GatewayError } from '../errors.ts';
import { type FormFieldContent, type FormFieldInput, formFieldContentOf } from '../rest/form-field-wire.ts';
import type { FormFieldValue } from '../rest/form-fields.ts';
import { isObject, unwrapped } from '../rest/wire.ts';

/**
 * The records of an answer to a write, or null where it is no such answer. What cannot be read is left out: its item is
 * then read back. The store answers `{ data: [...] }`, sometimes without `data` where it wrote nothing.
 */
export function recordsIn<R>(body: unknown, read: (item: unknown) => R): readonly R[] | null {
  if (!isObject(body)) return null;
  const { data = [] } = body;
  if (!Array.isArray(data)) return null;
  return data.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      if (error instanceof GatewayError) return [];
      throw error;
    }
  });
}

/** The record of an answer about one, or null where it cannot be read. */
export function recordIn<R>(body: unknown, read: (item: unknown) => R): readonly R[] | null {
  try {
    return [read(unwrapped(body))];
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** Whether a field holds what was sent: not sent fits all, null fits what is unset, and the store trims. */
export function holds(held: string | null, sent: string | null | undefined): boolean {
  return sent === undefined || (held ?? '').trim() === (sent ?? '').trim();
}

/** Whether a field holds what was sent, for what is no text. Null in a create is not sent. */
export function equals<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || sent === null || held === sent;
}

/** Whether form fields hold all that was sent of them. */
export function holdsFields(
  held: readonly FormFieldValue[] | null | undefined,
  sent: readonly FormFieldInput[] | null | undefined,
): boolean {
  return (sent ?? []).every(({ name, value }) =>
    isSet(
      held?.find((field) => field.name === name),
      value,
    ),
  );
}

/** Whether a form field holds what was sent. The store shows a field without a value as an empty one. */
export function isSet(field: FormFieldValue | undefined, content: FormFieldContent): boolean {
  const sent = formFieldContentOf(content);
  if (field?.kind === 'choices')
    return JSON.stringify(field.choices.toSorted()) === JSON.stringify([sent].flat().toSorted());
  if (field?.kind === 'number') return field.number === sent;
  return (field?.text ?? '') === String(sent);
}
