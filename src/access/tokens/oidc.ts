import type { JWTVerifyGetKey } from 'jose';
import { SCOPES, type Scope } from '../caller.ts';
import type { Pseudonymizer } from '../pseudonyms.ts';
import { type TokenVerifier, verifyJwt } from './jwt.ts';

/** The expected claims of an OpenID Connect token. */
export interface OidcTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Accepted signature algorithms. All must be asymmetric, so a public key cannot be used as an HMAC secret. */
  readonly algorithms: readonly string[];
  /** Tolerated clock skew, in seconds. */
  readonly clockToleranceS: number;
  /** Name of the claim that holds the scopes: a string separated by spaces, or a list. */
  readonly scopeClaim: string;
  /** Prefix of our scopes in that claim; scopes without it are ignored. Empty if there is none. */
  readonly scopePrefix: string;
  /** Budget of each user; null if there is no limit. */
  readonly callsPerMinute: number | null;
}

/** Creates a verifier of user tokens. A user without any of our scopes is authenticated, but has no permissions. */
export function createOidcVerifier(
  tokens: OidcTokenOptions,
  keys: JWTVerifyGetKey,
  pseudonym: Pseudonymizer,
): TokenVerifier {
  const {
    issuer,
    audience,
    clockToleranceS: clockTolerance,
    scopeClaim,
    scopePrefix,
    callsPerMinute,
  } = tokens;
  const options = { issuer, audience, clockTolerance, algorithms: [...tokens.algorithms] };
  return async (token) => {
    const claims = await verifyJwt(token, keys, { ...options, requiredClaims: ['sub', 'exp'] });
    if (typeof claims === 'string') return claims;
    if (typeof claims?.sub !== 'string' || claims.sub === '') return null;
    return {
      kind: 'user',
      name: pseudonym('user', issuer, claims.sub),
      scopes: readScopes(claims[scopeClaim], scopePrefix),
      customerEntityId: null,
      lane: 'standard',
      callsPerMinute,
    };
  };
}

function readScopes(claim: unknown, prefix: string): ReadonlySet<Scope> {
  const given = new Set(typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []);
  return new Set(SCOPES.filter((scope) => given.has(prefix + scope)));
}
