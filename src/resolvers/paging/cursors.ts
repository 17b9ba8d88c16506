import { hash } from 'node:crypto';
import { badInput } from '../../errors.ts';
import { PAGE_SIZE } from '../../rest/limits.ts';

/** Position of a record in a list that is paged by number. */
export interface OffsetCursor {
  readonly kind: 'offset';
  /** Number of records before it. */
  readonly index: number;
  /** Identifies the record. */
  readonly key: string | number;
  /** The value that the list is sorted by, if it is sorted in memory by a number. */
  readonly value?: number;
}

/** Position of a record relative to the start and end cursors of the store's page that contained it. */
export interface StoreCursor {
  readonly kind: 'store';
  /** The store's cursor of the page's first record. */
  readonly start: string;
  /** Number of records from the page's first record to this one. */
  readonly fromStart: number;
  /** The store's cursor of the page's last record. */
  readonly end: string;
  /** Number of records from this one to the page's last record. */
  readonly toEnd: number;
  /** Identifies the record. */
  readonly key: string | number;
  /** Number of records before it in the whole list. Null if it is not known. */
  readonly index: number | null;
  /** Total of the list as its first page reported it. Pages by cursor do not report a total. */
  readonly total: number | null;
  /** When that total was reported, in Unix seconds. */
  readonly totalReadAt: number;
}

export type Cursor = OffsetCursor | StoreCursor;

/** Encodes a cursor. A checksum binds it to its list, filter and sort. */
export function encodeCursor(list: string, cursor: Cursor): string {
  const payload = JSON.stringify(
    cursor.kind === 'offset'
      ? [cursor.index, cursor.key, ...(cursor.value === undefined ? [] : [cursor.value])]
      : [
          cursor.start,
          cursor.fromStart,
          cursor.end,
          cursor.toEnd,
          cursor.key,
          cursor.index,
          cursor.total,
          cursor.totalReadAt,
        ],
  );
  return Buffer.from(`${checksum(list, payload)}${payload}`).toString('base64url');
}

/** Decodes a cursor. @throws GatewayError BAD_USER_INPUT if the gateway did not issue it for this list. */
export function decodeCursor(list: string, cursor: string, argument: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const payload = text.slice(CHECKSUM_LENGTH);
  const decoded =
    text.slice(0, CHECKSUM_LENGTH) === checksum(list, payload) ? decodeUnverifiedCursor(cursor) : null;
  if (decoded === null) throw badInput(argument, 'is not a cursor of this list with this filter and sort.');
  return decoded;
}

/** Decodes a cursor without verifying its list. Null if it is not one that the gateway could have issued. */
export function decodeUnverifiedCursor(cursor: unknown): Cursor | null {
  if (typeof cursor !== 'string') return null;
  const fields = parseJsonOrNull(Buffer.from(cursor, 'base64url').toString().slice(CHECKSUM_LENGTH));
  if (!Array.isArray(fields)) return null;
  return fields.length <= 3 ? offsetCursor(fields) : storeCursor(fields);
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// A checksum can be computed by anyone, so each field is checked: what a page costs depends on the distances.
function offsetCursor([index, key, value]: readonly unknown[]): OffsetCursor | null {
  if (!isCount(index) || !isKey(key)) return null;
  if (value === undefined) return { kind: 'offset', index, key };
  return Number.isSafeInteger(value) ? { kind: 'offset', index, key, value: Number(value) } : null;
}

function storeCursor(fields: readonly unknown[]): StoreCursor | null {
  const [start, fromStart, end, toEnd, key, index, total, totalReadAt, ...more] = fields;
  const isValid =
    isText(start) &&
    isText(end) &&
    isCount(fromStart) &&
    isCount(toEnd) &&
    fromStart + toEnd < PAGE_SIZE &&
    isKey(key) &&
    (index === null || isCount(index)) &&
    (total === null || isCount(total)) &&
    isCount(totalReadAt) &&
    more.length === 0;
  return isValid ? { kind: 'store', start, fromStart, end, toEnd, key, index, total, totalReadAt } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'number' || isText(value);
}

// A lone surrogate cannot be URL-encoded.
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

const CHECKSUM_LENGTH = 8;

// Detects cursors of other lists and cursors that the gateway did not issue. It is not a security control: a cursor
// grants no access.
function checksum(list: string, payload: string): string {
  return hash('sha1', `${list}\n${payload}`).slice(0, CHECKSUM_LENGTH);
}
