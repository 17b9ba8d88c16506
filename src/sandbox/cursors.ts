import { z } from 'zod';
import { decodeFormValue } from './query.ts';
import { ApiError } from './responses.ts';

/** The values of the columns that a list is ordered by. */
export type CursorKey = readonly (string | number)[];

/** Encodes the key of a row as JSON in base64. An empty page has empty cursors. */
export function encodeCursor(order: readonly string[], row: object | undefined): string {
  if (row === undefined) return '';
  const columns = new Map<string, unknown>(Object.entries(row));
  const key = Object.fromEntries(order.map((column) => [column, columns.get(column)]));
  return Buffer.from(JSON.stringify(key)).toString('base64');
}

/** Decodes the key of a cursor. Throws a 422 if the cursor is invalid. */
export function decodeCursor(name: string, raw: string, order: readonly string[]): CursorKey {
  const shape = z.record(z.string(), z.union([z.string(), z.number()]));
  try {
    const key = shape.parse(
      JSON.parse(Buffer.from(decodeFormValue(raw).replaceAll(' ', '+'), 'base64').toString()),
    );
    return order.map((column) => z.union([z.string(), z.number()]).parse(key[column]));
  } catch {
    throw new ApiError(422, `Query parameter "${name}" value is not a valid cursor.`);
  }
}
