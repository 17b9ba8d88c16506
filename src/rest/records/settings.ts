import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readOptionalId,
  readOptionalText,
  unwrapEnvelope,
} from '../wire/decode.ts';

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

export function readSettings(body: unknown, onUnexpectedField: OnUnexpectedField): CustomerSettings {
  const wire = unwrapEnvelope(body);
  return {
    nodeType: 'CustomerSettings',
    privacy: readPrivacy(wire.privacy_settings, onUnexpectedField),
    customerGroups: readGroups(wire.customer_group_settings, onUnexpectedField),
  };
}

export function readChannelSettings(
  body: unknown,
  channelId: number,
  onUnexpectedField: OnUnexpectedField,
): ChannelCustomerSettings {
  const wire = unwrapEnvelope(body);
  const groups = wire.customer_group_settings;
  // The vendor's example has the flag inside `customer_group_settings`, its schema at the top level.
  const allowGlobalLogins =
    wire.allow_global_logins ?? (isObject(groups) ? groups.allow_global_logins : null);
  return {
    nodeType: 'ChannelCustomerSettings',
    channelId,
    privacy: readPrivacy(wire.privacy_settings, onUnexpectedField),
    customerGroups: readGroups(groups, onUnexpectedField),
    allowGlobalLogins: readBoolean(allowGlobalLogins, 'settings.allow_global_logins', onUnexpectedField),
  };
}

function readPrivacy(wire: unknown, onUnexpectedField: OnUnexpectedField): PrivacySettings | null {
  if (!isObject(wire)) return null;
  const read = (key: string) => readBoolean(wire[key], `settings.${key}`, onUnexpectedField);
  return {
    askShopperForTrackingConsent: read('ask_shopper_for_tracking_consent'),
    askShopperForTrackingConsentOnCheckout: read('ask_shopper_for_tracking_consent_on_checkout'),
    policyUrl: readOptionalText(wire.policy_url, 'settings.policy_url', onUnexpectedField),
  };
}

function readGroups(wire: unknown, onUnexpectedField: OnUnexpectedField): CustomerGroupSettings | null {
  if (!isObject(wire)) return null;
  const read = (key: string) => readOptionalId(wire[key], `settings.${key}`, onUnexpectedField);
  return {
    guestCustomerGroupId: read('guest_customer_group_id'),
    defaultCustomerGroupId: read('default_customer_group_id'),
  };
}
