import type { Caller, Scope } from '../access/caller.ts';
import { ownCustomerId, requireCustomerAccess, requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { AddressIncludes } from '../loaders/addresses.ts';
import type { CustomerAddress } from '../rest/records/addresses.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../rest/records/attributes.ts';
import type { Customer } from '../rest/records/customers.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/records/settings.ts';
import { addressById } from './addresses.ts';
import { attributeValueById, definitionById } from './attributes.ts';
import { type CustomerSelection, customerById } from './customers.ts';
import { type NodeType, parseGlobalId, toGlobalId } from './inputs/ids.ts';

type NodeContext = Pick<Context, 'loaders' | 'caller' | 'shopperAttributes'>;

/** A record with a global id. */
export type Node =
  | Customer
  | CustomerAddress
  | CustomerAttributeDefinition
  | CustomerAttributeValue
  | CustomerMetafield
  | CustomerSettings
  | ChannelCustomerSettings;

/** The selections of the operation, by the type of the node. */
export interface NodeSelection {
  readonly customer: CustomerSelection;
  readonly address: AddressIncludes;
}

type Find = (ctx: NodeContext, numbers: readonly number[], selection: NodeSelection) => Promise<Node | null>;

const FINDERS: Readonly<Record<NodeType, Find>> = {
  Customer: (ctx, [entityId = 0], { customer }) => customerById(ctx, entityId, customer),
  CustomerAddress: (ctx, [entityId = 0], { address }) => addressById(ctx, entityId, address),
  CustomerAttributeDefinition: (ctx, [entityId = 0]) => definitionById(ctx, entityId),
  CustomerAttributeValue: (ctx, [customerId = 0, , entityId = 0]) =>
    attributeValueById(ctx, customerId, entityId),
  CustomerMetafield: ({ loaders }, [customerId = 0, entityId = 0]) =>
    loaders.metafields.one(customerId, entityId),
  CustomerSettings: ({ loaders }) => loaders.settings.ofStore(),
  ChannelCustomerSettings: ({ loaders }, [channelId = 0]) => loaders.settings.ofChannel(channelId),
};

/** Checks the caller's permission for a type before the record is read. */
const PERMISSION_CHECKS: Readonly<Record<NodeType, (caller: Caller, numbers: readonly number[]) => void>> = {
  Customer: (caller, [entityId = 0]) => requireCustomerAccess(caller, entityId),
  // The owner of an address is known only after it is read, so a shopper's access is checked then.
  CustomerAddress: (caller) => {
    if (ownCustomerId(caller) === null) requireScope(caller, 'customers:read', 'An address');
  },
  CustomerAttributeDefinition: scopeCheck('customers:read', 'An attribute definition'),
  CustomerAttributeValue: (caller, [customerId = 0]) => requireCustomerAccess(caller, customerId),
  CustomerMetafield: scopeCheck('customers:read', 'A metafield'),
  CustomerSettings: scopeCheck('settings:read', 'A settings node'),
  ChannelCustomerSettings: scopeCheck('settings:read', 'A settings node'),
};

function scopeCheck(scope: Scope, what: string): (caller: Caller) => void {
  return (caller) => requireScope(caller, scope, what);
}

/** The record with a global id. Null if the store no longer has it. @throws GatewayError BAD_USER_INPUT, FORBIDDEN */
export async function nodeBy(
  ctx: NodeContext,
  id: string,
  selection: NodeSelection,
  argument = 'id',
): Promise<Node | null> {
  const { type, numbers } = parseGlobalId(id, argument);
  PERMISSION_CHECKS[type](ctx.caller, numbers);
  return FINDERS[type](ctx, numbers, selection);
}

/** The records with these global ids, in the same order. Each fails on its own. */
export function nodesBy(
  ctx: NodeContext,
  ids: readonly string[],
  selection: NodeSelection,
): Promise<Node | null>[] {
  return ids.map((id, index) => nodeBy(ctx, id, selection, `ids.${index}`));
}

/** The global id of a record. */
export function globalIdOf(node: Node): string {
  switch (node.nodeType) {
    case 'CustomerAttributeValue':
      return toGlobalId(node.nodeType, node.customerEntityId, node.attributeEntityId, node.entityId);
    case 'CustomerMetafield':
      return toGlobalId(node.nodeType, node.customerEntityId, node.entityId);
    case 'CustomerSettings':
      return toGlobalId(node.nodeType);
    case 'ChannelCustomerSettings':
      return toGlobalId(node.nodeType, node.channelId);
    default:
      return toGlobalId(node.nodeType, node.entityId);
  }
}
