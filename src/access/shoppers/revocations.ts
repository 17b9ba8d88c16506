import { randomUUID } from 'node:crypto';
import type { ShopperSession } from '../caller.ts';
import type { ExpiringStore } from './expiring-store.ts';

/** How long after its sign-in a session can be renewed, in milliseconds. */
export const MAX_SESSION_MS = 24 * 3_600_000;

/** The sessions of shoppers that have ended before their time. */
export interface Revocations {
  /** Identifies this process if revocations are forgotten when it ends. Null if they are kept. */
  readonly run: string | null;
  isRevoked(session: ShopperSession): Promise<boolean>;
  /** Ends a session. */
  end(session: ShopperSession): Promise<void>;
  /** Ends all other sessions of the same customer that began until now. */
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

  return {
    run: store.isDurable ? null : randomUUID(),
    async isRevoked(session) {
      const [ended, othersEnded] = await Promise.all([
        store.get(sessionKey(session)),
        store.get(customerKey(session)),
      ]);
      if (ended !== null) return true;
      if (othersEnded === null) return false;
      const { at, except } = JSON.parse(othersEnded) as { readonly at: number; readonly except: string };
      return session.startedAt <= at && session.id !== except;
    },
    end: (session) => store.set(sessionKey(session), '', now() + MAX_SESSION_MS),
    endOthers(session) {
      const at = now();
      const value = JSON.stringify({ at, except: session.id });
      return store.set(customerKey(session), value, at + MAX_SESSION_MS);
    },
  };
}
