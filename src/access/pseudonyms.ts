import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/** Derives a name from an identity: always the same one, and not reversible without the key. */
export type Pseudonymizer = (kind: string, ...identity: readonly string[]) => string;

/**
 * Creates keyed hashes (HMAC-SHA-256) of identities.
 * @param key by default random, so names differ between processes and after a restart
 */
export function createPseudonymizer(key: string | Buffer = randomBytes(32)): Pseudonymizer {
  // A key object, because each request has a pseudonym: to import the key takes five times as long as to hash.
  const secret = createSecretKey(Buffer.from(key));
  return (kind, ...identity) => {
    const hash = createHmac('sha256', secret).update(JSON.stringify([kind, ...identity]));
    return `${kind}:${hash.digest('base64url').slice(0, 22)}`;
  };
}
