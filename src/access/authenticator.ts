import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import { KEY_PREFIX } from './keys.ts';

/** Finds out who asks. */
export interface Authenticator {
  /** The caller whom a credential names; null where it names nobody, whatever the reason. */
  identify(credential: string): Promise<Caller | null>;
}

export interface Ways {
  /** Null where there are no keys. */
  readonly keys: KeyRing | null;
}

/** Each credential has one way in, which its looks decide. */
export function createAuthenticator({ keys }: Ways): Authenticator {
  return {
    async identify(credential) {
      if (credential.startsWith(KEY_PREFIX)) return keys?.find(credential) ?? null;
      return null;
    },
  };
}
