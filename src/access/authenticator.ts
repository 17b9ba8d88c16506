import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import { KEY_PREFIX } from './keys.ts';
import { issuerClaimed, type TokenCheck } from './tokens.ts';

/** Authenticates callers. */
export interface Authenticator {
  /** Resolves to the caller that a credential identifies; to null if the credential is invalid, for any reason. */
  identify(credential: string): Promise<Caller | null>;
}

/** The configured ways to authenticate. */
export interface Ways {
  /** Null if there are no API keys. */
  readonly keys: KeyRing | null;
  /** Token verifiers by issuer. */
  readonly tokens: ReadonlyMap<string, TokenCheck>;
}

/** Creates an authenticator that chooses the strategy by the credential: its prefix marks a key, its issuer a token. */
export function createAuthenticator({ keys, tokens }: Ways): Authenticator {
  return {
    async identify(credential) {
      if (credential.startsWith(KEY_PREFIX)) return keys?.find(credential) ?? null;
      const check = tokens.get(issuerClaimed(credential) ?? '');
      return check === undefined ? null : check(credential);
    },
  };
}
