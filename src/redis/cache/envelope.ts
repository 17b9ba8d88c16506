import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts values that are kept outside of the process. */
export interface Envelope {
  /** The id of the key that encrypts. */
  readonly keyId: string;
  /** Encrypts a text. @param context is authenticated with it: the value cannot be read in another context */
  seal(text: string, context: string): string;
  /** The text; null if the value was sealed in another context or with an unknown key, or was changed. */
  open(sealed: string, keyId: string, context: string): string | null;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param keys the first one encrypts, each one decrypts */
export function createEnvelope(keys: readonly { readonly id: string; readonly key: Buffer }[]): Envelope {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const [first] = keys;
  if (first === undefined) throw new Error('there is no encryption key');

  return {
    keyId: first.id,
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, first.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, keyId, context) {
      const key = byId.get(keyId);
      const bytes = Buffer.from(sealed, 'base64');
      if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      const [nonce, rest] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context)).setAuthTag(rest.subarray(0, TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
