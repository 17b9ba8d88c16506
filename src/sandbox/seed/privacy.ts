import type { Random } from '../random.ts';
import type { Store } from '../store.ts';

// Replies to the cookie banner: accept all, only essential, a selection, or dismissed.
const replies: readonly [ConsentLists, ...ConsentLists[]] = [
  { allow: ['essential', 'functional', 'analytics', 'targeting'], deny: [] },
  { allow: ['essential'], deny: ['functional', 'analytics', 'targeting'] },
  { allow: ['essential', 'functional'], deny: ['targeting'] },
  { allow: [], deny: [] },
  { allow: [], deny: ['analytics', 'targeting'] },
];

interface ConsentLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export function insertConsent(store: Store, random: Random, customerId: number): void {
  if (!random.boolean(0.6)) return;
  const { allow, deny } = random.pick(replies);
  store.insert('consents', {
    customer_id: customerId,
    allow: JSON.stringify(allow),
    deny: JSON.stringify(deny),
  });
}

/** Inserts the global settings, a channel that inherits all of them, and a channel that overrides all of them. */
export function insertSettings(store: Store): void {
  const settings = [
    {
      privacy_settings: {
        ask_shopper_for_tracking_consent: true,
        policy_url: 'https://shop.example.com/privacy',
        ask_shopper_for_tracking_consent_on_checkout: false,
      },
      customer_group_settings: { guest_customer_group_id: 0, default_customer_group_id: 1 },
    },
    {
      privacy_settings: {
        ask_shopper_for_tracking_consent: null,
        policy_url: null,
        ask_shopper_for_tracking_consent_on_checkout: null,
      },
      customer_group_settings: { guest_customer_group_id: null, default_customer_group_id: null },
      allow_global_logins: true,
    },
    {
      privacy_settings: {
        ask_shopper_for_tracking_consent: false,
        policy_url: 'https://wholesale.example.com/privacy',
        ask_shopper_for_tracking_consent_on_checkout: true,
      },
      customer_group_settings: { guest_customer_group_id: 0, default_customer_group_id: 2 },
      allow_global_logins: false,
    },
  ];
  settings.forEach((value, channelId) => {
    store.insert('settings', { channel_id: channelId, settings: JSON.stringify(value) });
  });
}
