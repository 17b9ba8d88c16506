// Tolerant decoding of the store's JSON: unknown fields are ignored, and any field may be missing or of the wrong type.
// An unreadable field is reported by its name, never by its value.
import { GatewayError } from '../../errors.ts';
import { MAX_ID } from '../limits.ts';

/** Called with the name of each field that does not match the API's schema, such as `customer.email`. */
export type OnUnexpectedField = (field: string) => void;

/** Whether a value is a JSON object, neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object of a response, with or without its `data` envelope: the vendor's documentation shows both for the same endpoints. */
export function unwrapEnvelope(body: unknown): Readonly<Record<string, unknown>> {
  const inner = isObject(body) ? (body.data ?? body) : body;
  // The API's schema for a single metafield declares an array; an array of one element is accepted.
  const object = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
  if (isObject(object)) return object;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered with something other than an object.');
}

/** Whether a value is a valid id: positive, and at most the largest `int32`. */
export function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ID;
}

/** The id of a record. @throws GatewayError UPSTREAM_BAD_RESPONSE if it is missing or invalid */
export function readId(value: unknown, field: string): number {
  if (isId(value)) return value;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', `The store answered a record without a usable ${field}.`);
}

/** The id of another record, or null. The store uses 0 for none. */
export function readOptionalId(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): number | null {
  if (isId(value)) return value;
  if (value !== 0) reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
}

/** A string that is not nullable in GraphQL: "" if the store leaves it out. */
export function readText(value: unknown, field: string, onUnexpectedField: OnUnexpectedField): string {
  if (typeof value === 'string') return value;
  onUnexpectedField(field);
  return '';
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

export function readInteger(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): number | null {
  if (Number.isInteger(value) && Math.abs(value as number) <= MAX_ID) return value as number;
  reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
}

export function readBoolean(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): boolean | null {
  if (typeof value === 'boolean') return value;
  reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
}

export function readDateTime(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): Date | null {
  if (value === '') return null;
  if (typeof value === 'string') {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime())) return date;
  }
  reportUnlessAbsent(value, field, onUnexpectedField);
  return null;
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

/** An array. Items for which `read` returns null are left out and reported. Null if the value is not an array. */
export function readList<T>(
  value: unknown,
  read: (item: unknown) => T | null,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): readonly T[] | null {
  if (!Array.isArray(value)) {
    reportUnlessAbsent(value, field, onUnexpectedField);
    return null;
  }
  const items: T[] = [];
  for (const item of value) {
    const decoded = read(item);
    if (decoded === null) onUnexpectedField(`${field}[]`);
    else items.push(decoded);
  }
  return items;
}

function reportUnlessAbsent(value: unknown, field: string, onUnexpectedField: OnUnexpectedField): void {
  if (value !== null && value !== undefined) onUnexpectedField(field);
}
