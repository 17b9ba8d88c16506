import type { Context } from '../context.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/records/settings.ts';
import { parseEntityId } from './inputs/ids.ts';

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
