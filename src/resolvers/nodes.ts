import type { Scope } from '../access/caller.ts';
import { demand } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { AddressIncludes } from '../loaders/addresses.ts';
import type { CustomerAddress } from '../rest/addresses.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../rest/attributes.ts';
import type { Customer } from '../rest/customers.ts';
import type { CustomerMetafield } from '../rest/metafields.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/settings.ts';
import { attributeValueById, definitionById } from './attributes.ts';
import { type CustomerWanted, customerById } from './customers.ts';
import { globalId, type NodeType, parseGlobalId } from './ids.ts';

type Loads = Pick<Context, 'loaders' | 'caller'>;

/** Whatever has a global id. */
export type Node =
  | Customer
  | CustomerAddress
  | CustomerAttributeDefinition
  | CustomerAttributeValue
  | CustomerMetafield
  | CustomerSettings
  | ChannelCustomerSettings;

/** What the caller selected of each type that a node may turn out to be. */
export interface NodeWanted {
  readonly customer: CustomerWanted;
  readonly address: AddressIncludes;
}

type Find = (ctx: Loads, numbers: readonly number[], wanted: NodeWanted) => Promise<Node | null>;

const FINDERS: Readonly<Record<NodeType, Find>> = {
  Customer: (ctx, [entityId = 0], { customer }) => customerById(ctx, entityId, customer),
  CustomerAddress: ({ loaders }, [entityId = 0], { address }) => loaders.addresses.byId(entityId, address),
  CustomerAttributeDefinition: (ctx, [entityId = 0]) => definitionById(ctx, entityId),
  CustomerAttributeValue: (ctx, [customerId = 0, , entityId = 0]) =>
    attributeValueById(ctx, customerId, entityId),
  CustomerMetafield: ({ loaders }, [customerId = 0, entityId = 0]) =>
    loaders.metafields.one(customerId, entityId),
  CustomerSettings: ({ loaders }) => loaders.settings.ofStore(),
  ChannelCustomerSettings: ({ loaders }, [channelId = 0]) => loaders.settings.ofChannel(channelId),
};

/** What it takes to see a record of each type. */
const SCOPES: Readonly<Record<NodeType, Scope>> = {
  Customer: 'customers:read',
  CustomerAddress: 'customers:read',
  CustomerAttributeDefinition: 'customers:read',
  CustomerAttributeValue: 'customers:read',
  CustomerMetafield: 'customers:read',
  CustomerSettings: 'settings:read',
  ChannelCustomerSettings: 'settings:read',
};

/** The record with a global id, or null where the store has it no more. */
export async function nodeBy(
  ctx: Loads,
  id: string,
  wanted: NodeWanted,
  argument = 'id',
): Promise<Node | null> {
  const { type, numbers } = parseGlobalId(id, argument);
  demand(ctx.caller, SCOPES[type], `A ${type}`);
  return FINDERS[type](ctx, numbers, wanted);
}

/** The records with these global ids, each by itself: one that cannot be had does not keep the others back. */
export function nodesBy(ctx: Loads, ids: readonly string[], wanted: NodeWanted): Promise<Node | null>[] {
  return ids.map((id, index) => nodeBy(ctx, id, wanted, `ids.${index}`));
}

/** The global id of a record: its type, and what finds it again. */
export function globalIdOf(node: Node): string {
  switch (node.nodeType) {
    case 'CustomerAttributeValue':
      return globalId(node.nodeType, node.customerEntityId, node.attributeEntityId, node.entityId);
    case 'CustomerMetafield':
      return globalId(node.nodeType, node.customerEntityId, node.entityId);
    case 'CustomerSettings':
      return globalId(node.nodeType);
    case 'ChannelCustomerSettings':
      return globalId(node.nodeType, node.channelId);
    default:
      return globalId(node.nodeType, node.entityId);
  }
}
