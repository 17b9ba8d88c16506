import { expect, test } from 'vitest';
import { createMemoryExpiringStore } from '../../src/access/expiring-store.ts';

function setUp(maxEntries?: number) {
  const clock = { ms: 0 };
  const store = createMemoryExpiringStore({ now: () => clock.ms, ...(maxEntries && { maxEntries }) });
  return { clock, store };
}

test('a name is remembered until it expires', async () => {
  const { clock, store } = setUp();
  await store.add('a', 100);
  clock.ms = 99;
  expect(await store.has('a')).toBe(true);
  clock.ms = 100;
  expect(await store.has('a')).toBe(false);
});

test('a counter ends as long after its first use as it says', async () => {
  const { clock, store } = setUp();
  expect(await store.count('a', 100)).toBe(1);
  clock.ms = 99;
  expect(await store.count('a', 100)).toBe(2);
  clock.ms = 100;
  expect(await store.count('a', 100)).toBe(1);
});

test('what has expired is dropped before what was added first', async () => {
  const { clock, store } = setUp(2);
  await store.add('a', 1_000);
  await store.add('b', 10);
  clock.ms = 20;
  await store.add('c', 1_000);
  expect(await store.has('a')).toBe(true);
  await store.add('d', 1_000);
  expect(await Promise.all(['a', 'c', 'd'].map((name) => store.has(name)))).toEqual([false, true, true]);
});
