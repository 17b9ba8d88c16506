import { expect, test } from 'vitest';
import { createDocumentCache } from '../../src/server/document-cache.ts';

test('keeps what fits, and lets go of what was not asked for the longest', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  cache.set('bbbb', 2);
  expect(cache.get('aaaa')).toBe(1);
  cache.set('cccc', 3);
  expect(['aaaa', 'bbbb', 'cccc'].map((text) => cache.get(text))).toEqual([1, undefined, 3]);
});

test('does not let go of everything for the sake of one that never fits', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  cache.set('b'.repeat(11), 2);
  expect([cache.get('aaaa'), cache.get('b'.repeat(11))]).toEqual([1, undefined]);
});

test('counts a document once that is set again', () => {
  const cache = createDocumentCache<number>(10);
  cache.set('aaaa', 1);
  for (let value = 0; value < 5; value += 1) cache.set('bbbb', value);
  expect([cache.get('aaaa'), cache.get('bbbb')]).toEqual([1, 4]);
});
