import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import {
  type ChannelCustomerSettings,
  type CustomerSettings,
  readChannelSettings,
  readSettings,
} from '../records/settings.ts';
import { oneOf, readReply, type WriteReply } from './reply.ts';

/** Undefined leaves a setting unchanged. On a channel, null removes its override. */
export interface PrivacyUpdate {
  readonly askShopperForTrackingConsent?: boolean | null | undefined;
  readonly askShopperForTrackingConsentOnCheckout?: boolean | null | undefined;
  readonly policyUrl?: string | null | undefined;
}

/** Undefined leaves a setting unchanged. On a channel, null removes its override. 0 means no group. */
export interface CustomerGroupsUpdate {
  readonly guestCustomerGroupId?: number | null | undefined;
  readonly defaultCustomerGroupId?: number | null | undefined;
}

export interface SettingsUpdate {
  readonly privacy?: PrivacyUpdate | null | undefined;
  readonly customerGroups?: CustomerGroupsUpdate | null | undefined;
}

export interface ChannelSettingsUpdate extends SettingsUpdate {
  readonly channelId: number;
  readonly allowGlobalLogins?: boolean | null | undefined;
}

/** Writes of `/customers/settings` and `/customers/settings/channels/{id}`. */
export interface SettingsWrites {
  updateStore(settings: SettingsUpdate): Promise<WriteReply<CustomerSettings>>;
  updateChannel(settings: ChannelSettingsUpdate): Promise<WriteReply<ChannelCustomerSettings>>;
}

export function createSettingsWrites(client: RequestClient): SettingsWrites {
  const { onUnexpectedField } = client;

  return {
    async updateStore(settings) {
      const body = settingsToWire(settings);
      const operation = OPERATIONS.updateCustomersSettings;
      const attempt = await client.write(operation, { body });
      return readReply(
        attempt,
        oneOf((wire) => readSettings(wire, onUnexpectedField), SETTINGS_FIELDS),
        { operation, items: [body] },
      );
    },
    async updateChannel({ channelId, allowGlobalLogins, ...settings }) {
      const body = { ...settingsToWire(settings), allow_global_logins: allowGlobalLogins };
      const operation = OPERATIONS.updateCustomersSettingsChannel;
      const attempt = await client.write(operation, { ids: [channelId], body });
      return readReply(
        attempt,
        oneOf(
          (wire) => readChannelSettings(wire, channelId, onUnexpectedField),
          [...SETTINGS_FIELDS, 'allow_global_logins'],
        ),
        { operation, items: [body] },
      );
    },
  };
}

const SETTINGS_FIELDS = ['privacy_settings', 'customer_group_settings'];

// Sent without the `data` envelope that responses have. JSON omits undefined fields.
function settingsToWire({ privacy, customerGroups }: SettingsUpdate): object {
  return {
    privacy_settings: privacy && {
      ask_shopper_for_tracking_consent: privacy.askShopperForTrackingConsent,
      policy_url: privacy.policyUrl,
      ask_shopper_for_tracking_consent_on_checkout: privacy.askShopperForTrackingConsentOnCheckout,
    },
    customer_group_settings: customerGroups && {
      guest_customer_group_id: customerGroups.guestCustomerGroupId,
      default_customer_group_id: customerGroups.defaultCustomerGroupId,
    },
  };
}
