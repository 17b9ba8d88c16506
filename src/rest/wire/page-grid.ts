import type { StorePage } from './page.ts';

/** How the store numbers the pages of a list: page 1 has the first `size` records. */
export interface PageGrid {
  readonly size: number;
  /** Whether the store did not state the size: its first page was shorter than requested, and others follow. */
  readonly isInferred: boolean;
}

/** Which page was requested by number, and with which limit. */
export interface NumberedRequest {
  readonly page: number;
  readonly limit: number;
}

/**
 * The page size by which the store answered. It can grant fewer records than requested, or return more.
 *
 * @param known the page size of an earlier answer
 */
export function gridOf<T>(
  { items, pageSize, total, reportsNext }: StorePage<T>,
  { page, limit }: NumberedRequest,
  known: PageGrid | null = null,
): PageGrid {
  const stated = pageSize ?? limit;
  if (items.length >= stated) return { size: items.length, isInferred: false };
  if (stated !== limit) return { size: stated, isInferred: false };
  if (known !== null) return known;
  const isFollowed = reportsNext === true || (total ?? 0) > items.length;
  const isImpossible = total !== null && (page - 1) * stated + items.length > total;
  const isShort = page === 1 ? isFollowed : isImpossible;
  return isShort && items.length > 0
    ? { size: items.length, isInferred: true }
    : { size: stated, isInferred: false };
}

/** Number of records before a page. The store may answer with another page than requested. */
export function startOf<T>({ number }: StorePage<T>, { page }: NumberedRequest, { size }: PageGrid): number {
  return ((number ?? page) - 1) * size;
}

/**
 * Whether records follow on later pages.
 *
 * @param end number of records up to the end of this page
 * @param size number of records of a full page
 */
export function isFollowed<T>(
  { items, total, reportsNext }: StorePage<T>,
  end: number,
  size: number,
): boolean {
  if (items.length === 0) return false;
  return (
    reportsNext === true || (total === null ? reportsNext !== false && items.length >= size : total > end)
  );
}
