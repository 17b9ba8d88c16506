/** A key of AES-256. Its id is stored with everything that it encrypts. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Buffer;
}

const KEY_BYTES = 32;

/** Parses a list of `id:base64`, separated by commas. Null if it is malformed. */
export function parseEncryptionKeys(text: string): readonly EncryptionKey[] | null {
  const keys = text.split(',').map((item) => parseKey(item.trim()));
  return keys.every((key) => key !== null) ? keys : null;
}

function parseKey(item: string): EncryptionKey | null {
  const [, id, base64] = /^([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/.exec(item) ?? [];
  if (id === undefined || base64 === undefined) return null;
  const key = Buffer.from(base64, 'base64');
  return key.length === KEY_BYTES ? { id, key } : null;
}

/** Whether no two keys have the same id. */
export function areUnique(keys: readonly EncryptionKey[]): boolean {
  return new Set(keys.map(({ id }) => id)).size === keys.length;
}
