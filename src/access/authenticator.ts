import type { Available } from '../when-known.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { KEY_PREFIX, type KeyLookup } from './keys/api-keys.ts';
import { type HarmlessFailure, type TokenVerifier, unverifiedIssuer } from './tokens/jwt.ts';

/** Authenticates callers. */
export interface Authenticator {
  /** The caller that a credential identifies, or why there is none; null if the credential is invalid. */
  authenticate(credential: string): Available<Caller | HarmlessFailure | null>;
}

/** The configured ways to authenticate. */
export interface AuthStrategies {
  /** Null if there are no API keys. */
  readonly findKey: KeyLookup | null;
  /** Token verifiers by issuer. */
  readonly tokenVerifiers: ReadonlyMap<string, TokenVerifier>;
  /** Whether a credential of an unknown kind is as good as none: authentication is off. @default false */
  readonly isOptional?: boolean;
}

/** Creates an authenticator that chooses the strategy by the credential: its prefix marks a key, its issuer a token. */
export function createAuthenticator({
  findKey,
  tokenVerifiers,
  isOptional = false,
}: AuthStrategies): Authenticator {
  const unknown = isOptional ? ANONYMOUS : null;
  return {
    authenticate(credential) {
      if (credential.startsWith(KEY_PREFIX)) return findKey === null ? unknown : findKey(credential);
      const check = tokenVerifiers.get(unverifiedIssuer(credential) ?? '');
      return check === undefined ? unknown : check(credential);
    },
  };
}
