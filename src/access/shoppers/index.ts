import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Authenticator, createAuthenticator } from '../authenticator.ts';
import type { Caller, ShopperSession } from '../caller.ts';
import type { Pseudonymizer } from '../pseudonyms.ts';
import { createSignInThrottle, type SignInThrottle } from '../throttle/sign-in-throttle.ts';
import type { TokenVerifier } from '../tokens/jwt.ts';
import { createShopperVerifier, SHOPPER_ISSUER, type ShopperTokenOptions } from '../tokens/shopper.ts';
import { createMemoryStore, type ExpiringStore } from './expiring-store.ts';
import { createRevocations } from './revocations.ts';
import { type AccessToken, createSessionTokens, SESSION_ISSUER } from './session-tokens.ts';
import { createShopperCallers } from './shopper-callers.ts';
import type { TokenKeys } from './token-keys.ts';

/** The sign-in of shoppers, for resolvers. */
export interface ShopperSignIn {
  readonly throttle: SignInThrottle;
  /** Unix milliseconds. */
  now(): number;
  /** Begins a session. @param startedAt the time before the password was checked */
  begin(session: Pick<ShopperSession, 'customerEntityId' | 'channelId' | 'startedAt'>): ShopperSession;
  /** Signs a token of a session. */
  sign(session: ShopperSession): Promise<AccessToken>;
  /** Verifies a token, the gateway's or the platform's. Resolves to its caller, or to why there is none. */
  authenticate: Authenticator['authenticate'];
  callerOf(session: ShopperSession): Caller;
  /** The session to go on with, on a channel; null if this process may not renew the session. */
  renewable(session: ShopperSession, channelId: number | null): ShopperSession | null;
  /** Whether a session has ended. Rejects while that is not known, because the store of revocations is away. */
  hasEnded(session: ShopperSession): Promise<boolean>;
  /** Ends a session. Rejects while the store of revocations is away. */
  end(session: ShopperSession): Promise<void>;
  /** Ends all other sessions of the customer. Rejects as `end` does. */
  endOthers(session: ShopperSession): Promise<void>;
  /** Waits until an attempt that began at this time of `now` may be answered with a failure. */
  untilFloor(startedAt: number): Promise<void>;
}

/** What signs and verifies the gateway's own tokens. */
export interface SignInOptions {
  /** The keys at the moment. */
  readonly keys: () => TokenKeys;
  /** Keeps the sessions that have ended. @default in memory */
  readonly revoked?: ExpiringStore;
  /** @default that of `createSignInThrottle` */
  readonly throttle?: SignInThrottle;
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number;
  /** @default a timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

export interface ShopperAccessOptions {
  readonly storeHash: string;
  /** Null if shoppers cannot sign in. */
  readonly signIn: SignInOptions | null;
  /** The platform's current-customer tokens; null if they are not accepted. */
  readonly platform: ShopperTokenOptions | null;
  /** Budget of each shopper; null if there is no limit. */
  readonly callsPerMinute: number | null;
  readonly pseudonym: Pseudonymizer;
}

/** A failed attempt is answered after a multiple of this time, in milliseconds, however long the store took. */
const FAILURE_FLOOR_MS = 500;
/** The store's channel if none is named. */
const FIRST_CHANNEL = 1;

/** Creates the verifiers of shoppers' tokens, by issuer, and the sign-in; null if it is off. */
export function createShopperAccess(options: ShopperAccessOptions): {
  readonly verifiers: ReadonlyMap<string, TokenVerifier>;
  readonly signIn: ShopperSignIn | null;
} {
  const { storeHash, signIn, platform, callsPerMinute, pseudonym } = options;
  const { now = Date.now, sleep = delay } = signIn ?? {};
  const store = signIn?.revoked ?? createMemoryStore(now);
  const revocations = createRevocations({ store, storeHash, now });
  const callerOf = createShopperCallers({ storeHash, callsPerMinute, pseudonym });
  const verifiers = new Map<string, TokenVerifier>();
  if (platform !== null) {
    verifiers.set(SHOPPER_ISSUER, createShopperVerifier(platform, { callerOf, revocations, now }));
  }
  if (signIn === null) return { verifiers, signIn: null };
  const tokens = createSessionTokens({ storeHash, keys: signIn.keys, revocations, now });
  verifiers.set(SESSION_ISSUER, async (token) => {
    const session = await tokens.verify(token);
    return session === null || typeof session === 'string' ? session : callerOf(session);
  });
  const { authenticate } = createAuthenticator({ findKey: null, tokenVerifiers: verifiers });
  return {
    verifiers,
    signIn: {
      throttle: signIn.throttle ?? createSignInThrottle(),
      now,
      begin: (session) => ({ ...session, id: randomUUID(), run: revocations.run }),
      sign: tokens.sign,
      authenticate,
      callerOf,
      renewable(session, channelId) {
        // A token of the platform begins a session of the gateway.
        if (session.channelId === null)
          return { ...session, channelId: channelId ?? FIRST_CHANNEL, run: revocations.run };
        const isOfChannel = channelId === null || channelId === session.channelId;
        const isOfRun = revocations.run === null || revocations.run === session.run;
        return isOfChannel && isOfRun ? session : null;
      },
      hasEnded: revocations.isCertainlyRevoked,
      end: revocations.end,
      endOthers: revocations.endOthers,
      async untilFloor(startedAt) {
        const elapsed = Math.max(0, now() - startedAt);
        await sleep((Math.floor(elapsed / FAILURE_FLOOR_MS) + 1) * FAILURE_FLOOR_MS - elapsed);
      },
    },
  };
}
