import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Caller } from './caller.ts';

/** The caller whom a token names; null where the token is not valid, whatever the reason. */
export type TokenCheck = (token: string) => Promise<Caller | null>;

/** Who says to have issued a token. Nothing is checked: it decides who checks. */
export function issuerClaimed(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

/** Tokens of other types are signed with the same keys, and are no proof of who asks: one that ends a session, say. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * The claims of a token whose signature and claims hold, else null. Keys come from where we look for them: a key, or the
 * address of one, that a token brings along is not even read.
 */
export async function verifiedClaims(
  token: string,
  key: Uint8Array | JWTVerifyGetKey,
  options: JWTVerifyOptions & { readonly algorithms: string[] },
): Promise<JWTPayload | null> {
  try {
    const { payload, protectedHeader } =
      typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
    return TYPES.has(String(protectedHeader.typ ?? 'JWT').toLowerCase()) ? payload : null;
  } catch {
    return null;
  }
}
