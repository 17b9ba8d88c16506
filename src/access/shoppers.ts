import type { Pseudonym } from './pseudonyms.ts';
import { type TokenCheck, verifiedClaims } from './tokens.ts';

/** What a token of the platform's current-customer door must say. */
export interface ShopperTokens {
  readonly storeHash: string;
  /** Of the app whose token it is. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Who signs those tokens, by their own word. */
export const SHOPPER_ISSUER = 'bc/apps';

/** Such a token lives for 15 minutes. */
const LIFETIME_S = 900;
const CLOCK_TOLERANCE_S = 30;

/** Checks the tokens by which the platform says who is signed in to a storefront: a shopper, who may see no one else. */
export function createShopperCheck(
  { storeHash, clientId, clientSecret }: ShopperTokens,
  pseudonym: Pseudonym,
): TokenCheck {
  const secret = new TextEncoder().encode(clientSecret);
  return async (token) => {
    const claims = await verifiedClaims(token, secret, {
      algorithms: ['HS256'],
      issuer: SHOPPER_ISSUER,
      subject: storeHash,
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: LIFETIME_S,
      requiredClaims: ['exp'],
    });
    if (claims === null) return null;
    const { aud, store_hash, operation, version, customer } = claims;
    // The claim application_id is another number than the client id in the platform's own example.
    const isOurs = aud === clientId && store_hash === storeHash;
    const entityId = entityIdOf(customer);
    if (!isOurs || operation !== 'current_customer' || version !== 1 || entityId === null) return null;
    return {
      kind: 'shopper',
      name: pseudonym('shopper', storeHash, String(entityId)),
      scopes: new Set(['customers:read', 'customers:write']),
      customerEntityId: entityId,
      lane: 'interactive',
      callsPerMinute: null,
    };
  };
}

function entityIdOf(customer: unknown): number | null {
  const { id } = (customer ?? {}) as { readonly id?: unknown };
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}
