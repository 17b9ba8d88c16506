import { SCOPES, type Scope } from '../../src/access/caller.ts';
import { generateKey, hashKey, type StoredKey } from '../../src/access/keys/api-keys.ts';

/** An API key, and its entry in the key file. */
export function createTestKey(
  name: string,
  options: Partial<Pick<StoredKey, 'lane' | 'callsPerMinute'>> & { readonly scopes?: Scope[] } = {},
): { readonly key: string; readonly stored: StoredKey } {
  const key = generateKey();
  const sha256 = hashKey(key);
  const stored = {
    name,
    sha256,
    scopes: [...SCOPES],
    lane: 'standard',
    callsPerMinute: null,
    createdAt: null,
  };
  return { key, stored: { ...stored, ...options } as StoredKey };
}

/** The content of a key file. */
export function keyFileContent(...keys: readonly { readonly stored: StoredKey }[]): string {
  return JSON.stringify({ keys: keys.map(({ stored }) => stored) });
}
