import { expect, test } from 'vitest';
import { createConcurrencyLimits } from '../../src/governor/concurrency-limits.ts';

function setUp() {
  let time = 0;
  const limits = createConcurrencyLimits({
    maxConcurrency: new Map([['create', 10]]),
    defaultConcurrency: 80,
    now: () => time,
    random: () => 1,
  });
  const acquireAll = (operation: string) => {
    let count = 0;
    for (; limits.hasRoom(operation); count += 1) limits.acquire(operation);
    return count;
  };
  return {
    limits,
    /** Starts as many calls as may start. */
    acquireAll,
    advance(ms: number) {
      time += ms;
    },
    reject(operation: string, count: number, sentAt = time, resetMs = 0) {
      time += 1;
      for (let index = 0; index < count; index += 1) {
        limits.release(operation, false);
        limits.reduce(operation, sentAt, resetMs);
      }
    },
    accept(operation: string, count: number) {
      for (let index = 0; index < count; index += 1) limits.release(operation, true);
    },
  };
}

test('an operation has at most the documented number of calls in flight', () => {
  const { limits, acquireAll } = setUp();
  expect(acquireAll('create')).toBe(10);
  expect(acquireAll('other')).toBe(80);
  expect(limits.inFlight()).toBe(90);
});

test('after a rejection as many calls are in flight as the store accepted', () => {
  const { acquireAll, reject, accept, advance, limits } = setUp();
  acquireAll('create');
  reject('create', 7);
  expect(limits.nextPauseEndMs()).toBe(250);
  accept('create', 3);
  expect(acquireAll('create')).toBe(0);
  advance(250);
  expect(limits.nextPauseEndMs()).toBe(0);
  expect(acquireAll('create')).toBe(3);
});

test('if the store accepts none, half as many are in flight', () => {
  const { acquireAll, reject, advance } = setUp();
  acquireAll('create');
  reject('create', 10);
  advance(250);
  expect(acquireAll('create')).toBe(5);
  reject('create', 5);
  // The pause doubles with each round, not with each call.
  advance(499);
  expect(acquireAll('create')).toBe(0);
  advance(1);
  expect(acquireAll('create')).toBe(2);
});

test('one call is always allowed', () => {
  const { acquireAll, reject, advance } = setUp();
  acquireAll('create');
  reject('create', 10);
  for (let round = 0; round < 10; round += 1) {
    advance(30_000);
    reject('create', acquireAll('create'));
  }
  advance(30_000);
  expect(acquireAll('create')).toBe(1);
});

test('a reduced limit stays for ten seconds, then grows by one per round of successes', () => {
  const { acquireAll, reject, accept, advance } = setUp();
  acquireAll('create');
  reject('create', 7);
  accept('create', 3);
  advance(5_000);
  for (let round = 0; round < 5; round += 1) accept('create', acquireAll('create'));
  expect(acquireAll('create')).toBe(3);
  advance(6_000);
  accept('create', 3);
  const sizes: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    sizes.push(acquireAll('create'));
    accept('create', sizes.at(-1) ?? 0);
  }
  expect(sizes[0]).toBeLessThanOrEqual(4);
  expect(sizes.at(-1)).toBe(10);
});

test('operations do not affect each other', () => {
  const { acquireAll, reject } = setUp();
  acquireAll('create');
  reject('create', 10);
  expect(acquireAll('other')).toBe(80);
});

test('no pause exceeds the reset that the store states', () => {
  const { limits, acquireAll, reject, advance } = setUp();
  const pauses = Array.from({ length: 4 }, () => {
    reject('create', acquireAll('create'), undefined, 600);
    const pauseMs = limits.pauseMs('create');
    advance(pauseMs);
    return pauseMs;
  });
  expect(pauses).toEqual([250, 500, 600, 600]);
});
