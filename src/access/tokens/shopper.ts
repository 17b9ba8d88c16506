import { createHash } from 'node:crypto';
import type { ShopperSession } from '../caller.ts';
import type { Revocations } from '../shoppers/revocations.ts';
import type { ShopperCallers } from '../shoppers/shopper-callers.ts';
import { type TokenVerifier, verifyJwt } from './jwt.ts';

/** The expected claims of a current-customer token, and the secrets that verify it. */
export interface ShopperTokenOptions {
  readonly storeHash: string;
  /** Client ID of the app for which the token was issued. */
  readonly clientId: string;
  /** The secrets that are valid at the moment. */
  readonly clientSecrets: () => readonly string[];
  /** Maximum age of a token, in seconds. The platform's tokens expire after 900. */
  readonly maxAgeS: number;
}

/** What a verifier of shoppers' tokens works with. */
export interface ShopperVerifierContext {
  readonly callerOf: ShopperCallers;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Issuer of those tokens. */
export const SHOPPER_ISSUER = 'bc/apps';

const CLOCK_TOLERANCE_S = 30;

/** Creates a verifier of current-customer tokens, which the platform issues for the customer logged in to a storefront. */
export function createShopperVerifier(
  { storeHash, clientId, clientSecrets, maxAgeS }: ShopperTokenOptions,
  { callerOf, revocations, now }: ShopperVerifierContext,
): TokenVerifier {
  const options = {
    algorithms: ['HS256'],
    issuer: SHOPPER_ISSUER,
    subject: storeHash,
    clockTolerance: CLOCK_TOLERANCE_S,
    maxTokenAge: maxAgeS,
    requiredClaims: ['exp'],
  };

  /** The result of the first secret with which the token was signed; null if it was signed with none. */
  async function verify(token: string): ReturnType<typeof verifyJwt> {
    for (const secret of clientSecrets()) {
      const claims = await verifyJwt(token, new TextEncoder().encode(secret), {
        ...options,
        currentDate: new Date(now()),
      });
      if (claims !== null) return claims;
    }
    return null;
  }

  return async (token) => {
    const claims = await verify(token);
    if (claims === null || typeof claims === 'string') return claims;
    const { aud, iat, store_hash, operation, version, customer } = claims;
    // `application_id` is not compared: in the platform's example it differs from the client ID.
    const isOurs = aud === clientId && store_hash === storeHash;
    const customerEntityId = customerIdOf(customer);
    if (!isOurs || operation !== 'current_customer' || version !== 1 || customerEntityId === null)
      return null;
    const session: ShopperSession = {
      id: createHash('sha256').update(token).digest('base64url'),
      customerEntityId,
      channelId: null,
      startedAt: (iat ?? 0) * 1000,
      run: null,
    };
    return (await revocations.isRevoked(session)) ? 'expired' : callerOf(session);
  };
}

function customerIdOf(customer: unknown): number | null {
  const { id } = (customer ?? {}) as { readonly id?: unknown };
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}
