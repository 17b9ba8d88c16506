import type { JWTVerifyGetKey } from 'jose';
import { SCOPES, type Scope } from './caller.ts';
import type { Pseudonym } from './pseudonyms.ts';
import { type TokenCheck, verifiedClaims } from './tokens.ts';

/** What a token of an OpenID provider must say. */
export interface UserTokens {
  readonly issuer: string;
  readonly audience: string;
  /** The algorithms that a token may be signed with; all asymmetric, so that no public key can pass for a secret. */
  readonly algorithms: readonly string[];
  /** Seconds by which clocks may differ. */
  readonly clockToleranceS: number;
  /** The claim that holds the scopes: a text with blanks, or a list. */
  readonly scopeClaim: string;
  /** What stands before our scopes there; others do not count. Empty for nothing. */
  readonly scopePrefix: string;
}

/** Checks tokens of users. Who holds no scope of ours is known, and may do nothing. */
export function createUserCheck(tokens: UserTokens, keys: JWTVerifyGetKey, pseudonym: Pseudonym): TokenCheck {
  const { issuer, audience, clockToleranceS: clockTolerance, scopeClaim, scopePrefix } = tokens;
  const options = { issuer, audience, clockTolerance, algorithms: [...tokens.algorithms] };
  return async (token) => {
    const claims = await verifiedClaims(token, keys, { ...options, requiredClaims: ['sub', 'exp'] });
    if (typeof claims?.sub !== 'string' || claims.sub === '') return null;
    return {
      kind: 'user',
      name: pseudonym('user', issuer, claims.sub),
      scopes: scopesIn(claims[scopeClaim], scopePrefix),
      customerEntityId: null,
      lane: 'standard',
      callsPerMinute: null,
    };
  };
}

function scopesIn(claim: unknown, prefix: string): ReadonlySet<Scope> {
  const given = new Set(typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []);
  return new Set(SCOPES.filter((scope) => given.has(prefix + scope)));
}
