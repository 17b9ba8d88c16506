import type { Caller } from './caller.ts';
import { KEY_PREFIX } from './keys/api-keys.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { type HarmlessFailure, type TokenVerifier, unverifiedIssuer } from './tokens/jwt.ts';

/** Authenticates callers. */
export interface Authenticator {
  /** Resolves to the caller that a credential identifies, or to why there is none; null if the credential is invalid. */
  authenticate(credential: string): Promise<Caller | HarmlessFailure | null>;
}

/** The configured ways to authenticate. */
export interface AuthStrategies {
  /** Null if there are no API keys. */
  readonly keyRing: KeyRing | null;
  /** Token verifiers by issuer. */
  readonly tokenVerifiers: ReadonlyMap<string, TokenVerifier>;
}

/** Creates an authenticator that chooses the strategy by the credential: its prefix marks a key, its issuer a token. */
export function createAuthenticator({ keyRing, tokenVerifiers }: AuthStrategies): Authenticator {
  return {
    async authenticate(credential) {
      if (credential.startsWith(KEY_PREFIX)) return keyRing?.find(credential) ?? null;
      const check = tokenVerifiers.get(unverifiedIssuer(credential) ?? '');
      return check === undefined ? null : check(credential);
    },
  };
}
