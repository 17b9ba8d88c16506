import { hash } from 'node:crypto';
import { badInput } from '../errors.ts';

/** A record's place in a list that is paged by number, and what to recognise it by. */
export interface PlaceCursor {
  readonly kind: 'place';
  /** Records before it. */
  readonly index: number;
  readonly key: string | number;
}

/** A record's place between the two cursors that the store gave for the page in which it was seen. */
export interface StoreCursor {
  readonly kind: 'store';
  /** The store's cursor of the page's first record, and how many records further this one stands. */
  readonly start: string;
  readonly fromStart: number;
  /** The store's cursor of the page's last record, and how many records before it this one stands. */
  readonly end: string;
  readonly toEnd: number;
  readonly key: string | number;
  /** Records before it in the whole list. Null after walking from a place that is not known. */
  readonly index: number | null;
  /** All matches when the walk began, and when that was (unix seconds). Answers by cursor do not tell it again. */
  readonly total: number | null;
  readonly toldAt: number;
}

export type Cursor = PlaceCursor | StoreCursor;

/** Writes a cursor for one list. Its checksum binds it to that list, with its filter and order. */
export function writeCursor(list: string, cursor: Cursor): string {
  const payload = JSON.stringify(
    cursor.kind === 'place'
      ? [cursor.index, cursor.key]
      : [
          cursor.start,
          cursor.fromStart,
          cursor.end,
          cursor.toEnd,
          cursor.key,
          cursor.index,
          cursor.total,
          cursor.toldAt,
        ],
  );
  return Buffer.from(`${checksum(list, payload)}${payload}`).toString('base64url');
}

/** Reads a cursor. One that is not ours, or of another list, is the caller's mistake. */
export function readCursor(list: string, cursor: string, argument: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const payload = text.slice(CHECKSUM_LENGTH);
  if (text.slice(0, CHECKSUM_LENGTH) !== checksum(list, payload)) {
    throw badInput(argument, 'is not a cursor of this list with this filter and sort.');
  }
  // The checksum is ours, and so is what follows it.
  return parsePayload(payload);
}

/** Looks into a cursor without knowing of which list it is. Null for what is none. */
export function peekCursor(cursor: unknown): Cursor | null {
  if (typeof cursor !== 'string') return null;
  try {
    return parsePayload(Buffer.from(cursor, 'base64url').toString().slice(CHECKSUM_LENGTH));
  } catch {
    return null;
  }
}

function parsePayload(payload: string): Cursor {
  const fields = JSON.parse(payload) as PlaceFields | StoreFields;
  if (fields.length === 2) return { kind: 'place', index: fields[0], key: fields[1] };
  const [start, fromStart, end, toEnd, key, index, total, toldAt] = fields;
  return { kind: 'store', start, fromStart, end, toEnd, key, index, total, toldAt };
}

type PlaceFields = [number, string | number];
type StoreFields = [string, number, string, number, string | number, number | null, number | null, number];

const CHECKSUM_LENGTH = 8;

// It tells our cursors from others and from those of other lists. It guards no secret: a cursor opens nothing.
function checksum(list: string, payload: string): string {
  return hash('sha1', `${list}\n${payload}`).slice(0, CHECKSUM_LENGTH);
}
