import { badInput } from '../errors.ts';
import { isId } from '../rest/wire.ts';

/** The numbers that a global id of each type carries: what a refetch needs. */
const NUMBERS = {
  Customer: 1,
  CustomerAddress: 1,
  CustomerAttributeDefinition: 1,
  CustomerAttributeValue: 3,
  CustomerMetafield: 2,
  CustomerSettings: 0,
  ChannelCustomerSettings: 1,
} as const;

export type NodeType = keyof typeof NUMBERS;

/** A global id, read: its type and its numbers. */
export interface GlobalId {
  readonly type: NodeType;
  readonly numbers: readonly number[];
}

/** The opaque id by which `node` finds a record again. */
export function globalId(type: NodeType, ...numbers: readonly number[]): string {
  return Buffer.from([type, ...numbers].join(':')).toString('base64url');
}

/** Reads a global id strictly: what we did not write ourselves is refused before anything is sent. */
export function parseGlobalId(id: string, argument: string): GlobalId {
  const [type = '', ...rest] = Buffer.from(id, 'base64url').toString().split(':');
  const numbers = rest.map(Number);
  const isOurs =
    isNodeType(type) &&
    numbers.length === NUMBERS[type] &&
    numbers.every(isId) &&
    globalId(type, ...numbers) === id;
  if (!isOurs) throw badInput(argument, 'is not an id of this API.');
  return { type, numbers };
}

/** Reads the global id of one type, which carries one number. */
export function parseIdOf(type: NodeType, id: string, argument: string): number {
  const parsed = parseGlobalId(id, argument);
  const [entityId] = parsed.numbers;
  if (parsed.type !== type || entityId === undefined) {
    throw badInput(argument, `is the id of a ${parsed.type}, not of a ${type}.`);
  }
  return entityId;
}

/** Checks an id as the store counts them. */
export function parseEntityId(entityId: number, argument: string): number {
  if (!isId(entityId)) throw badInput(argument, 'is not a positive number.');
  return entityId;
}

function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(NUMBERS, type);
}
