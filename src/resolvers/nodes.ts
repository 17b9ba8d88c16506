import type { Context } from '../context.ts';
import type { AddressIncludes } from '../loaders/addresses.ts';
import type { CustomerIncludes } from '../loaders/customers.ts';
import type { CustomerAddress } from '../rest/addresses.ts';
import type { Customer } from '../rest/customers.ts';
import { type NodeType, parseGlobalId } from './ids.ts';

/** Whatever has a global id. */
export type Node = Customer | CustomerAddress;

/** What the caller selected of each type that a node may turn out to be. */
export interface NodeWanted {
  readonly customer: CustomerIncludes;
  readonly address: AddressIncludes;
}

type Find = (
  ctx: Pick<Context, 'loaders'>,
  numbers: readonly number[],
  wanted: NodeWanted,
) => Promise<Node | null>;

const FINDERS: Readonly<Record<NodeType, Find>> = {
  Customer: ({ loaders }, [entityId = 0], { customer }) => loaders.customers.byId(entityId, customer),
  CustomerAddress: ({ loaders }, [entityId = 0], { address }) => loaders.addresses.byId(entityId, address),
};

/** The record with a global id, or null where the store has it no more. */
export async function nodeBy(
  ctx: Pick<Context, 'loaders'>,
  id: string,
  wanted: NodeWanted,
  argument = 'id',
): Promise<Node | null> {
  const { type, numbers } = parseGlobalId(id, argument);
  return FINDERS[type](ctx, numbers, wanted);
}

/** The records with these global ids, each by itself: one that cannot be had does not keep the others back. */
export function nodesBy(
  ctx: Pick<Context, 'loaders'>,
  ids: readonly string[],
  wanted: NodeWanted,
): Promise<Node | null>[] {
  return ids.map((id, index) => nodeBy(ctx, id, wanted, `ids.${index}`));
}
