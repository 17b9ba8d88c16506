import { randomUUID } from 'node:crypto';
import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import type { Parsed } from '../files/watched-file.ts';

export const TOKEN_ALGORITHM = 'EdDSA';

/** The keys with which the gateway signs tokens of shoppers, and those with which it verifies them. */
export interface TokenKeys {
  readonly signing: { readonly kid: string; readonly key: CryptoKey };
  /** Public keys by key id. */
  readonly verifying: ReadonlyMap<string, CryptoKey>;
}

/** The new key, the one that it replaces, and one more of each for a mistake. */
const MAX_KEYS = 4;

const keySetSchema = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        kid: z.string().min(1).max(100),
        x: z.string(),
        d: z.string().optional(),
      }),
    )
    .min(1)
    .max(MAX_KEYS),
});

type Jwk = z.infer<typeof keySetSchema>['keys'][number];

/**
 * Reads a JSON Web Key Set of Ed25519 keys. The first key signs, so it is a private one; all of them verify.
 * @param name of the variable, for the problems
 */
export async function parseTokenKeys(name: string, text: string): Promise<Parsed<TokenKeys>> {
  const parsed = keySetSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    return { problems: [`${name} is not a JSON Web Key Set of 1 to ${MAX_KEYS} Ed25519 keys with key ids`] };
  }
  const { keys } = parsed.data;
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
    return { problems: [`${name} contains a key id twice`] };
  const [first] = keys;
  if (first?.d === undefined) return { problems: [`${name}: the first key is not a private key`] };
  try {
    const verifying = new Map(await Promise.all(keys.map(importPublic)));
    const { kid, d } = first;
    const signing = { kid, key: (await importJWK({ ...publicOf(first), d }, TOKEN_ALGORITHM)) as CryptoKey };
    await assertPair(signing.key, verifying.get(first.kid));
    return { value: { signing, verifying } };
  } catch {
    return { problems: [`${name} contains a key that is not valid`] };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function importPublic(key: Jwk): Promise<[string, CryptoKey]> {
  return [key.kid, (await importJWK(publicOf(key), TOKEN_ALGORITHM)) as CryptoKey];
}

function publicOf({ kty, crv, x }: Jwk) {
  return { kty, crv, x };
}

/** A private key with the public half of another one would sign tokens that are never accepted. */
async function assertPair(privateKey: CryptoKey, publicKey: CryptoKey | undefined): Promise<void> {
  if (publicKey === undefined) throw new Error('no public key');
  const signer = new CompactSign(new Uint8Array()).setProtectedHeader({ alg: TOKEN_ALGORITHM });
  await compactVerify(await signer.sign(privateKey), publicKey);
}

/** Generates a key set with one key, as JSON. */
export async function generateTokenKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair(TOKEN_ALGORITHM, { extractable: true });
  const { kty, crv, x, d } = await exportJWK(privateKey);
  return JSON.stringify({ keys: [{ kty, crv, kid: randomUUID(), x, d }] });
}
