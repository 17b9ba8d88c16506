import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import { KEY_PREFIX } from './keys.ts';
import { issuerClaimed, type TokenCheck } from './tokens.ts';

/** Finds out who asks. */
export interface Authenticator {
  /** The caller whom a credential names; null where it names nobody, whatever the reason. */
  identify(credential: string): Promise<Caller | null>;
}

export interface Ways {
  /** Null where there are no keys. */
  readonly keys: KeyRing | null;
  /** Who checks the tokens of which issuer. */
  readonly tokens: ReadonlyMap<string, TokenCheck>;
}

/** Each credential has one way in, which its looks decide: a key by its beginning, a token by its issuer. */
export function createAuthenticator({ keys, tokens }: Ways): Authenticator {
  return {
    async identify(credential) {
      if (credential.startsWith(KEY_PREFIX)) return keys?.find(credential) ?? null;
      const check = tokens.get(issuerClaimed(credential) ?? '');
      return check === undefined ? null : check(credential);
    },
  };
}
