import type { Rest } from '../rest/index.ts';
import type { ChannelCustomerSettings, CustomerSettings } from '../rest/records/settings.ts';
import { type BatchingOptions, createSingleLoader } from './fieldset-loader.ts';

/** Loads the customer settings of the store and of its channels. */
export interface SettingsLoader {
  ofStore(): Promise<CustomerSettings>;
  /** Null if there is no such channel. */
  ofChannel(channelId: number): Promise<ChannelCustomerSettings | null>;
}

export function createSettingsLoader(
  { settings }: Pick<Rest, 'settings'>,
  batching?: BatchingOptions,
): SettingsLoader {
  const ofStore = createSingleLoader((_store: 'store') => settings.ofStore(), batching);
  return { ofStore: () => ofStore('store'), ofChannel: createSingleLoader(settings.ofChannel, batching) };
}
