import type { Lane } from '../governor/lanes.ts';

/** What a caller may be allowed to do. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'instruments:read',
  'instrument-tokens:read',
  'settings:read',
  'settings:write',
  'attributes:write',
  'credentials:validate',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who asks, and what they may. */
export interface Caller {
  /**
   * `anyone`: the door is open (`GATEWAY_AUTH=none`); `key`: a backend with a key of ours; `user`: a user of an OpenID
   * provider; `shopper`: a customer of the store, who may see no one else.
   */
  readonly kind: 'anyone' | 'key' | 'user' | 'shopper';
  /** Names the caller in the governor's lines and in the audit. Holds nothing personal: a subject is a keyed hash. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The customer that a shopper is; null for everyone else. */
  readonly customerEntityId: number | null;
  readonly lane: Lane;
  /** REST calls that the caller may cause in a minute; null where nothing limits them. */
  readonly callsPerMinute: number | null;
}

/** Whoever comes in where nobody is asked who they are. */
export const ANYONE: Caller = {
  kind: 'anyone',
  name: 'anyone',
  scopes: new Set(SCOPES),
  customerEntityId: null,
  lane: 'standard',
  callsPerMinute: null,
};
