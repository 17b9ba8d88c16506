import type { Authenticator } from '../../src/access/authenticator.ts';
import type { Caller } from '../../src/access/caller.ts';

/** Knows each caller by its name. */
export function fakeAuthenticator(callers: Readonly<Record<string, Caller>>): Authenticator {
  return { authenticate: async (credential) => callers[credential] ?? null };
}
