import { channelCustomerSettings, customerSettings } from '../resolvers/settings.ts';
import { builder } from './builder.ts';
import {
  ChannelCustomerSettingsRef,
  CustomerGroupSettingsRef,
  CustomerSettingsRef,
  NodeRef,
  PrivacySettingsRef,
} from './refs.ts';
import { AS_ABOVE, needs } from './scopes.ts';

builder.objectType(PrivacySettingsRef, {
  extensions: AS_ABOVE,
  description:
    'What shoppers are asked about tracking. On a channel null is what it inherits from the store.',
  fields: (t) => ({
    askShopperForTrackingConsent: t.exposeBoolean('askShopperForTrackingConsent', {
      description: 'Whether shoppers are asked for their consent.',
    }),
    askShopperForTrackingConsentOnCheckout: t.exposeBoolean('askShopperForTrackingConsentOnCheckout', {
      description: 'Whether they are asked at the checkout.',
    }),
    policyUrl: t.exposeString('policyUrl', {
      description: 'Address of the privacy policy; null where none is set.',
    }),
  }),
});

builder.objectType(CustomerGroupSettingsRef, {
  extensions: AS_ABOVE,
  description:
    'Which customer groups shoppers start in. On a channel null is what it inherits from the store.',
  fields: (t) => ({
    guestCustomerGroupId: t.exposeInt('guestCustomerGroupId', {
      description: 'The group of guests; null: none.',
    }),
    defaultCustomerGroupId: t.exposeInt('defaultCustomerGroupId', {
      description: 'The group of new customers; null: none.',
    }),
  }),
});

builder.objectType(CustomerSettingsRef, {
  authScopes: needs('settings:read'),
  description:
    "The store's customer settings. Served by `GET /customers/settings`, scope `store_v2_customers_read_only`.",
  interfaces: [NodeRef],
  fields: (t) => ({
    privacy: t.expose('privacy', {
      type: PrivacySettingsRef,
      description: 'What shoppers are asked about tracking.',
    }),
    customerGroups: t.expose('customerGroups', {
      type: CustomerGroupSettingsRef,
      description: 'Which groups shoppers start in.',
    }),
  }),
});

builder.objectType(ChannelCustomerSettingsRef, {
  authScopes: needs('settings:read'),
  description:
    "A channel's customer settings: what it says otherwise than the store. Served by `GET /customers/settings/channels/{id}`, scope `store_v2_customers_read_only`.",
  interfaces: [NodeRef],
  fields: (t) => ({
    channelId: t.exposeInt('channelId', { nullable: false, description: 'The channel.' }),
    privacy: t.expose('privacy', {
      type: PrivacySettingsRef,
      description: 'What shoppers are asked about tracking.',
    }),
    customerGroups: t.expose('customerGroups', {
      type: CustomerGroupSettingsRef,
      description: 'Which groups shoppers start in.',
    }),
    allowGlobalLogins: t.exposeBoolean('allowGlobalLogins', {
      description: 'Whether customers without a list of channels may sign in here.',
    }),
  }),
});

builder.queryFields((t) => ({
  customerSettings: t.field({
    type: CustomerSettingsRef,
    authScopes: needs('settings:read'),
    description: "The store's customer settings. One REST call.",
    resolve: (_root, _args, ctx) => customerSettings(ctx),
  }),
  channelCustomerSettings: t.field({
    type: ChannelCustomerSettingsRef,
    authScopes: needs('settings:read'),
    description: "A channel's customer settings, or null where the store has no such channel. One REST call.",
    args: { channelId: t.arg.int({ required: true, description: 'The channel.' }) },
    resolve: (_root, { channelId }, ctx) => channelCustomerSettings(ctx, channelId),
  }),
}));
