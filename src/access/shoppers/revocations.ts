import { randomUUID } from 'node:crypto';
import type { ShopperSession } from '../caller.ts';
import { createMemoryStore, type ExpiringStore } from './expiring-store.ts';

/** How long after its sign-in a session can be renewed, in milliseconds. */
export const MAX_SESSION_MS = 24 * 3_600_000;

/** The sessions of shoppers that have ended before their time. */
export interface Revocations {
  /** Identifies this process if revocations are forgotten when it ends. Null if they are kept. */
  readonly run: string | null;
  /** Whether a session has ended, as far as is known. While the store is away, it is what this process has ended. */
  isRevoked(session: ShopperSession): Promise<boolean>;
  /** The same, for what outlasts a token. Rejects while the store is away. */
  isCertainlyRevoked(session: ShopperSession): Promise<boolean>;
  /** Ends a session. Rejects if the store is away: only this process knows then. */
  end(session: ShopperSession): Promise<void>;
  /** Ends all other sessions of the same customer that began until now. Rejects as `end` does. */
  endOthers(session: ShopperSession): Promise<void>;
}

export interface RevocationsOptions {
  readonly store: ExpiringStore;
  readonly storeHash: string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Creates the list of revocations. An entry is kept as long as a token that it concerns could be renewed. */
export function createRevocations({ store, storeHash, now }: RevocationsOptions): Revocations {
  const sessionKey = ({ id }: ShopperSession) => `shopper-session ${storeHash} ${id}`;
  const customerKey = ({ customerEntityId }: ShopperSession) =>
    `shopper-customer ${storeHash} ${customerEntityId}`;

  // A token is short-lived, so it is accepted while the store is away.
  const own = createMemoryStore(now);

  async function record(key: string, value: string): Promise<void> {
    const expiresAt = now() + MAX_SESSION_MS;
    await own.set(key, value, expiresAt);
    await store.set(key, value, expiresAt);
  }

  async function isRevokedIn(source: ExpiringStore, session: ShopperSession): Promise<boolean> {
    const [ended, othersEnded] = await Promise.all([
      source.get(sessionKey(session)),
      source.get(customerKey(session)),
    ]);
    if (ended !== null) return true;
    if (othersEnded === null) return false;
    const { at, except } = JSON.parse(othersEnded) as { readonly at: number; readonly except: string };
    return session.startedAt <= at && session.id !== except;
  }

  return {
    run: store.isDurable ? null : randomUUID(),
    isRevoked: (session) => isRevokedIn(store, session).catch(() => isRevokedIn(own, session)),
    isCertainlyRevoked: (session) => isRevokedIn(store, session),
    end: (session) => record(sessionKey(session), ''),
    endOthers: (session) => record(customerKey(session), JSON.stringify({ at: now(), except: session.id })),
  };
}
