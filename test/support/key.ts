import { SCOPES, type Scope } from '../../src/access/caller.ts';
import { createKey, hashOf, type StoredKey } from '../../src/access/keys.ts';

/** A key, and what is kept of it. */
export function keyNamed(
  name: string,
  facts: Partial<Pick<StoredKey, 'lane' | 'callsPerMinute'>> & { readonly scopes?: Scope[] } = {},
): { readonly key: string; readonly stored: StoredKey } {
  const key = createKey();
  const sha256 = hashOf(key).toString('hex');
  const stored = {
    name,
    sha256,
    scopes: [...SCOPES],
    lane: 'standard',
    callsPerMinute: null,
    createdAt: null,
  };
  return { key, stored: { ...stored, ...facts } as StoredKey };
}

export function keysText(...keys: readonly { readonly stored: StoredKey }[]): string {
  return JSON.stringify({ keys: keys.map(({ stored }) => stored) });
}
