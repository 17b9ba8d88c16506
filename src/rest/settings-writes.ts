import type { Attempt } from './http.ts';
import type { Upstream } from './upstream.ts';
import { WRITE_RULES } from './write-rules.ts';

/** Absent leaves as it is; on a channel null deletes the override. */
export interface PrivacyUpdate {
  readonly askShopperForTrackingConsent?: boolean | null | undefined;
  readonly askShopperForTrackingConsentOnCheckout?: boolean | null | undefined;
  readonly policyUrl?: string | null | undefined;
}

/** Absent leaves as it is; on a channel null deletes the override. 0 is no group. */
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
  updateStore(settings: SettingsUpdate): Promise<Attempt>;
  updateChannel(settings: ChannelSettingsUpdate): Promise<Attempt>;
}

export function createSettingsWrites(upstream: Upstream): SettingsWrites {
  return {
    updateStore: (settings) =>
      upstream.write(WRITE_RULES.updateSettings, '/customers/settings', settingsToWire(settings)),
    updateChannel: ({ channelId, allowGlobalLogins, ...settings }) =>
      upstream.write(WRITE_RULES.updateChannelSettings, `/customers/settings/channels/${channelId}`, {
        ...settingsToWire(settings),
        allow_global_logins: allowGlobalLogins ?? undefined,
      }),
  };
}

// Bare, although answers come in an envelope. JSON leaves out what is undefined.
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
