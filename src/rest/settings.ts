import type { RequestClient } from './client/request-client.ts';
import { nullOnStatus } from './errors.ts';
import {
  type ChannelCustomerSettings,
  type CustomerSettings,
  readChannelSettings,
  readSettings,
} from './records/settings.ts';

/** Reads of `/customers/settings` and `/customers/settings/channels/{id}`. */
export interface SettingsRest {
  ofStore(): Promise<CustomerSettings>;
  /** Null if there is no such channel. */
  ofChannel(channelId: number): Promise<ChannelCustomerSettings | null>;
}

export function createSettings(client: RequestClient): SettingsRest {
  const { onUnexpectedField } = client;

  return {
    async ofStore() {
      return readSettings(await client.get('getCustomersSettings'), onUnexpectedField);
    },
    async ofChannel(channelId) {
      const body = await nullOnStatus(404, client.get('getCustomersSettingsChannel', { ids: [channelId] }));
      return body === null ? null : readChannelSettings(body, channelId, onUnexpectedField);
    },
  };
}
