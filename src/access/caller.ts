import type { Lane } from '../governor/lanes.ts';

/** The permissions that a caller can have. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'instruments:read',
  'instrument-tokens:read',
  'settings:read',
  'settings:write',
  'attributes:write',
  'credentials:validate',
  'metrics:read',
] as const;

export type Scope = (typeof SCOPES)[number];

/** The sign-in from which a token of a shopper comes. */
export interface ShopperSession {
  /** Never reused. A token of the platform has a session of its own. */
  readonly id: string;
  readonly customerEntityId: number;
  /** Channel of the store on which the shopper signed in. Null for a token of the platform, which names none. */
  readonly channelId: number | null;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** The process that began the session, if only that process may renew it. */
  readonly run: string | null;
}

/** A caller and its permissions. */
export interface Caller {
  /**
   * `anyone`: authentication is off; `key`: a backend with an API key; `user`: a user of an OpenID Connect provider;
   * `shopper`: a customer of the store, limited to their own records; `public`: a client without credentials, which may
   * only sign in a shopper.
   */
  readonly kind: 'anyone' | 'key' | 'user' | 'shopper' | 'public';
  /** Identifies the caller in the call queue and in logs. It contains no personal data: a subject is a keyed hash. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The shopper's own customer id; null for other kinds of callers. */
  readonly customerEntityId: number | null;
  /** The session of a shopper's token. Absent for other kinds of callers. */
  readonly session?: ShopperSession;
  readonly lane: Lane;
  /** Budget of REST calls per minute; null if there is no limit. */
  readonly callsPerMinute: number | null;
}

/** The caller of every request if authentication is off. */
export const ANONYMOUS: Caller = {
  kind: 'anyone',
  name: 'anyone',
  scopes: new Set(SCOPES),
  customerEntityId: null,
  lane: 'standard',
  callsPerMinute: null,
};

/** The caller of a request without credentials, if such callers may sign shoppers in. */
export const PUBLIC: Caller = {
  kind: 'public',
  name: 'public',
  scopes: new Set(),
  customerEntityId: null,
  lane: 'interactive',
  callsPerMinute: null,
};
