// Tolerant decoding of the store's JSON: unknown fields are ignored, and any field may be missing or of the wrong type.
// A value that cannot be read is unknown: it becomes null, or an error if null would say something. It is reported by
// its name, never by its value.
import { GatewayError, type Readable } from '../../errors.ts';
import { MAX_ID } from '../limits.ts';
import { parseDateTime } from './date-time.ts';

/** Called with the name of each field that does not match the API's schema, such as `customer.email`. */
export type OnUnexpectedField = (field: string) => void;

/** Whether a value is a JSON object, neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text. Null if it is none. */
export function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The object of a response, with or without its `data` envelope: the vendor's documentation shows both for the same endpoints. */
export function unwrapEnvelope(body: unknown): Readonly<Record<string, unknown>> {
  const inner = isObject(body) ? (body.data ?? body) : body;
  // The API's schema for a single metafield declares an array; an array of one element is accepted.
  const object = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
  if (isObject(object)) return object;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered with something other than an object.');
}

/** The error of a field whose value the store sent in a form that cannot be read. */
export function unreadable(field: string): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', `The store answered with an unreadable ${field}.`);
}

/** A string that is not nullable in GraphQL: "" if the store leaves it out. */
export function readText(value: unknown, field: string, onUnexpectedField: OnUnexpectedField): string {
  if (typeof value === 'string') return value;
  onUnexpectedField(field);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A nullable string. The store uses "" for unset. */
export function readOptionalText(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
}

/** An integer within bounds. @param least @default -MAX_ID @param most @default MAX_ID */
export function readInteger(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
  { least = -MAX_ID, most = MAX_ID }: { readonly least?: number; readonly most?: number } = {},
): number | null {
  const integer = toNumber(value, INTEGER);
  const isValid = integer !== null && Number.isInteger(integer) && integer >= least && integer <= most;
  if (!isValid || typeof value === 'string') reportUnlessAbsent(value, field, onUnexpectedField);
  return isValid ? integer : null;
}

/** An integer of 32 bits, or null for none. Anything else is an error of its field. */
export function readIntegerOrError(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): Readable<number | null> {
  const integer = readInteger(value, field, onUnexpectedField);
  return integer === null && (value ?? '') !== '' ? unreadable(field) : integer;
}

/** A decimal number. Null if it is missing or cannot be read. */
export function readDecimal(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): number | null {
  const number = toNumber(value, DECIMAL);
  if (number === null || typeof value === 'string') reportUnlessAbsent(value, field, onUnexpectedField);
  return number;
}

export function readBoolean(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): boolean | null {
  if (typeof value === 'boolean') return value;
  reportUnlessAbsent(value, field, onUnexpectedField);
  if (value === 'true') return true;
  return value === 'false' ? false : null;
}

/** A timestamp. One without a time zone is in UTC. */
export function readDateTime(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): Date | null {
  if (value === '' || value === null || value === undefined) return null;
  const parsed = typeof value === 'string' ? parseDateTime(value) : null;
  if (parsed === null || !parsed.isExpected) onUnexpectedField(field);
  return parsed?.date ?? null;
}

/** An enum value, translated by a table. Unknown values become null. */
export function readEnum<T>(
  value: unknown,
  values: Readonly<Record<string, T>>,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): T | null {
  if (typeof value === 'string' && Object.hasOwn(values, value)) return values[value] as T;
  if (value !== '') reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
}

/** A list, or null if the store left it out. A list with an item that `read` cannot read is an error of its field, as is an error in place of the list. */
export function readList<T>(
  value: unknown,
  read: (item: unknown) => T | null,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): Readable<readonly T[] | null> {
  if (value === null || value === undefined || value instanceof GatewayError) return value ?? null;
  const items = readItems(value, read);
  if (items !== null) return items;
  onUnexpectedField(field);
  return unreadable(field);
}

/** The items of a list, or null if it is no list or `read` cannot read one of them (null, or an error). */
export function readItems<T>(value: unknown, read: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const items: T[] = [];
  for (const item of value) {
    const decoded = orNull(() => read(item));
    if (decoded === null) return null;
    items.push(decoded);
  }
  return items;
}

function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** An integer in a string. */
export const INTEGER = /^[+-]?\d{1,16}$/;
const DECIMAL = /^[+-]?\d{1,15}(\.\d{1,15})?$/;

/** A number, or the number in a string of a given form. Null for everything else. */
export function toNumber(value: unknown, form: RegExp): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && form.test(value) ? Number(value) : null;
}

/** Counts a value that cannot be read, unless there is none. */
export function reportUnlessAbsent(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): void {
  if (value !== null && value !== undefined) onUnexpectedField(field);
}
