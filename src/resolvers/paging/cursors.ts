import { hash } from 'node:crypto';
import * as z from 'zod';
import { badInput } from '../../errors.ts';
import { MAX_ID, MAX_URL_LENGTH } from '../../rest/limits.ts';
import { parseJsonOrNull } from '../../rest/wire/decode.ts';

/** Position of a record in a list that is in memory. */
export interface MemoryCursor {
  readonly kind: 'memory';
  readonly entityId: number;
  /** The number that the list is sorted by. Null if it is sorted by id. */
  readonly value: number | null;
  /** Number of records before and after it, if no number states its place. */
  readonly around: readonly [before: number, after: number] | null;
}

/** Position of a record in a list that is paged by number. */
export interface NumberCursor {
  readonly kind: 'number';
  /** Number of records before it. */
  readonly index: number;
  /** Number of records on a page of the store. Null if it is the number that was requested. */
  readonly size: number | null;
}

/** Position of a record in a list that the store sorts by date, oldest first. */
export interface DateCursor extends Omit<NumberCursor, 'kind'> {
  readonly kind: 'date';
  readonly entityId: number;
  /** The date of the record, in Unix milliseconds. Null if it has none. */
  readonly date: number | null;
  /** The list can be read from this date on, in Unix seconds. Null if from its start. */
  readonly from: number | null;
  /** Number of records from there up to this one, including it. */
  readonly count: number;
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

export type Cursor = MemoryCursor | NumberCursor | DateCursor | StoreCursor;

/** Encodes a cursor. A checksum binds it to its store and list, with the filter and sort. */
export function encodeCursor(list: string, cursor: Cursor): string {
  const payload = JSON.stringify(fieldsOf(cursor));
  return Buffer.from(`${checksum(list, payload)}${payload}`).toString('base64url');
}

function fieldsOf(cursor: Cursor): readonly unknown[] {
  switch (cursor.kind) {
    case 'memory':
      return ['m', cursor.entityId, cursor.value, cursor.around];
    case 'number':
      return ['n', cursor.index, cursor.size];
    case 'date': {
      const { index, size, entityId, date, from, count } = cursor;
      return ['d', index, size, entityId, date, from, count];
    }
    case 'store': {
      const { start, fromStart, end, toEnd, key, index, total, totalReadAt } = cursor;
      return ['s', start, fromStart, end, toEnd, key, index, total, totalReadAt];
    }
  }
}

/** Decodes a cursor. @throws GatewayError BAD_USER_INPUT if the gateway did not issue it for this list */
export function decodeCursor(list: string, cursor: string, argument: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const payload = text.slice(CHECKSUM_LENGTH);
  const isOfList = text.slice(0, CHECKSUM_LENGTH) === checksum(list, payload);
  const decoded = isOfList ? decodeUnverifiedCursor(cursor) : null;
  if (decoded === null) throw foreignCursor(argument);
  return decoded;
}

/** The error of a cursor that the gateway did not issue for this list. */
export function foreignCursor(argument: string) {
  return badInput(argument, 'is not a cursor of this list with this filter and sort, in this store.');
}

/** Decodes a cursor without verifying its list. Null if it is not one that the gateway could have issued. */
export function decodeUnverifiedCursor(cursor: unknown): Cursor | null {
  if (typeof cursor !== 'string' || cursor.length > MAX_CURSOR_LENGTH) return null;
  const fields = parseJsonOrNull(Buffer.from(cursor, 'base64url').toString().slice(CHECKSUM_LENGTH));
  return CURSOR.safeParse(fields).data ?? null;
}

/** Maximum number of records on a page of the store that cursors can point into. */
export const MAX_RECORDS_ON_PAGE = 10_000;

/** Maximum length of a cursor in characters: with two cursors of the store, each of which fits a URL. */
const MAX_CURSOR_LENGTH = 8_000;

// A checksum can be computed by anyone, so each field is checked: what a page costs depends on the distances.
const COUNT = z.int().min(0).max(MAX_ID);
const SIZE = z.int().min(1).max(MAX_RECORDS_ON_PAGE).nullable();
const DISTANCE = z.int().min(0).max(MAX_RECORDS_ON_PAGE);
const ID = z.int().min(1);
// A lone surrogate cannot be URL-encoded.
const TEXT = z
  .string()
  .max(MAX_URL_LENGTH)
  .refine((text) => text.isWellFormed());
const DATE = z.int().min(-8.64e15).max(8.64e15).nullable();
const SECONDS = z.int().min(-6.2e10).max(2.5e11);

const CURSOR = z.union([
  z
    .tuple([z.literal('m'), ID, z.int().nullable(), z.tuple([COUNT, COUNT]).nullable()])
    .transform(([, entityId, value, around]): Cursor => ({ kind: 'memory', entityId, value, around })),
  z
    .tuple([z.literal('n'), COUNT, SIZE])
    .transform(([, index, size]): Cursor => ({ kind: 'number', index, size })),
  z.tuple([z.literal('d'), COUNT, SIZE, ID, DATE, SECONDS.nullable(), COUNT.min(1)]).transform(
    ([, index, size, entityId, date, from, count]): Cursor => ({
      kind: 'date',
      index,
      size,
      entityId,
      date,
      from,
      count,
    }),
  ),
  z
    .tuple([
      z.literal('s'),
      TEXT,
      DISTANCE,
      TEXT,
      DISTANCE,
      z.union([z.number(), TEXT]),
      COUNT.nullable(),
      COUNT.nullable(),
      z.int().min(0),
    ])
    .transform(
      ([, start, fromStart, end, toEnd, key, index, total, totalReadAt]): Cursor => ({
        kind: 'store',
        start,
        fromStart,
        end,
        toEnd,
        key,
        index,
        total,
        totalReadAt,
      }),
    ),
]);

const CHECKSUM_LENGTH = 8;

// Detects cursors of other lists and cursors that the gateway did not issue. It is not a security control: a cursor
// grants no access.
function checksum(list: string, payload: string): string {
  return hash('sha1', `${list}\n${payload}`).slice(0, CHECKSUM_LENGTH);
}
