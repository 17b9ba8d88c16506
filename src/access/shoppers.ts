import type { Pseudonym } from './pseudonyms.ts';
import { type TokenCheck, verifiedClaims } from './tokens.ts';

/** The expected claims of a current-customer token, and the secret that verifies it. */
export interface ShopperTokens {
  readonly storeHash: string;
  /** Client ID of the app for which the token was issued. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Issuer of those tokens. */
export const SHOPPER_ISSUER = 'bc/apps';

/** Maximum age of a token: 15 minutes. */
const LIFETIME_S = 900;
const CLOCK_TOLERANCE_S = 30;

/** Creates a verifier of current-customer tokens, which the platform issues for the customer logged in to a storefront. */
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
    // `application_id` is not compared: in the platform's example it differs from the client ID.
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
