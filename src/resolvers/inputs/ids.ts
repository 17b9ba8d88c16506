import { badInput, GatewayError } from '../../errors.ts';
import { MAX_ID } from '../../rest/limits.ts';
import { isId, isSafeId } from '../../rest/wire/ids.ts';

/** A decoded global id. The ids identify the record in the store. */
export interface GlobalId {
  readonly type: string;
  readonly ids: readonly number[];
}

/**
 * Encodes an opaque global id. `node` refetches a record by it if it consists of numbers; a name serves records that have none,
 * which only client caches identify by their global id.
 */
export function toGlobalId(type: string, ...ids: readonly (number | string)[]): string {
  return Buffer.from([type, ...ids].join(':')).toString('base64url');
}

/**
 * Decodes a global id. Whether there is such a type, and with how many ids, is for the caller to check.
 * @param hasSafeIds whether the ids of a type can exceed 32 bits
 * @throws GatewayError BAD_USER_INPUT if it is not exactly as the gateway encodes it
 */
export function parseGlobalId(
  id: string,
  argument: string,
  hasSafeIds: (type: string) => boolean = () => false,
): GlobalId {
  const [type = '', ...rest] = Buffer.from(id, 'base64url').toString().split(':');
  const ids = rest.map(Number);
  const isValid = hasSafeIds(type) ? isSafeId : isId;
  if (!ids.every(isValid) || toGlobalId(type, ...ids) !== id) throw foreignId(argument);
  return { type, ids };
}

/** Decodes a global id of one type, which contains one id. @throws GatewayError BAD_USER_INPUT */
export function parseGlobalIdOf(type: string, id: string, argument: string): number {
  const parsed = parseGlobalId(id, argument);
  const [entityId, ...more] = parsed.ids;
  if (parsed.type !== type || entityId === undefined || more.length > 0) {
    throw badInput(argument, `is not the id of a ${type}.`);
  }
  return entityId;
}

/** The error for a global id that the gateway did not make. */
export function foreignId(argument: string): GatewayError {
  return badInput(argument, 'is not an id of this API.');
}

/** Validates an id of the store. @throws GatewayError BAD_USER_INPUT */
export function parseEntityId(entityId: number, argument: string): number {
  if (!isId(entityId)) throw badInput(argument, 'is not a positive number.');
  return entityId;
}

/** Validates an id of the store that may exceed 32 bits. @throws GatewayError BAD_USER_INPUT */
export function parseSafeId(id: number, argument: string): number {
  if (!isSafeId(id)) throw badInput(argument, 'is not a positive number.');
  return id;
}

/**
 * An id, or what was given as one, for a GraphQL `Int`.
 * @param alternative the field of the same id without a limit of 32 bits
 * @throws GatewayError UPSTREAM_BAD_RESPONSE if it exceeds 32 bits
 */
export function idAsInt(id: number, alternative: string): number {
  if (id >= -MAX_ID - 1 && id <= MAX_ID) return id;
  throw new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    `The id exceeds 32 bits, so it is not an Int. \`${alternative}\` has it.`,
  );
}
