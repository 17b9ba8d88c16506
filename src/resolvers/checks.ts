import type { Problem } from './write-results.ts';

// Lengths are the store's own, from its description; what they do not say is left for the store to judge.

/** Checks a text by its length. Null or absent is no matter here. */
export function text(
  field: string,
  value: string | null | undefined,
  least: number,
  most = Number.POSITIVE_INFINITY,
): Problem[] {
  if (value === null || value === undefined) return [];
  if (value.trim().length < least && least > 0) {
    const code = value.trim() === '' ? 'REQUIRED' : 'INVALID';
    return [{ code, field, message: `${field} must have at least ${characters(least)}.` }];
  }
  if (value.length > most)
    return [{ code: 'INVALID', field, message: `${field} must not have more than ${characters(most)}.` }];
  return value.isWellFormed() ? [] : [{ code: 'INVALID', field, message: `${field} is not valid Unicode.` }];
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

/** Checks an id as the store counts them. */
export function id(field: string, value: number | null | undefined, least = 1): Problem[] {
  if (value === null || value === undefined || value >= least) return [];
  return [{ code: 'INVALID', field, message: `${field} must be ${least} or more.` }];
}

/** Checks the number of elements of a list. */
export function count(field: string, list: readonly unknown[] | null | undefined, most: number): Problem[] {
  if (!list || list.length <= most) return [];
  return [{ code: 'LIMIT_EXCEEDED', field, message: `${field} must not hold more than ${most}.` }];
}

/** Checks an e-mail address for what any has; the store judges the rest. */
export function email(field: string, value: string | null | undefined): Problem[] {
  const problems = text(field, value, 3, 255);
  if (problems.length > 0 || value === null || value === undefined || /^[^\s@,]+@[^\s@,]+$/.test(value))
    return problems;
  return [{ code: 'INVALID', field, message: `${field} is not an e-mail address.` }];
}

/** Checks two letters of ISO 3166-1. */
export function country(field: string, value: string | null | undefined): Problem[] {
  if (value === null || value === undefined || /^[A-Z]{2}$/i.test(value)) return [];
  return [{ code: 'INVALID', field, message: `${field} must be the two letters of a country.` }];
}

/** Checks that nothing is cleared which cannot be: an explicit null in an update. */
export function noNulls(item: object, clearable: ReadonlySet<string>): Problem[] {
  return Object.entries(item).flatMap(([field, value]) =>
    value === null && !clearable.has(field)
      ? [{ code: 'INVALID' as const, field, message: `${field} cannot be cleared.` }]
      : [],
  );
}

/** Checks the items of a list, each under its own path. */
export function each<T>(
  field: string,
  items: readonly T[] | null | undefined,
  check: (item: T) => readonly Problem[],
): Problem[] {
  return (items ?? []).flatMap((item, index) =>
    check(item).map((problem) => ({
      ...problem,
      field: problem.field === null ? `${field}.${index}` : `${field}.${index}.${problem.field}`,
    })),
  );
}

/** Checks an object inside of an item, under its own path. */
export function within<T>(
  field: string,
  value: T | null | undefined,
  check: (value: T) => readonly Problem[],
): Problem[] {
  if (value === null || value === undefined) return [];
  return check(value).map((problem) => ({
    ...problem,
    field: problem.field === null ? field : `${field}.${problem.field}`,
  }));
}
