import type { ObjectRef } from '@pothos/core';
import { singleWriteCost } from '../../cost/writes.ts';
import {
  type SettingsPayload,
  updateChannelSettings,
  updateSettings,
} from '../../resolvers/writes/settings.ts';
import { INHERITED, requireScope } from '../authorization.ts';
import { builder, type SchemaTypes } from '../builder.ts';
import { costs } from '../descriptions.ts';
import { ChannelCustomerSettingsRef, CustomerSettingsRef } from '../refs.ts';
import { WriteErrorRef, WriteOutcome } from './payload.ts';

const PrivacySettingsInput = builder.inputType('PrivacySettingsInput', {
  description:
    "Settings for tracking consent and the privacy policy. Absent fields stay unchanged. On a channel, null removes the channel's override; on the store, null is INVALID.",
  fields: (t) => ({
    askShopperForTrackingConsent: t.boolean({
      description: 'Whether shoppers are asked for consent to tracking.',
    }),
    askShopperForTrackingConsentOnCheckout: t.boolean({
      description: 'Whether shoppers are asked for consent to tracking at checkout.',
    }),
    policyUrl: t.string({ description: 'URL of the privacy policy.' }),
  }),
});

const CustomerGroupSettingsInput = builder.inputType('CustomerGroupSettingsInput', {
  description:
    "Customer groups that are assigned automatically. Absent fields stay unchanged. On a channel, null removes the channel's override; on the store, null is INVALID.",
  fields: (t) => ({
    guestCustomerGroupId: t.int({ description: 'Id of the customer group of guests. 0 means none.' }),
    defaultCustomerGroupId: t.int({
      description: 'Id of the customer group of new customers. 0 means none.',
    }),
  }),
});

const UpdateCustomerSettingsInput = builder.inputType('UpdateCustomerSettingsInput', {
  description: 'Changes to the customer settings of the store. At least one setting is required.',
  fields: (t) => ({
    privacy: t.field({ type: PrivacySettingsInput, description: 'Tracking consent and privacy policy.' }),
    customerGroups: t.field({
      type: CustomerGroupSettingsInput,
      description: 'Customer groups that are assigned automatically.',
    }),
  }),
});

const UpdateChannelCustomerSettingsInput = builder.inputType('UpdateChannelCustomerSettingsInput', {
  description:
    "Changes to a channel's customer settings. At least one setting is required. Null for `privacy` or `customerGroups` removes all of its overrides.",
  fields: (t) => ({
    channelId: t.int({ required: true, description: 'Id of the channel.' }),
    privacy: t.field({ type: PrivacySettingsInput, description: 'Tracking consent and privacy policy.' }),
    customerGroups: t.field({
      type: CustomerGroupSettingsInput,
      description: 'Customer groups that are assigned automatically.',
    }),
    allowGlobalLogins: t.boolean({
      description:
        'Whether customers without a list of channels can sign in on this channel. Null is sent to the store, which can reject it.',
    }),
  }),
});

function defineSettingsPayload<S>(name: string, settings: ObjectRef<SchemaTypes, S>) {
  return builder.objectRef<SettingsPayload<S>>(name).implement({
    extensions: INHERITED,
    description: 'Result of a change of settings.',
    fields: (t) => ({
      outcome: t.expose('outcome', {
        type: WriteOutcome,
        nullable: false,
        description: 'Outcome of the change.',
      }),
      errors: t.expose('errors', {
        type: [WriteErrorRef],
        nullable: false,
        description:
          'Reasons why nothing was changed. Their paths start in the input, such as `["privacy", "policyUrl"]`.',
      }),
      settings: t.field({
        type: settings,
        authScopes: requireScope('settings:read'),
        description: 'The settings after the write. Null if they are not known.',
        // Pothos cannot infer that settings are never a list.
        resolve: (payload) => payload.settings as never,
      }),
    }),
  });
}

const CustomerSettingsPayload = defineSettingsPayload('CustomerSettingsPayload', CustomerSettingsRef);
const ChannelCustomerSettingsPayload = defineSettingsPayload(
  'ChannelCustomerSettingsPayload',
  ChannelCustomerSettingsRef,
);

const SETTINGS_COST = 'one REST call. More if the response is lost';

builder.mutationFields((t) => ({
  updateCustomerSettings: t.field({
    type: CustomerSettingsPayload,
    authScopes: requireScope('settings:write'),
    description: 'Changes the customer settings of the store.',
    extensions: costs(singleWriteCost('updateCustomersSettings', SETTINGS_COST)),
    args: {
      input: t.arg({ type: UpdateCustomerSettingsInput, required: true, description: 'The changes.' }),
    },
    resolve: (_root, { input }, ctx) => updateSettings(ctx, input),
  }),
  updateChannelCustomerSettings: t.field({
    type: ChannelCustomerSettingsPayload,
    authScopes: requireScope('settings:write'),
    description: 'Changes the customer settings that a channel overrides.',
    extensions: costs(singleWriteCost('updateCustomersSettingsChannel', SETTINGS_COST)),
    args: {
      input: t.arg({
        type: UpdateChannelCustomerSettingsInput,
        required: true,
        description: 'The changes.',
      }),
    },
    resolve: (_root, { input }, ctx) => updateChannelSettings(ctx, input),
  }),
}));
