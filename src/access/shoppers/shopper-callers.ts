import type { Caller, ShopperSession } from '../caller.ts';
import type { Pseudonymizer } from '../pseudonyms.ts';

/** The caller that a session of a shopper identifies. */
export type ShopperCallers = (session: ShopperSession) => Caller;

/** Creates callers with the permissions of every shopper. All tokens of one customer are one caller. */
export function createShopperCallers({
  storeHash,
  callsPerMinute,
  pseudonym,
}: {
  readonly storeHash: string;
  /** Budget of each shopper; null if there is no limit. */
  readonly callsPerMinute: number | null;
  readonly pseudonym: Pseudonymizer;
}): ShopperCallers {
  return (session) => ({
    kind: 'shopper',
    name: pseudonym('shopper', storeHash, String(session.customerEntityId)),
    scopes: new Set(['customers:read', 'customers:write']),
    customerEntityId: session.customerEntityId,
    session,
    lane: 'interactive',
    callsPerMinute,
  });
}
