import { requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/records/settings.ts';
import { parseEntityId } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';

/** The store's customer settings. */
export function customerSettings(ctx: Pick<Context, 'loaders'>): Promise<CustomerSettings> {
  return ctx.loaders.settings.ofStore();
}

/** A channel's customer settings. Null if the store has no such channel. */
export async function channelCustomerSettings(
  ctx: Pick<Context, 'loaders'>,
  channelId: number,
): Promise<ChannelCustomerSettings | null> {
  return ctx.loaders.settings.ofChannel(parseEntityId(channelId, 'channelId'));
}

export const settingsNode: NodeKind<CustomerSettings> = {
  type: 'CustomerSettings',
  idCount: 0,
  idsOf: () => [],
  authorize: (caller) => requireScope(caller, 'settings:read', 'A settings node'),
  find: (ctx) => customerSettings(ctx),
};

export const channelSettingsNode: NodeKind<ChannelCustomerSettings> = {
  type: 'ChannelCustomerSettings',
  idCount: 1,
  idsOf: ({ channelId }) => [channelId],
  authorize: (caller) => requireScope(caller, 'settings:read', 'A settings node'),
  find: (ctx, [channelId = 0]) => channelCustomerSettings(ctx, channelId),
};
