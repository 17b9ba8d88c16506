import type { ItemError } from '../writes/results.ts';

// Lengths are from the store's API description. The store validates everything else. Null and undefined are valid in
// every check except that for nulls.

/**
 * Requires a length of `minLength` to `maxLength` characters (Unicode code points), without surrounding whitespace for
 * the minimum.
 */
export function checkText(
  field: string,
  value: string | null | undefined,
  minLength: number,
  maxLength = Number.POSITIVE_INFINITY,
): ItemError[] {
  if (value === null || value === undefined) return [];
  if (!hasLength(value.trim(), minLength)) {
    const code = value.trim() === '' ? 'REQUIRED' : 'INVALID';
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

/** Requires one @ with text on both sides and 3 to 255 characters. The store validates the rest. */
export function checkEmail(field: string, value: string | null | undefined): ItemError[] {
  const errors = checkText(field, value, 3, 255);
  if (errors.length > 0 || value === null || value === undefined || /^[^\s@,]+@[^\s@,]+$/.test(value))
    return errors;
  return [{ code: 'INVALID', field, message: `${field} must be an e-mail address.` }];
}

/** Requires two letters (ISO 3166-1 alpha-2). */
export function checkCountry(field: string, value: string | null | undefined): ItemError[] {
  if (value === null || value === undefined || /^[A-Z]{2}$/i.test(value)) return [];
  return [{ code: 'INVALID', field, message: `${field} must be a two-letter country code.` }];
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
