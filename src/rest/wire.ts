// A tolerant reader: unknown fields pass, any field may be missing or of another type than promised.
// What cannot be read is counted by its name and never told by its value.
import { GatewayError } from '../errors.ts';
import { LARGEST_ID } from './limits.ts';

/** Told of each field that was not what the store's description promises, by name: `customer.email`. */
export type OnIrregular = (field: string) => void;

/** A JSON object that nobody has looked into yet. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object of an answer, with or without its envelope: the vendor's documents show both for the same endpoints. */
export function unwrapped(body: unknown): Readonly<Record<string, unknown>> {
  const inner = isObject(body) ? (body.data ?? body) : body;
  // The description of single metafields promises a list; one of one element is the object too.
  const object = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
  if (isObject(object)) return object;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store answered something else than an object.');
}

/** Whether the store could have given out this id, and GraphQL can carry it. */
export function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_ID;
}

/** The store's identity of a record. A record without one cannot be told from its neighbours. */
export function identity(value: unknown, field: string): number {
  if (isId(value)) return value;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', `The store answered a record without a usable ${field}.`);
}

/** The id of another record, or null: 0 stands for none. */
export function reference(value: unknown, field: string, onIrregular: OnIrregular): number | null {
  if (isId(value)) return value;
  if (value !== 0) noteUnlessAbsent(value, field, onIrregular);
  return null;
}

/** Text that the contract promises: "" where the store leaves it out. */
export function text(value: unknown, field: string, onIrregular: OnIrregular): string {
  if (typeof value === 'string') return value;
  onIrregular(field);
  return '';
}

/** Text that may be unset: the store says "" for that. */
export function optionalText(value: unknown, field: string, onIrregular: OnIrregular): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  noteUnlessAbsent(value, field, onIrregular);
  return null;
}

export function integer(value: unknown, field: string, onIrregular: OnIrregular): number | null {
  if (Number.isInteger(value) && Math.abs(value as number) <= LARGEST_ID) return value as number;
  noteUnlessAbsent(value, field, onIrregular);
  return null;
}

export function flag(value: unknown, field: string, onIrregular: OnIrregular): boolean | null {
  if (typeof value === 'boolean') return value;
  noteUnlessAbsent(value, field, onIrregular);
  return null;
}

export function dateTime(value: unknown, field: string, onIrregular: OnIrregular): Date | null {
  if (value === '') return null;
  if (typeof value === 'string') {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime())) return date;
  }
  noteUnlessAbsent(value, field, onIrregular);
  return null;
}

/** A word of a closed list, by the table that translates it. A word that appeared later reads as null. */
export function word<T>(
  value: unknown,
  words: Readonly<Record<string, T>>,
  field: string,
  onIrregular: OnIrregular,
): T | null {
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] as T;
  if (value !== '') noteUnlessAbsent(value, field, onIrregular);
  return null;
}

/** A list, item by item; what `read` finds unreadable (null) is left out and counted. Null where there is no list. */
export function listOf<T>(
  value: unknown,
  read: (item: unknown) => T | null,
  field: string,
  onIrregular: OnIrregular,
): readonly T[] | null {
  if (!Array.isArray(value)) {
    noteUnlessAbsent(value, field, onIrregular);
    return null;
  }
  const items: T[] = [];
  for (const item of value) {
    const known = read(item);
    if (known === null) onIrregular(`${field}[]`);
    else items.push(known);
  }
  return items;
}

function noteUnlessAbsent(value: unknown, field: string, onIrregular: OnIrregular): void {
  if (value !== null && value !== undefined) onIrregular(field);
}
