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

/** An authenticated caller and its permissions. */
export interface Caller {
  /**
   * `anyone`: authentication is off; `key`: a backend with an API key; `user`: a user of an OpenID Connect provider;
   * `shopper`: a customer of the store, limited to their own records.
   */
  readonly kind: 'anyone' | 'key' | 'user' | 'shopper';
  /** Identifies the caller in the call queue and in logs. It contains no personal data: a subject is a keyed hash. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The shopper's own customer id; null for other kinds of callers. */
  readonly customerEntityId: number | null;
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
