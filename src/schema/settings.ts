import { nodeCost, perKeyCost, sharedNodeCost, singleCost } from '../cost/reads.ts';
import { valueOrThrow } from '../errors.ts';
import {
  channelCustomerSettings,
  channelSettingsNode,
  customerSettings,
  settingsNode,
} from '../resolvers/settings.ts';
import { INHERITED, requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { costs, servedBy } from './descriptions.ts';
import { defineNode } from './nodes.ts';
import {
  ChannelCustomerSettingsRef,
  CustomerGroupSettingsRef,
  CustomerSettingsRef,
  NodeRef,
  PrivacySettingsRef,
} from './refs.ts';

builder.objectType(PrivacySettingsRef, {
  extensions: INHERITED,
  description:
    'Settings for tracking consent and the privacy policy. On a channel, null means that the channel inherits the setting of the store, unless `overrides` contains it.',
  fields: (t) => ({
    askShopperForTrackingConsent: t.exposeBoolean('askShopperForTrackingConsent', {
      description: 'Whether shoppers are asked for consent to tracking.',
    }),
    askShopperForTrackingConsentOnCheckout: t.exposeBoolean('askShopperForTrackingConsentOnCheckout', {
      description: 'Whether shoppers are asked for consent to tracking at checkout.',
    }),
    policyUrl: t.exposeString('policyUrl', {
      description: 'URL of the privacy policy. Null if not set.',
    }),
  }),
});

builder.objectType(CustomerGroupSettingsRef, {
  extensions: INHERITED,
  description:
    'Customer groups that are assigned automatically. On a channel, null means that the channel inherits the setting of the store, unless `overrides` contains it.',
  fields: (t) => ({
    guestCustomerGroupId: t.int({
      resolve: ({ guestCustomerGroupId }) => valueOrThrow(guestCustomerGroupId),
      description: 'Id of the customer group of guests. Null if there is none.',
    }),
    defaultCustomerGroupId: t.int({
      resolve: ({ defaultCustomerGroupId }) => valueOrThrow(defaultCustomerGroupId),
      description: 'Id of the customer group of new customers. Null if there is none.',
    }),
  }),
});

builder.objectType(CustomerSettingsRef, {
  authScopes: requireScope('settings:read'),
  extensions: servedBy('getCustomersSettings'),
  description: 'Customer settings of the store.',
  interfaces: [NodeRef],
  fields: (t) => ({
    privacy: t.expose('privacy', {
      type: PrivacySettingsRef,
      description: 'Tracking consent and privacy policy.',
    }),
    customerGroups: t.expose('customerGroups', {
      type: CustomerGroupSettingsRef,
      description: 'Customer groups that are assigned automatically.',
    }),
  }),
});

const ChannelCustomerSetting = builder.enumType('ChannelCustomerSetting', {
  description: 'A setting of the store that a channel can override.',
  values: {
    ASK_SHOPPER_FOR_TRACKING_CONSENT: { description: '`privacy.askShopperForTrackingConsent`.' },
    ASK_SHOPPER_FOR_TRACKING_CONSENT_ON_CHECKOUT: {
      description: '`privacy.askShopperForTrackingConsentOnCheckout`.',
    },
    POLICY_URL: {
      description: '`privacy.policyUrl`. An empty URL overrides too, although it reads as null.',
    },
    GUEST_CUSTOMER_GROUP_ID: {
      description:
        '`customerGroups.guestCustomerGroupId`. No group (0) overrides too, although it reads as null.',
    },
    DEFAULT_CUSTOMER_GROUP_ID: {
      description:
        '`customerGroups.defaultCustomerGroupId`. No group (0) overrides too, although it reads as null.',
    },
  },
});

builder.objectType(ChannelCustomerSettingsRef, {
  authScopes: requireScope('settings:read'),
  extensions: servedBy('getCustomersSettingsChannel'),
  description: 'The customer settings that a channel overrides.',
  interfaces: [NodeRef],
  fields: (t) => ({
    channelId: t.exposeInt('channelId', { nullable: false, description: 'Id of the channel.' }),
    overrides: t.expose('overrides', {
      type: [ChannelCustomerSetting],
      nullable: false,
      description: 'The settings that the channel overrides. It inherits all others from the store.',
    }),
    privacy: t.expose('privacy', {
      type: PrivacySettingsRef,
      description: 'Tracking consent and privacy policy.',
    }),
    customerGroups: t.expose('customerGroups', {
      type: CustomerGroupSettingsRef,
      description: 'Customer groups that are assigned automatically.',
    }),
    allowGlobalLogins: t.exposeBoolean('allowGlobalLogins', {
      description: 'Whether customers without a list of channels can sign in on this channel.',
    }),
  }),
});

const SETTINGS_COST = singleCost('getCustomersSettings');

defineNode(settingsNode, sharedNodeCost(SETTINGS_COST));
defineNode(
  channelSettingsNode,
  nodeCost('getCustomersSettingsChannel', 'ChannelCustomerSettings', 'channel'),
);

builder.queryFields((t) => ({
  customerSettings: t.field({
    type: CustomerSettingsRef,
    authScopes: requireScope('settings:read'),
    description: 'Customer settings of the store.',
    extensions: costs(SETTINGS_COST),
    resolve: (_root, _args, ctx) => customerSettings(ctx),
  }),
  channelCustomerSettings: t.field({
    type: ChannelCustomerSettingsRef,
    authScopes: requireScope('settings:read'),
    description: 'Customer settings that a channel overrides. Null if the store has no such channel.',
    extensions: costs(perKeyCost('getCustomersSettingsChannel', 'channelId', 'channel')),
    args: { channelId: t.arg.int({ required: true, description: 'Id of the channel.' }) },
    resolve: (_root, { channelId }, ctx) => channelCustomerSettings(ctx, channelId),
  }),
}));
