import { expect, test } from 'vitest';
import { createDocumentCache } from '../../../src/server/documents/cache.ts';

test('evicts the least recently used entry', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  cache.set('bbbb', 2);
  expect(cache.get('aaaa')).toBe(1);
  cache.set('cccc', 3);
  expect(['aaaa', 'bbbb', 'cccc'].map((text) => cache.get(text))).toEqual([1, undefined, 3]);
});

test('does not store an entry larger than the cache, and evicts nothing for it', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  cache.set('b'.repeat(11), 2);
  expect([cache.get('aaaa'), cache.get('b'.repeat(11))]).toEqual([1, undefined]);
});

test('counts the length of a replaced entry once', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  for (let value = 0; value < 5; value += 1) cache.set('bbbb', value);
  expect([cache.get('aaaa'), cache.get('bbbb')]).toEqual([1, 4]);
});
