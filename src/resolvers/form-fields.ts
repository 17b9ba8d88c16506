import type { FormFieldValue } from '../rest/form-fields.ts';

/** The values of the fields with these names, or of all fields. */
export function named(
  values: readonly FormFieldValue[] | null,
  names: readonly string[] | null | undefined,
): readonly FormFieldValue[] | null {
  if (!values || !names) return values;
  return values.filter(({ name }) => names.includes(name));
}
