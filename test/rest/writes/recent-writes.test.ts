import { describe, expect, test } from 'vitest';
import { createRecentWrites } from '../../../src/rest/writes/recent-writes.ts';

function createMemory(maxEntries?: number) {
  let time = 0;
  const recent = createRecentWrites({ now: () => time, ...(maxEntries !== undefined && { maxEntries }) });
  function pass(ms: number): void {
    time += ms;
  }
  return { recent, pass };
}

const DATE = new Date('2026-01-02T03:04:05Z');
const written = { updatedAt: DATE, isDeleted: false };

describe('a watched record', () => {
  test('is superseded by a later acknowledged write of one of its keys, but not by its own', () => {
    const { recent } = createMemory();
    const one = recent.watch(['a', 'b']);
    const other = recent.watch(['b']);
    one.acknowledge(written);
    expect(one.isSuperseded()).toBe(false);
    expect(other.isSuperseded()).toBe(true);
    other.acknowledge(written);
    expect(one.isSuperseded()).toBe(true);
  });

  test('is not superseded by a write that was acknowledged before', () => {
    const { recent } = createMemory();
    recent.watch(['a']).acknowledge(written);
    expect(recent.watch(['a']).isSuperseded()).toBe(false);
  });

  test('is known by the date of its last acknowledged write, and how long ago that was', () => {
    const { recent, pass } = createMemory();
    recent.watch(['a']).acknowledge({ ...written, key: 'thing 7' });
    pass(1_500);
    expect(recent.watch(['thing 7']).msSince(DATE)).toBe(1_500);
    expect(recent.watch(['a']).msSince(new Date(DATE.getTime() + 1_000))).toBeNull();
    expect(recent.watch(['b']).msSince(DATE)).toBeNull();
  });

  test('is there if its last acknowledged write did not delete it', () => {
    const { recent } = createMemory();
    expect(recent.isThere('a')).toBe(false);
    recent.watch(['a']).acknowledge(written);
    expect(recent.isThere('a')).toBe(true);
    recent.watch(['a']).acknowledge({ updatedAt: null, isDeleted: true });
    expect(recent.isThere('a')).toBe(false);
  });
});

test('the records that were used last are remembered, and all that are watched', () => {
  const { recent } = createMemory(2);
  const watched = recent.watch(['watched']);
  for (const key of ['a', 'b', 'c']) {
    const watch = recent.watch([key]);
    watch.acknowledge(written);
    watch.end();
  }
  expect(['a', 'b', 'c'].map(recent.isThere)).toEqual([false, false, true]);
  recent.watch(['watched']).acknowledge(written);
  expect(watched.isSuperseded()).toBe(true);
});

describe('the highest id', () => {
  test('is learned once, also by those who ask at the same time', async () => {
    const { recent } = createMemory();
    let reads = 0;
    const read = async () => {
      reads += 1;
      return 41;
    };
    expect(recent.highestId('address')).toBeNull();
    await Promise.all([recent.learnHighestId('address', read), recent.learnHighestId('address', read)]);
    await recent.learnHighestId('address', read);
    expect([recent.highestId('address'), reads]).toEqual([41, 1]);
    recent.noteId('address', 44);
    recent.noteId('address', 43);
    expect(recent.highestId('address')).toBe(44);
    expect(recent.highestId('customer')).toBeNull();
  });

  test('is not read if a created record has told it', async () => {
    const { recent } = createMemory();
    recent.noteId('address', 5);
    await recent.learnHighestId('address', () => Promise.reject(new Error('not read')));
    expect(recent.highestId('address')).toBe(5);
  });

  test('is read a second time if the read fails, and again by the next write if both fail', async () => {
    const { recent } = createMemory();
    let reads = 0;
    const failing = async () => {
      reads += 1;
      throw new Error('failed');
    };
    await recent.learnHighestId('address', failing);
    expect([reads, recent.highestId('address'), recent.idState('address')]).toEqual([2, null, 'unread']);
    await recent.learnHighestId('address', async () => 9);
    expect([recent.highestId('address'), recent.idState('address')]).toEqual([9, 'known']);
  });

  test('tells nothing once a new id was not above it', () => {
    const { recent } = createMemory();
    recent.noteId('address', 5);
    recent.distrustIds('address');
    recent.noteId('address', 6);
    expect(recent.highestId('address')).toBeNull();
    expect(recent.idState('address')).toBe('distrusted');
  });
});
