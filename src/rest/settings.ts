import type { RequestClient } from './client/request-client.ts';
import { readOrNull } from './errors.ts';
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
    ofChannel(channelId) {
      const answer = client.get('getCustomersSettingsChannel', { ids: [channelId] });
      return readOrNull(404, answer, (body) => readChannelSettings(body, channelId, onUnexpectedField));
    },
  };
}
