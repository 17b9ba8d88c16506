// Ids in the store's JSON. Most are 32-bit integers. Those of metafields, and of the records to which metafields belong,
// are integers without a stated size.
import { GatewayError, type Readable } from '../../errors.ts';
import { MAX_ID } from '../limits.ts';
import { INTEGER, type OnUnexpectedField, reportUnlessAbsent, toNumber, unreadable } from './decode.ts';

/** Whether a value is a valid id: positive, and at most the largest `int32`. */
export function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ID;
}

/** Whether a value is a valid id that may exceed 32 bits: positive, and exact as a JavaScript number (53 bits). */
export function isSafeId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Whether a value is an id: `isId`, or `isSafeId` for ids that may exceed 32 bits. */
type IsId = (value: unknown) => value is number;

/** The id of a record. Null if it is missing or invalid. @param isValid @default isId */
export function parseId(value: unknown, isValid: IsId = isId): number | null {
  const id = toNumber(value, INTEGER);
  return isValid(id) ? id : null;
}

/** The id of a record. @throws GatewayError UPSTREAM_BAD_RESPONSE if it is missing or invalid */
export function readId(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
  isValid: IsId = isId,
): number {
  if (isValid(value)) return value;
  onUnexpectedField(field);
  const id = parseId(value, isValid);
  if (id !== null) return id;
  throw new GatewayError('UPSTREAM_BAD_RESPONSE', `The store answered a record without a usable ${field}.`);
}

/** The id of the record that a nested record belongs to. @param ownerId the id to use if the nested record has none */
export function readOwnerId(
  value: unknown,
  ownerId: number | undefined,
  field: string,
  onUnexpectedField: OnUnexpectedField,
  isValid: IsId = isId,
): number {
  if (ownerId === undefined) return readId(value, field, onUnexpectedField, isValid);
  if (isValid(value)) return value;
  reportUnlessAbsent(value, field, onUnexpectedField);
  return parseId(value, isValid) ?? ownerId;
}

/** The id of another record, or null for none, which the store writes as 0. Anything else is an error of its field. */
export function readOptionalId(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): Readable<number | null> {
  if (isId(value)) return value;
  if (value === 0 || value === null || value === undefined) return null;
  onUnexpectedField(field);
  if (value === '' || toNumber(value, INTEGER) === 0) return null;
  return parseId(value) ?? unreadable(field);
}
