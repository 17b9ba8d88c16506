import { badInput } from '../../errors.ts';
import { isId } from '../../rest/wire/decode.ts';

/** How many numbers a global id of each type contains. */
const NUMBER_COUNTS = {
  Customer: 1,
  CustomerAddress: 1,
  CustomerAttributeDefinition: 1,
  CustomerAttributeValue: 3,
  CustomerMetafield: 2,
  CustomerSettings: 0,
  ChannelCustomerSettings: 1,
} as const;

export type NodeType = keyof typeof NUMBER_COUNTS;

/** A decoded global id. The numbers identify the record in the store. */
export interface GlobalId {
  readonly type: NodeType;
  readonly numbers: readonly number[];
}

/** Encodes the opaque global id by which `node` refetches a record. */
export function toGlobalId(type: NodeType, ...numbers: readonly number[]): string {
  return Buffer.from([type, ...numbers].join(':')).toString('base64url');
}

/** Decodes a global id. @throws GatewayError BAD_USER_INPUT if it is not exactly as the gateway encodes it. */
export function parseGlobalId(id: string, argument: string): GlobalId {
  const [type = '', ...rest] = Buffer.from(id, 'base64url').toString().split(':');
  const numbers = rest.map(Number);
  const isOurs =
    isNodeType(type) &&
    numbers.length === NUMBER_COUNTS[type] &&
    numbers.every(isId) &&
    toGlobalId(type, ...numbers) === id;
  if (!isOurs) throw badInput(argument, 'is not an id of this API.');
  return { type, numbers };
}

/** Decodes a global id of one type, which contains one number. @throws GatewayError BAD_USER_INPUT */
export function parseGlobalIdOf(type: NodeType, id: string, argument: string): number {
  const parsed = parseGlobalId(id, argument);
  const [entityId] = parsed.numbers;
  if (parsed.type !== type || entityId === undefined) {
    throw badInput(argument, `is the id of a ${parsed.type}, not of a ${type}.`);
  }
  return entityId;
}

/** Validates an id of the store. @throws GatewayError BAD_USER_INPUT */
export function parseEntityId(entityId: number, argument: string): number {
  if (!isId(entityId)) throw badInput(argument, 'is not a positive number.');
  return entityId;
}

function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(NUMBER_COUNTS, type);
}
