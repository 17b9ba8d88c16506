import { expect, test } from 'vitest';
import {
  createFailedAttempts,
  type FailedAttemptsOptions,
} from '../../../src/access/throttle/failed-attempts.ts';

function setup(options: Partial<FailedAttemptsOptions> = {}) {
  let time = 0;
  const attempts = createFailedAttempts({ freeAttempts: 2, now: () => time, ...options });
  return {
    ...attempts,
    fail(key: string, times = 1) {
      for (let i = 0; i < times; i += 1) attempts.recordFailure(key);
    },
    advance(ms: number) {
      time += ms;
    },
  };
}

test('the first failures have no delay, each further one doubles it, up to the maximum', () => {
  const { fail, delayMs } = setup({ maxDelayMs: 6_000 });
  const waits = Array.from({ length: 7 }, () => {
    fail('a');
    return delayMs('a');
  });
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 6_000, 6_000]);
  expect(delayMs('b')).toBe(0);
});

test('the delay ends after its time, and the next failure doubles it', () => {
  const { fail, delayMs, advance } = setup();
  fail('a', 3);
  advance(999);
  expect(delayMs('a')).toBe(1);
  advance(1);
  expect(delayMs('a')).toBe(0);
  fail('a');
  expect(delayMs('a')).toBe(2_000);
});

test('failures are forgotten after a success, and when the TTL after the last one is over', () => {
  const { fail, reset, delayMs, advance } = setup({ ttlMs: 10_000 });
  fail('a', 4);
  reset('a');
  fail('a', 2);
  expect(delayMs('a')).toBe(0);
  advance(10_000);
  fail('a', 2);
  expect(delayMs('a')).toBe(0);
});

test('the table has a maximum size, and the key whose last failure is oldest is evicted', () => {
  const { fail, delayMs } = setup({ maxEntries: 3 });
  fail('a', 3);
  fail('b', 3);
  fail('a');
  for (const key of ['c', 'd']) fail(key);
  expect([delayMs('a'), delayMs('b')]).toEqual([2_000, 0]);
});
