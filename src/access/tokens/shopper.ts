import type { Pseudonymizer } from '../pseudonyms.ts';
import { type TokenVerifier, verifyJwt } from './jwt.ts';

/** The expected claims of a current-customer token, and the secrets that verify it. */
export interface ShopperTokenOptions {
  readonly storeHash: string;
  /** Client ID of the app for which the token was issued. */
  readonly clientId: string;
  /** The secrets that are valid at the moment. */
  readonly clientSecrets: () => readonly string[];
  /** Budget of each shopper; null if there is no limit. */
  readonly callsPerMinute: number | null;
}

/** Issuer of those tokens. */
export const SHOPPER_ISSUER = 'bc/apps';

/** Maximum age of a token: 15 minutes. */
const MAX_TOKEN_AGE_S = 900;
const CLOCK_TOLERANCE_S = 30;

/** Creates a verifier of current-customer tokens, which the platform issues for the customer logged in to a storefront. */
export function createShopperVerifier(
  { storeHash, clientId, clientSecrets, callsPerMinute }: ShopperTokenOptions,
  pseudonym: Pseudonymizer,
): TokenVerifier {
  const options = {
    algorithms: ['HS256'],
    issuer: SHOPPER_ISSUER,
    subject: storeHash,
    clockTolerance: CLOCK_TOLERANCE_S,
    maxTokenAge: MAX_TOKEN_AGE_S,
    requiredClaims: ['exp'],
  };

  /** The result of the first secret with which the token was signed; null if it was signed with none. */
  async function verify(token: string): ReturnType<typeof verifyJwt> {
    for (const secret of clientSecrets()) {
      const claims = await verifyJwt(token, new TextEncoder().encode(secret), options);
      if (claims !== null) return claims;
    }
    return null;
  }

  return async (token) => {
    const claims = await verify(token);
    if (claims === null || typeof claims === 'string') return claims;
    const { aud, store_hash, operation, version, customer } = claims;
    // `application_id` is not compared: in the platform's example it differs from the client ID.
    const isOurs = aud === clientId && store_hash === storeHash;
    const entityId = customerIdOf(customer);
    if (!isOurs || operation !== 'current_customer' || version !== 1 || entityId === null) return null;
    return {
      kind: 'shopper',
      name: pseudonym('shopper', storeHash, String(entityId)),
      scopes: new Set(['customers:read', 'customers:write']),
      customerEntityId: entityId,
      lane: 'interactive',
      callsPerMinute,
    };
  };
}

function customerIdOf(customer: unknown): number | null {
  const { id } = (customer ?? {}) as { readonly id?: unknown };
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}
