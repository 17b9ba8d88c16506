import { expect, test } from 'vitest';
import { type AttemptsOptions, createAttempts } from '../../src/access/attempts.ts';

function attemptsWith(options: Partial<AttemptsOptions> = {}) {
  let time = 0;
  const attempts = createAttempts({ free: 2, now: () => time, ...options });
  return {
    ...attempts,
    fail(key: string, times = 1) {
      for (let i = 0; i < times; i += 1) attempts.failed(key);
    },
    advance(ms: number) {
      time += ms;
    },
  };
}

test('the first failures have no delay, each further one doubles it, up to the maximum', () => {
  const { fail, wait } = attemptsWith({ longestMs: 6_000 });
  const waits = Array.from({ length: 7 }, () => {
    fail('a');
    return wait('a');
  });
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 6_000, 6_000]);
  expect(wait('b')).toBe(0);
});

test('the delay ends after its time, and the next failure doubles it', () => {
  const { fail, wait, advance } = attemptsWith();
  fail('a', 3);
  advance(999);
  expect(wait('a')).toBe(1);
  advance(1);
  expect(wait('a')).toBe(0);
  fail('a');
  expect(wait('a')).toBe(2_000);
});

test('failures are forgotten after a success, and when the TTL after the last one is over', () => {
  const { fail, succeeded, wait, advance } = attemptsWith({ forgottenMs: 10_000 });
  fail('a', 4);
  succeeded('a');
  fail('a', 2);
  expect(wait('a')).toBe(0);
  advance(10_000);
  fail('a', 2);
  expect(wait('a')).toBe(0);
});

test('the table has a maximum size, and the key whose last failure is oldest is evicted', () => {
  const { fail, wait } = attemptsWith({ places: 3 });
  fail('a', 3);
  fail('b', 3);
  fail('a');
  for (const key of ['c', 'd']) fail(key);
  expect([wait('a'), wait('b')]).toEqual([2_000, 0]);
});
