import { errors, type JWTHeaderParameters, SignJWT } from 'jose';
import type { ShopperSession } from '../caller.ts';
import { type HarmlessFailure, verifyJwt } from '../tokens/jwt.ts';
import { MAX_SESSION_MS, type Revocations } from './revocations.ts';
import { TOKEN_ALGORITHM, type TokenKeys } from './token-keys.ts';

/** Issuer of the gateway's own tokens. */
export const SESSION_ISSUER = 'urn:graphql-for-bigcommerce-customers:shoppers';

/** How long a token is valid, in milliseconds. */
const TOKEN_MS = 900_000;
/** Type of the tokens, in their header. A token of another type that is signed with the same key is rejected. */
const TOKEN_TYPE = 'at+jwt';

/** A token that authenticates a shopper. */
export interface AccessToken {
  readonly value: string;
  readonly expiresAt: Date;
}

/** Signs and verifies the gateway's own tokens of shoppers. */
export interface SessionTokens {
  sign(session: ShopperSession): Promise<AccessToken>;
  /** Resolves to the session of a token, or to why there is none; null if the token is invalid. */
  verify(token: string): Promise<ShopperSession | HarmlessFailure | null>;
}

export interface SessionTokensOptions {
  readonly storeHash: string;
  /** The keys at the moment. */
  readonly keys: () => TokenKeys;
  readonly revocations: Revocations;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export function createSessionTokens(options: SessionTokensOptions): SessionTokens {
  const { storeHash, keys, revocations, now } = options;

  function findKey({ kid = '' }: JWTHeaderParameters | { readonly kid?: string }): CryptoKey {
    const key = keys().verifying.get(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  return {
    async sign({ id, customerEntityId, channelId, startedAt, run }) {
      const { kid, key } = keys().signing;
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = Math.floor(Math.min(now() + TOKEN_MS, startedAt + MAX_SESSION_MS) / 1000);
      const value = await new SignJWT({
        channel_id: channelId,
        sid: id,
        // With a fraction, because a password can change in the same second.
        auth_time: startedAt / 1000,
        ...(run !== null && { run }),
      })
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid })
        .setIssuer(SESSION_ISSUER)
        .setAudience(storeHash)
        .setSubject(String(customerEntityId))
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { value, expiresAt: new Date(expiresAt * 1000) };
    },
    async verify(token) {
      const claims = await verifyJwt(token, findKey, {
        algorithms: [TOKEN_ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: SESSION_ISSUER,
        audience: storeHash,
        requiredClaims: ['sub', 'sid', 'auth_time', 'iat', 'exp'],
        currentDate: new Date(now()),
      });
      if (claims === null || typeof claims === 'string') return claims;
      const session = sessionOf(claims);
      if (session === null) return null;
      return (await revocations.isRevoked(session)) ? 'expired' : session;
    },
  };
}

function sessionOf(claims: Readonly<Record<string, unknown>>): ShopperSession | null {
  const { sub, sid, auth_time: startedAt, channel_id: channelId, run = null } = claims;
  const customerEntityId = typeof sub === 'string' && /^[1-9]\d{0,14}$/.test(sub) ? Number(sub) : null;
  if (customerEntityId === null || typeof sid !== 'string' || typeof startedAt !== 'number') return null;
  if (typeof channelId !== 'number' || (run !== null && typeof run !== 'string')) return null;
  return { id: sid, customerEntityId, channelId, startedAt: Math.round(startedAt * 1000), run };
}
