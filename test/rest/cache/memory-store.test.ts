import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/rest/cache/memory-store.ts';
import type { CacheEntry, CacheStore } from '../../../src/rest/cache/store.ts';

const KEEP_MS = 60_000;

/** Bytes of the heap that are in use after a collection. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

function setUp({ maxBytes = 1_000_000 } = {}) {
  const clock = { ms: 1_000_000 };
  const store = createMemoryStore({ maxBytes, keepMs: KEEP_MS, now: () => clock.ms });
  return { clock, store };
}

async function one(store: CacheStore, key: string): Promise<CacheEntry | null | undefined> {
  return (await store.getMany([key]))[0];
}

/** A read that takes no time. */
function fill(store: CacheStore, key: string, value: unknown, tags: readonly string[], readAt: number) {
  return store.setMany([{ key, value, tags }], { readAt, version: store.version() });
}

describe('the store in memory', () => {
  it('returns entries in the order of their keys, and null for a key that is missing', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', { id: 1 }, [], clock.ms);
    expect(await store.getMany(['b', 'a'])).toEqual([null, { value: { id: 1 }, readAt: clock.ms }]);
  });

  it('gives each look-up a copy of its own', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', { id: 1 }, [], clock.ms);
    const first = (await one(store, 'a'))?.value as { id: number };
    first.id = 2;
    expect((await one(store, 'a'))?.value).toEqual({ id: 1 });
  });

  it('returns no entry of which a tag was invalidated', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', 1, ['x', 'y'], clock.ms);
    await fill(store, 'b', 1, ['x'], clock.ms);
    await store.invalidate(['y']);
    expect(await one(store, 'a')).toBeNull();
    expect(await one(store, 'b')).not.toBeNull();
  });

  it('drops what a read found that began before an invalidation', async () => {
    const { store, clock } = setUp();
    const version = store.version();
    await store.invalidate(['x']);
    await store.setMany([{ key: 'a', value: 1, tags: ['x'] }], { readAt: clock.ms, version });
    expect(await one(store, 'a')).toBeNull();
  });

  it('drops what a read found that began during a hold', async () => {
    const { store, clock } = setUp();
    await store.invalidate(['x'], 5_000);
    await store.invalidate(['x']);
    clock.ms += 4_999;
    await fill(store, 'a', 1, ['x'], clock.ms);
    expect(await one(store, 'a')).toBeNull();
    clock.ms += 1;
    await fill(store, 'a', 1, ['x'], clock.ms);
    expect(await one(store, 'a')).not.toBeNull();
  });

  it('keeps the value of the later of two reads', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', 'late', [], clock.ms);
    await fill(store, 'a', 'early', [], clock.ms - 1);
    expect((await one(store, 'a'))?.value).toBe('late');
  });

  it('returns no entry that is older than it keeps them', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', 1, [], clock.ms);
    clock.ms += KEEP_MS + 1;
    expect(await one(store, 'a')).toBeNull();
  });

  it('stays within its size, and drops what was used least recently', async () => {
    const { store, clock } = setUp({ maxBytes: 100_000 });
    await fill(store, 'first', 'x'.repeat(100), [], clock.ms);
    for (let i = 0; i < 1_000; i += 1) {
      await fill(store, `key ${i}`, 'x'.repeat(100), [`customer/${i}`], clock.ms);
      await one(store, 'first');
    }
    expect(store.size().bytes).toBeLessThanOrEqual(100_000);
    expect(store.size().entries).toBeGreaterThan(50);
    expect(await one(store, 'first')).not.toBeNull();
    expect(await one(store, 'key 1')).toBeNull();
  });

  it('reads 1,000,000 customers through 64 MB', { timeout: 300_000 }, async () => {
    const { store, clock } = setUp({ maxBytes: 64_000_000 });
    const before = usedHeap();
    for (let id = 1; id <= 1_000_000; id += 1) {
      const record = { id, first_name: 'Grüße', email: `customer-${id}@example.org`, notes: 'x'.repeat(200) };
      const tags = [`customer/${id}`, 'customer/*'];
      store.setMany([{ key: `record/customers/${id}`, value: record, tags }], {
        ...{ readAt: clock.ms, version: store.version() },
      });
    }
    expect(store.size().bytes).toBeLessThanOrEqual(64_000_000);
    expect(store.size().entries).toBeGreaterThan(30_000);
    // What the entries are said to take is not less than what they take.
    expect(usedHeap() - before).toBeLessThan(64_000_000);
    expect(await one(store, 'record/customers/1000000')).not.toBeNull();
  });

  it('uses no entry that an invalidation concerns, even if that is forgotten', async () => {
    const { store, clock } = setUp();
    await fill(store, 'a', 1, ['x'], clock.ms);
    const version = store.version();
    await store.invalidate(['x'], 1_000);
    for (let i = 0; i < 100_001; i += 1) store.invalidate([`customer/${i}`]);
    await store.setMany([{ key: 'b', value: 1, tags: ['x'] }], { readAt: clock.ms, version });
    // Within the hold.
    await fill(store, 'c', 1, ['x'], clock.ms);
    expect(await store.getMany(['a', 'b', 'c'])).toEqual([null, null, null]);
    clock.ms += 1_000;
    await fill(store, 'd', 1, ['x'], clock.ms);
    expect(await one(store, 'd')).not.toBeNull();
  });

  it('calls its listeners at each invalidation', async () => {
    const { store } = setUp();
    let calls = 0;
    store.onInvalidation(() => {
      calls += 1;
    });
    await store.invalidate(['x']);
    await store.invalidate([]);
    expect(calls).toBe(2);
  });
});
