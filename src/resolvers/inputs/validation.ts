import type { FormFieldInput } from '../../rest/wire/form-fields.ts';
import type { ItemError } from '../writes/results.ts';

// Lengths are from the store's API description. The store validates everything else: it decides about blank values, for
// example. Null and undefined are valid in every check except that for nulls.

/** Requires a length of `minLength` to `maxLength` characters (Unicode code points), including whitespace. */
export function checkText(
  field: string,
  value: string | null | undefined,
  minLength: number,
  maxLength = Number.POSITIVE_INFINITY,
): ItemError[] {
  if (value === null || value === undefined) return [];
  if (!hasLength(value, minLength)) {
    const code = value === '' ? 'REQUIRED' : 'INVALID';
    return [{ code, field, message: `${field} must have at least ${formatCharacters(minLength)}.` }];
  }
  if (hasLength(value, maxLength + 1))
    return [
      { code: 'INVALID', field, message: `${field} must have at most ${formatCharacters(maxLength)}.` },
    ];
  return value.isWellFormed() ? [] : [{ code: 'INVALID', field, message: `${field} is not valid Unicode.` }];
}

/** Whether a string has at least `count` characters. It reads at most that many. */
export function hasLength(value: string, count: number): boolean {
  if (value.length < count) return false;
  let characters = 0;
  for (const _ of value) {
    if (characters >= count) break;
    characters += 1;
  }
  return characters >= count;
}

function formatCharacters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

/** Requires an id of at least `min`. */
export function checkId(field: string, value: number | null | undefined, min = 1): ItemError[] {
  if (value === null || value === undefined || value >= min) return [];
  return [{ code: 'INVALID', field, message: `${field} must be at least ${min}.` }];
}

/** Requires at most `max` list items. */
export function checkCount(
  field: string,
  list: readonly unknown[] | null | undefined,
  max: number,
): ItemError[] {
  if (!list || list.length <= max) return [];
  return [{ code: 'LIMIT_EXCEEDED', field, message: `${field} must contain at most ${max} items.` }];
}

/**
 * Requires 3 to 255 characters, and one @ with text on both sides. A quoted local part, such as in
 * `"a@b, c"@example.org`, can contain anything. The store validates the rest.
 */
export function checkEmail(field: string, value: string | null | undefined): ItemError[] {
  const errors = checkText(field, value, 3, 255);
  if (errors.length > 0 || value === null || value === undefined || EMAIL.test(value)) return errors;
  return [{ code: 'INVALID', field, message: `${field} must be an e-mail address.` }];
}

/** Whether a string is an e-mail address that `checkEmail` accepts. */
export function isEmail(value: string): boolean {
  return checkEmail('email', value).length === 0;
}

const EMAIL = /^(?:"(?:[^"\\]|\\.)+"|[^\s@,]+)@[^\s@,]+$/;

/** Requires two characters: an ISO 3166-1 alpha-2 code. */
export function checkCountry(field: string, value: string | null | undefined): ItemError[] {
  if (checkText(field, value, 2, 2).length === 0) return [];
  return [{ code: 'INVALID', field, message: `${field} must be a country code of two characters.` }];
}

/** Rejects an explicit null, which clears a field, for each field that cannot be cleared. */
export function checkNoNulls(item: object, clearable: ReadonlySet<string>): ItemError[] {
  return Object.entries(item).flatMap(([field, value]) =>
    value === null && !clearable.has(field)
      ? [{ code: 'INVALID' as const, field, message: `${field} cannot be cleared.` }]
      : [],
  );
}

/** Checks each item of a list. The path of an error contains the index. */
export function checkEach<T>(
  field: string,
  items: readonly T[] | null | undefined,
  check: (item: T) => readonly ItemError[],
): ItemError[] {
  return (items ?? []).flatMap((item, index) =>
    check(item).map((error) => ({
      ...error,
      field: error.field === null ? `${field}.${index}` : `${field}.${index}.${error.field}`,
    })),
  );
}

/** Checks a nested object. The path of an error starts with its field. */
export function checkNested<T>(
  field: string,
  value: T | null | undefined,
  check: (value: T) => readonly ItemError[],
): ItemError[] {
  if (value === null || value === undefined) return [];
  return check(value).map((error) => ({
    ...error,
    field: error.field === null ? field : `${field}.${error.field}`,
  }));
}

/** Validates a form field with its new value. */
export function checkFormField({ name, value }: FormFieldInput): ItemError[] {
  const isKept = value.clear === false;
  return [
    ...checkText('name', name, 0),
    ...(isKept ? [{ code: 'INVALID' as const, field: 'value.clear', message: 'clear must be true.' }] : []),
  ];
}
