import { expect, test } from 'vitest';
import { generateTokenKeys, parseTokenKeys } from '../../../src/access/shoppers/token-keys.ts';

async function newKey(): Promise<Record<string, string>> {
  const { keys } = JSON.parse(await generateTokenKeys());
  return keys[0];
}

test('the first key signs, and all of them verify', async () => {
  const [first, second] = [await newKey(), await newKey()];
  const { d: _, ...publicOnly } = second;
  const parsed = await parseTokenKeys('KEYS', JSON.stringify({ keys: [first, publicOnly] }));
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  expect(parsed.value.signing.kid).toBe(first.kid);
  expect([...parsed.value.verifying.keys()]).toEqual([first.kid, second.kid]);
});

test.each<[string, (key: Record<string, string>, other: Record<string, string>) => unknown, string]>([
  ['no JSON', () => undefined, 'is not a JSON Web Key Set of 1 to 4 Ed25519 keys with key ids'],
  ['no key', () => ({ keys: [] }), 'is not a JSON Web Key Set of 1 to 4 Ed25519 keys with key ids'],
  [
    'a key without id',
    ({ kid: _, ...key }) => ({ keys: [key] }),
    'is not a JSON Web Key Set of 1 to 4 Ed25519 keys with key ids',
  ],
  [
    'an RSA key',
    (key) => ({ keys: [{ ...key, kty: 'RSA' }] }),
    'is not a JSON Web Key Set of 1 to 4 Ed25519 keys with key ids',
  ],
  [
    'five keys',
    (key) => ({ keys: [0, 1, 2, 3, 4].map((kid) => ({ ...key, kid: String(kid) })) }),
    'is not a JSON Web Key Set of 1 to 4 Ed25519 keys with key ids',
  ],
  ['an id twice', (key) => ({ keys: [key, key] }), 'contains a key id twice'],
  ['a public key first', ({ d: _, ...key }) => ({ keys: [key] }), 'the first key is not a private key'],
  [
    'halves of two keys',
    (key, other) => ({ keys: [{ ...key, x: other.x }] }),
    'contains a key that is not valid',
  ],
  ['a short key', (key) => ({ keys: [{ ...key, d: 'AAAA' }] }), 'contains a key that is not valid'],
])('%s is a problem', async (_name, build, problem) => {
  const content = build(await newKey(), await newKey());
  const parsed = await parseTokenKeys('KEYS', content === undefined ? 'x' : JSON.stringify(content));
  expect('problems' in parsed ? parsed.problems.join() : '').toContain(problem);
});
