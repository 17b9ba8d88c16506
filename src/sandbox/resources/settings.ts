import { z } from 'zod';
import type { Call } from '../call.ts';
import { rejectUnknownParameters } from '../query.ts';
import { type ApiResponse, envelope, jsonResponse, notFoundResponse } from '../responses.ts';
import type { Store } from '../store.ts';
import { parseBody } from '../validation.ts';

const failure = 'Update customer settings failed.';

const globalBody = z.object({
  privacy_settings: z
    .object({
      ask_shopper_for_tracking_consent: z.boolean(),
      policy_url: z.string(),
      ask_shopper_for_tracking_consent_on_checkout: z.boolean(),
    })
    .partial()
    .optional(),
  customer_group_settings: z
    .object({ guest_customer_group_id: z.int32(), default_customer_group_id: z.int32() })
    .partial()
    .optional(),
});

// Null removes the channel's override, so the channel inherits the global value again.
const channelBody = z.object({
  privacy_settings: z
    .object({
      ask_shopper_for_tracking_consent: z.boolean().nullable(),
      policy_url: z.string().nullable(),
      ask_shopper_for_tracking_consent_on_checkout: z.boolean().nullable(),
    })
    .partial()
    .optional(),
  customer_group_settings: z
    .object({
      guest_customer_group_id: z.int32().nullable(),
      default_customer_group_id: z.int32().nullable(),
    })
    .partial()
    .optional(),
  allow_global_logins: z.boolean().optional(),
});

type Settings = z.output<typeof channelBody>;

/** The key of the store's global settings. Channel ids start at 1. */
const globalKey = 0;

export function getCustomersSettings(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  return settingsResponse(call, readSettings(call.store, globalKey));
}

export function updateCustomersSettings(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  return patchSettings(call, globalKey, parseBody(call.body, globalBody, failure));
}

export function getCustomersSettingsChannel(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const channelId = call.ids.channelId;
  if (!channelExists(call.store, channelId)) return notFoundResponse('Channel not found');
  return settingsResponse(call, readSettings(call.store, channelId));
}

export function updateCustomersSettingsChannel(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const channelId = call.ids.channelId;
  if (!channelExists(call.store, channelId)) return notFoundResponse('Channel not found');
  return patchSettings(call, channelId, parseBody(call.body, channelBody, failure));
}

export function channelExists(store: Store, channelId: number): boolean {
  const sql = 'SELECT 1 FROM settings WHERE channel_id = ?';
  return channelId > globalKey && store.first(sql, channelId) !== null;
}

/** Whether customers without a channel list can sign in on this channel. */
export function allowsGlobalLogins(store: Store, channelId: number): boolean {
  return readSettings(store, channelId).allow_global_logins ?? false;
}

function readSettings(store: Store, channelId: number): Settings {
  const sql = 'SELECT settings FROM settings WHERE channel_id = ?';
  return JSON.parse(store.first<{ readonly settings: string }>(sql, channelId)?.settings ?? '{}');
}

/** Merges the sent settings into the stored ones. An absent key stays unchanged. */
function patchSettings(call: Call, channelId: number, sent: Settings): ApiResponse {
  const before = readSettings(call.store, channelId);
  const after = {
    ...before,
    ...sent,
    privacy_settings: { ...before.privacy_settings, ...sent.privacy_settings },
    customer_group_settings: { ...before.customer_group_settings, ...sent.customer_group_settings },
  };
  call.store.run('UPDATE settings SET settings = ? WHERE channel_id = ?', JSON.stringify(after), channelId);
  const key = channelId === globalKey ? 'global' : `channel/${channelId}`;
  call.changes.record({ kind: 'settings', id: channelId, key, change: 'updated' });
  return settingsResponse(call, after);
}

function settingsResponse({ switches }: Call, settings: Settings): ApiResponse {
  return switches.settingsEnvelope ? envelope(settings) : jsonResponse(200, settings);
}
