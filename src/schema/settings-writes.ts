import type { ObjectRef } from '@pothos/core';
import { type SettingsPayload, updateChannelSettings, updateSettings } from '../resolvers/settings-writes.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { ChannelCustomerSettingsRef, CustomerSettingsRef } from './refs.ts';
import { AS_ABOVE, needs } from './scopes.ts';
import { WriteErrorRef, WriteOutcome } from './writes.ts';

const PrivacySettingsInput = builder.inputType('PrivacySettingsInput', {
  description:
    "What shoppers are asked about tracking. What is absent stays as it is. On a channel an explicit null takes the channel's own setting back; on the store it is INVALID.",
  fields: (t) => ({
    askShopperForTrackingConsent: t.boolean({ description: 'Whether shoppers are asked for their consent.' }),
    askShopperForTrackingConsentOnCheckout: t.boolean({
      description: 'Whether they are asked at the checkout.',
    }),
    policyUrl: t.string({ description: 'Address of the privacy policy.' }),
  }),
});

const CustomerGroupSettingsInput = builder.inputType('CustomerGroupSettingsInput', {
  description:
    "Which customer groups shoppers start in. What is absent stays as it is. On a channel an explicit null takes the channel's own setting back; on the store it is INVALID.",
  fields: (t) => ({
    guestCustomerGroupId: t.int({ description: 'The group of guests; 0: none.' }),
    defaultCustomerGroupId: t.int({ description: 'The group of new customers; 0: none.' }),
  }),
});

const UpdateCustomerSettingsInput = builder.inputType('UpdateCustomerSettingsInput', {
  description: "Changes to the store's customer settings; one setting at least.",
  fields: (t) => ({
    privacy: t.field({ type: PrivacySettingsInput, description: 'What shoppers are asked about tracking.' }),
    customerGroups: t.field({
      type: CustomerGroupSettingsInput,
      description: 'Which groups shoppers start in.',
    }),
  }),
});

const UpdateChannelCustomerSettingsInput = builder.inputType('UpdateChannelCustomerSettingsInput', {
  description:
    "Changes to a channel's customer settings; one setting at least. A null in place of a group of settings takes all of them back.",
  fields: (t) => ({
    channelId: t.int({ required: true, description: 'The channel.' }),
    privacy: t.field({ type: PrivacySettingsInput, description: 'What shoppers are asked about tracking.' }),
    customerGroups: t.field({
      type: CustomerGroupSettingsInput,
      description: 'Which groups shoppers start in.',
    }),
    allowGlobalLogins: t.boolean({
      description: 'Whether customers without a list of channels may sign in here. Cannot be null.',
    }),
  }),
});

function defineSettingsPayload<S>(name: string, settings: ObjectRef<SchemaTypes, S>) {
  return builder.objectRef<SettingsPayload<S>>(name).implement({
    extensions: AS_ABOVE,
    description: 'What became of a change to settings.',
    fields: (t) => ({
      outcome: t.expose('outcome', {
        type: WriteOutcome,
        nullable: false,
        description: 'What became of it.',
      }),
      errors: t.expose('errors', {
        type: [WriteErrorRef],
        nullable: false,
        description: 'Why it was not made; paths lead into the input, such as `["privacy", "policyUrl"]`.',
      }),
      settings: t.field({
        type: settings,
        authScopes: needs('settings:read'),
        description: 'The settings as they are now; null where they were not written.',
        // Pothos cannot tell that settings are no list.
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

builder.mutationFields((t) => ({
  updateCustomerSettings: t.field({
    type: CustomerSettingsPayload,
    authScopes: needs('settings:write'),
    description:
      "Changes the store's customer settings. One REST call (`PUT /customers/settings`), scope `store_v2_customers`.",
    args: {
      input: t.arg({ type: UpdateCustomerSettingsInput, required: true, description: 'What to change.' }),
    },
    resolve: (_root, { input }, ctx) => updateSettings(ctx, input),
  }),
  updateChannelCustomerSettings: t.field({
    type: ChannelCustomerSettingsPayload,
    authScopes: needs('settings:write'),
    description:
      "Changes a channel's customer settings. One REST call (`PUT /customers/settings/channels/{id}`), scope `store_v2_customers`.",
    args: {
      input: t.arg({
        type: UpdateChannelCustomerSettingsInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: (_root, { input }, ctx) => updateChannelSettings(ctx, input),
  }),
}));
