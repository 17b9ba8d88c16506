import { GatewayError } from '../../errors.ts';
import type { PageRequest, StorePage } from '../../rest/wire/page.ts';
import type { Cursor } from './cursors.ts';

/** Reads one page of a list of the store. */
export type ReadPage<T> = (request: PageRequest) => Promise<StorePage<T>>;

/** A list of the store that is read page by page. */
export interface PagedList<T> {
  readonly read: ReadPage<T>;
  /** Reads the total without a page. Null if the store does not report it. */
  count(): Promise<number | null>;
  /** Identifies a record. */
  keyOf(item: T): string | number;
  /** False if the store's cursors do not follow the order of the list. */
  readonly supportsCursors: boolean;
  /** Whether records can appear between others, so the number read does not show how many are left. @default false */
  readonly allowsInsertions?: boolean;
  /** How the list continues by date, if the store sorts it by one, oldest first. @default null */
  readonly dates?: DateOrder<T> | null;
}

/** The order of a list that the store sorts by a date, oldest first, and by id if the dates are equal. */
export interface DateOrder<T> {
  dateOf(item: T): Date | null;
  idOf(item: T): number;
  /** Reads the list from a date on. Null if its filter requires an exact date. */
  readonly readFrom: ((from: Date, request: PageRequest) => Promise<StorePage<T>>) | null;
}

/** Part of a list with the positions of its records. */
export interface PageSlice<T> {
  readonly items: readonly T[];
  readonly cursorAt: (index: number) => Cursor;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly total: number | null;
}

/** The error of a list that the store does not page in any way that ends. */
export function unusablePages(): GatewayError {
  return new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    'The store reports further records of this list, but does not return them.',
  );
}
