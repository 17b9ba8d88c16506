import type { Readable } from '../../errors.ts';
import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readOptionalText,
  unwrapEnvelope,
} from '../wire/decode.ts';
import { readOptionalId } from '../wire/ids.ts';

/** Null in a channel's settings means inherited from the store. */
export interface PrivacySettings {
  readonly askShopperForTrackingConsent: boolean | null;
  readonly askShopperForTrackingConsentOnCheckout: boolean | null;
  readonly policyUrl: string | null;
}

/** Null in a channel's settings means inherited from the store; in the store's settings it means no group. */
export interface CustomerGroupSettings {
  readonly guestCustomerGroupId: Readable<number | null>;
  readonly defaultCustomerGroupId: Readable<number | null>;
}

export interface CustomerSettings {
  readonly nodeType: 'CustomerSettings';
  readonly privacy: PrivacySettings | null;
  readonly customerGroups: CustomerGroupSettings | null;
}

/** A setting of the store that a channel can override. */
export type ChannelCustomerSetting =
  | 'ASK_SHOPPER_FOR_TRACKING_CONSENT'
  | 'ASK_SHOPPER_FOR_TRACKING_CONSENT_ON_CHECKOUT'
  | 'POLICY_URL'
  | 'GUEST_CUSTOMER_GROUP_ID'
  | 'DEFAULT_CUSTOMER_GROUP_ID';

export interface ChannelCustomerSettings {
  readonly nodeType: 'ChannelCustomerSettings';
  readonly channelId: number;
  /** The settings that the channel does not inherit. 0 and "" are read as null and override too. */
  readonly overrides: readonly ChannelCustomerSetting[];
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
    overrides: readOverrides(wire.privacy_settings, groups),
    privacy: readPrivacy(wire.privacy_settings, onUnexpectedField),
    customerGroups: readGroups(groups, onUnexpectedField),
    allowGlobalLogins: readBoolean(allowGlobalLogins, 'settings.allow_global_logins', onUnexpectedField),
  };
}

const OVERRIDABLE: Readonly<Record<ChannelCustomerSetting, string>> = {
  ASK_SHOPPER_FOR_TRACKING_CONSENT: 'ask_shopper_for_tracking_consent',
  ASK_SHOPPER_FOR_TRACKING_CONSENT_ON_CHECKOUT: 'ask_shopper_for_tracking_consent_on_checkout',
  POLICY_URL: 'policy_url',
  GUEST_CUSTOMER_GROUP_ID: 'guest_customer_group_id',
  DEFAULT_CUSTOMER_GROUP_ID: 'default_customer_group_id',
};

function readOverrides(privacy: unknown, groups: unknown): readonly ChannelCustomerSetting[] {
  const values = { ...(isObject(privacy) && privacy), ...(isObject(groups) && groups) };
  const settings = Object.keys(OVERRIDABLE) as ChannelCustomerSetting[];
  return settings.filter((setting) => (values[OVERRIDABLE[setting]] ?? null) !== null);
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
