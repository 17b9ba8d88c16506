import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

/** Names of keys in Redis. All keys of a store begin with its hash. */
export interface KeyNames {
  /** A name without personal data. */
  plain(kind: string): string;
  /** A name that stands for an identity, such as an e-mail address: it is not reversible without the secret. */
  hashed(kind: string, ...identity: readonly string[]): string;
}

/**
 * @param storeHash the braces around it keep the keys of one store on one server of a cluster
 * @param secret the same in all replicas
 */
export function createKeyNames(storeHash: string, secret: string): KeyNames {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'names of Redis keys', 32)));
  const plain = (kind: string) => `gateway:{${storeHash}}:${kind}`;

  return {
    plain,
    hashed(kind, ...identity) {
      const hash = createHmac('sha256', key).update(JSON.stringify([kind, ...identity]));
      return `${plain(kind)}:${hash.digest('base64url')}`;
    },
  };
}
