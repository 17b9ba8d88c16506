import { createHmac, randomBytes } from 'node:crypto';

/** A name for someone who must not be named: the same for the same one, and nobody's to anyone without the key. */
export type Pseudonym = (kind: string, ...identity: readonly string[]) => string;

/** @param key by default one that dies with the process, so that names differ after a restart, and between processes */
export function createPseudonyms(key: string | Buffer = randomBytes(32)): Pseudonym {
  return (kind, ...identity) => {
    const hash = createHmac('sha256', key).update(JSON.stringify([kind, ...identity]));
    return `${kind}:${hash.digest('base64url').slice(0, 22)}`;
  };
}
