import type { Rest } from '../rest/index.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/settings.ts';
import { createEachLoader, type OnShared } from './batch.ts';

/** Loads the customer settings of the store and of its channels. */
export interface SettingsLoader {
  ofStore(): Promise<CustomerSettings>;
  /** Null if there is no such channel. */
  ofChannel(channelId: number): Promise<ChannelCustomerSettings | null>;
}

export function createSettingsLoader(
  { settings }: Pick<Rest, 'settings'>,
  onShared?: OnShared,
): SettingsLoader {
  const ofStore = createEachLoader((_store: 'store') => settings.ofStore(), onShared);
  return { ofStore: () => ofStore('store'), ofChannel: createEachLoader(settings.ofChannel, onShared) };
}
