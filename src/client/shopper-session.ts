import { type ClientOptions, createClient } from './client.ts';
import { GatewayFailure } from './failure.ts';
import { SYSTEM_CLOCK } from './pace.ts';

/** A token of a shopper, as `signInShopper` answers it. */
export interface ShopperToken {
  readonly value: string;
  /** The time from which it is no longer accepted, as an ISO timestamp. */
  readonly expiresAt: string;
}

/** Who signs in. */
export interface ShopperCredentials {
  readonly email: string;
  readonly password: string;
  /** @default channel 1 */
  readonly channelId?: number;
}

export interface ShopperSessionOptions extends Omit<ClientOptions, 'print' | 'trustedDocuments'> {
  /** A token that is known already, for example from a cookie. @default null */
  readonly token?: ShopperToken | null;
  /** Called with each new token, and with null at the end of the session. */
  readonly onChange?: (token: ShopperToken | null) => void;
}

/** The session of one shopper. Its token is in memory only. */
export interface ShopperSession {
  /** @throws GatewayFailure with the code INVALID_CREDENTIALS or, with `retryAfterMs`, TOO_MANY_ATTEMPTS */
  signIn(credentials: ShopperCredentials): Promise<void>;
  /** Ends the session, here and at the gateway. */
  signOut(): Promise<void>;
  /** The credential of a client: a token that is renewed a minute before it expires. Null if no one is signed in. */
  readonly credential: () => Promise<string | null>;
  isSignedIn(): boolean;
}

const SIGN_IN = `mutation ($input: SignInShopperInput!) {
  signInShopper(input: $input) { accessToken { value expiresAt } }
}`;
const RENEW = `mutation ($input: RenewShopperAccessTokenInput!) {
  renewShopperAccessToken(input: $input) { accessToken { value expiresAt } }
}`;
const SIGN_OUT = 'mutation ($input: SignOutShopperInput!) { signOutShopper(input: $input) { isSignedOut } }';

const RENEW_BEFORE_MS = 60_000;

/** Signs a shopper in and renews the token. The options are those of the client that sends these operations. */
export function createShopperSession({
  token: given = null,
  onChange,
  ...options
}: ShopperSessionOptions): ShopperSession {
  const { now } = options.clock ?? SYSTEM_CLOCK;
  const client = createClient({ ...options, pace: false });
  let token = given;
  let renewal: Promise<void> | null = null;

  function change(next: ShopperToken | null): void {
    token = next;
    onChange?.(next);
  }

  const leftMs = () => (token === null ? 0 : Date.parse(token.expiresAt) - now());

  async function request(document: string, input: object): Promise<ShopperToken> {
    const data = await client.request<Record<string, { accessToken: ShopperToken }>, { input: object }>(
      document,
      {
        input,
      },
    );
    const [payload] = Object.values(data);
    if (payload === undefined) throw new GatewayFailure('BAD_RESPONSE', 'The answer has no token.');
    return payload.accessToken;
  }

  async function renew(old: ShopperToken): Promise<void> {
    try {
      const next = await request(RENEW, { accessToken: old.value });
      // The shopper may have signed out, or in again, meanwhile.
      if (token === old) change(next);
    } catch (error) {
      const isOver = error instanceof GatewayFailure && ENDS.has(error.code);
      if (isOver && token === old) change(null);
      // After any other failure the old token serves until it expires.
    }
  }

  return {
    async signIn(credentials) {
      change(await request(SIGN_IN, credentials));
    },
    async signOut() {
      if (token === null) return;
      const { value } = token;
      change(null);
      await client.request<unknown, { input: object }>(SIGN_OUT, { input: { accessToken: value } });
    },
    async credential() {
      if (token !== null && leftMs() < RENEW_BEFORE_MS && leftMs() > 0) {
        renewal ??= renew(token).finally(() => {
          renewal = null;
        });
        await renewal;
      }
      if (token !== null && leftMs() <= 0) change(null);
      return token?.value ?? null;
    },
    isSignedIn: () => leftMs() > 0,
  };
}

const ENDS: ReadonlySet<string> = new Set(['INVALID_CREDENTIALS', 'UNAUTHENTICATED']);
