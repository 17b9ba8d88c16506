import type { StorePage } from '../../src/rest/wire/page.ts';

/** A page of records. What is not given is unknown, as if the store did not report it. */
export function storePage<T>(
  items: readonly T[],
  known: Partial<Omit<StorePage<T>, 'items'>> = {},
): StorePage<T> {
  return { items, total: null, cursors: null, pageSize: null, number: null, reportsNext: null, ...known };
}
