import { orNull } from './failure.ts';
import type { Upstream } from './upstream.ts';
import { flag, isObject, type OnIrregular, optionalText, reference, unwrapped } from './wire.ts';

/** Null in a channel's settings means inherited from the store. */
export interface PrivacySettings {
  readonly askShopperForTrackingConsent: boolean | null;
  readonly askShopperForTrackingConsentOnCheckout: boolean | null;
  readonly policyUrl: string | null;
}

/** Null in a channel's settings means inherited from the store; in the store's settings it means no group. */
export interface CustomerGroupSettings {
  readonly guestCustomerGroupId: number | null;
  readonly defaultCustomerGroupId: number | null;
}

export interface CustomerSettings {
  readonly nodeType: 'CustomerSettings';
  readonly privacy: PrivacySettings | null;
  readonly customerGroups: CustomerGroupSettings | null;
}

export interface ChannelCustomerSettings {
  readonly nodeType: 'ChannelCustomerSettings';
  readonly channelId: number;
  readonly privacy: PrivacySettings | null;
  readonly customerGroups: CustomerGroupSettings | null;
  readonly allowGlobalLogins: boolean | null;
}

/** Reads of `/customers/settings` and `/customers/settings/channels/{id}`. */
export interface SettingsRest {
  ofStore(): Promise<CustomerSettings>;
  /** Null if there is no such channel. */
  ofChannel(channelId: number): Promise<ChannelCustomerSettings | null>;
}

export function createSettings(client: Upstream): SettingsRest {
  const { onIrregular } = client;

  return {
    async ofStore() {
      return readSettings(await client.get('getCustomersSettings', '/customers/settings'), onIrregular);
    },
    async ofChannel(channelId) {
      const path = `/customers/settings/channels/${channelId}`;
      const body = await orNull(404, client.get('getCustomersSettingsChannel', path));
      return body === null ? null : readChannelSettings(body, channelId, onIrregular);
    },
  };
}

export function readSettings(body: unknown, onIrregular: OnIrregular): CustomerSettings {
  const wire = unwrapped(body);
  return {
    nodeType: 'CustomerSettings',
    privacy: readPrivacy(wire.privacy_settings, onIrregular),
    customerGroups: readGroups(wire.customer_group_settings, onIrregular),
  };
}

export function readChannelSettings(
  body: unknown,
  channelId: number,
  onIrregular: OnIrregular,
): ChannelCustomerSettings {
  const wire = unwrapped(body);
  const groups = wire.customer_group_settings;
  // The vendor's example has the flag inside `customer_group_settings`, its schema at the top level.
  const allowGlobalLogins =
    wire.allow_global_logins ?? (isObject(groups) ? groups.allow_global_logins : null);
  return {
    nodeType: 'ChannelCustomerSettings',
    channelId,
    privacy: readPrivacy(wire.privacy_settings, onIrregular),
    customerGroups: readGroups(groups, onIrregular),
    allowGlobalLogins: flag(allowGlobalLogins, 'settings.allow_global_logins', onIrregular),
  };
}

function readPrivacy(wire: unknown, onIrregular: OnIrregular): PrivacySettings | null {
  if (!isObject(wire)) return null;
  const read = (key: string) => flag(wire[key], `settings.${key}`, onIrregular);
  return {
    askShopperForTrackingConsent: read('ask_shopper_for_tracking_consent'),
    askShopperForTrackingConsentOnCheckout: read('ask_shopper_for_tracking_consent_on_checkout'),
    policyUrl: optionalText(wire.policy_url, 'settings.policy_url', onIrregular),
  };
}

function readGroups(wire: unknown, onIrregular: OnIrregular): CustomerGroupSettings | null {
  if (!isObject(wire)) return null;
  const read = (key: string) => reference(wire[key], `settings.${key}`, onIrregular);
  return {
    guestCustomerGroupId: read('guest_customer_group_id'),
    defaultCustomerGroupId: read('default_customer_group_id'),
  };
}
