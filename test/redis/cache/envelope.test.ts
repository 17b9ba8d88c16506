import { expect, test } from 'vitest';
import { createEnvelope } from '../../../src/redis/cache/envelope.ts';

const OLD = { id: 'old', key: Buffer.alloc(32, 1) };
const NEW = { id: 'new', key: Buffer.alloc(32, 2) };

test('what is sealed is opened with the same key and context', () => {
  const { keyId, seal, open } = createEnvelope([NEW, OLD]);
  const sealed = seal('Ana Pérez', 'key 1');
  expect(keyId).toBe('new');
  expect(sealed).not.toContain('Ana');
  expect(seal('Ana Pérez', 'key 1')).not.toBe(sealed);
  expect(open(sealed, 'new', 'key 1')).toBe('Ana Pérez');
});

test('a value is not opened in another context, by another key, or after a change', () => {
  const { seal, open } = createEnvelope([NEW, OLD]);
  const sealed = seal('text', 'key 1');
  expect(open(sealed, 'new', 'key 2')).toBeNull();
  expect(open(sealed, 'old', 'key 1')).toBeNull();
  expect(open(sealed, 'third', 'key 1')).toBeNull();
  expect(open('', 'new', 'key 1')).toBeNull();
  const bytes = Buffer.from(sealed, 'base64');
  for (let place = 0; place < bytes.length; place += 1) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect(open(changed.toString('base64'), 'new', 'key 1')).toBeNull();
  }
});

test('a key that was replaced still decrypts', () => {
  const sealed = createEnvelope([OLD]).seal('text', 'key 1');
  expect(createEnvelope([NEW, OLD]).open(sealed, 'old', 'key 1')).toBe('text');
  expect(createEnvelope([NEW]).open(sealed, 'old', 'key 1')).toBeNull();
});
