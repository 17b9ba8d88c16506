import {
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Caller } from '../caller.ts';
import { ProviderUnavailable } from './jwks.ts';

/**
 * Why a token identifies no caller, if that is no attack: `expired` if its signature is valid and its time is over,
 * `unverifiable` if the provider's keys are not known.
 */
export type HarmlessFailure = 'expired' | 'unverifiable';

/** Resolves to the caller that a token identifies, or to why there is none; null if the token is invalid. */
export type TokenVerifier = (token: string) => Promise<Caller | HarmlessFailure | null>;

/** The issuer of a token, unverified. It only chooses the verifier. */
export function unverifiedIssuer(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

/** Other types of tokens are signed with the same keys, such as logout tokens, but do not authenticate a caller. */
const TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * The claims of a token if its signature and claims are valid, or why it is not accepted. Keys come from our configuration only: a key
 * or a key URL in the token's header is ignored.
 */
export async function verifyJwt(
  token: string,
  key: Uint8Array | JWTVerifyGetKey,
  options: JWTVerifyOptions & { readonly algorithms: string[] },
): Promise<JWTPayload | HarmlessFailure | null> {
  try {
    const { payload, protectedHeader } =
      typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
    return TOKEN_TYPES.has(String(protectedHeader.typ ?? 'JWT').toLowerCase()) ? payload : null;
  } catch (error) {
    if (error instanceof ProviderUnavailable) return 'unverifiable';
    // Thrown only after the signature, the issuer and the audience have been verified.
    return error instanceof errors.JWTExpired ? 'expired' : null;
  }
}
