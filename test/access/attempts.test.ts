import { expect, test } from 'vitest';
import { type AttemptsOptions, createAttempts } from '../../src/access/attempts.ts';

function attemptsWith(options: Partial<AttemptsOptions> = {}) {
  let time = 0;
  const attempts = createAttempts({ free: 2, now: () => time, ...options });
  return {
    ...attempts,
    fail(what: string, times = 1) {
      for (let i = 0; i < times; i += 1) attempts.failed(what);
    },
    pass(ms: number) {
      time += ms;
    },
  };
}

test('the first failures cost nothing, each further one twice as long as the last, to a limit', () => {
  const { fail, wait } = attemptsWith({ longestMs: 6_000 });
  const waits = Array.from({ length: 7 }, () => {
    fail('a');
    return wait('a');
  });
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 6_000, 6_000]);
  expect(wait('b')).toBe(0);
});

test('waiting is over when it is over', () => {
  const { fail, wait, pass } = attemptsWith();
  fail('a', 3);
  pass(999);
  expect(wait('a')).toBe(1);
  pass(1);
  expect(wait('a')).toBe(0);
  fail('a');
  expect(wait('a')).toBe(2_000);
});

test('failures are forgotten after a success, and some time after the last one', () => {
  const { fail, succeeded, wait, pass } = attemptsWith({ forgottenMs: 10_000 });
  fail('a', 4);
  succeeded('a');
  fail('a', 2);
  expect(wait('a')).toBe(0);
  pass(10_000);
  fail('a', 2);
  expect(wait('a')).toBe(0);
});

test('what was made up by the thousand does not make it grow, and puts the oldest out', () => {
  const { fail, wait } = attemptsWith({ places: 3 });
  fail('a', 3);
  fail('b', 3);
  fail('a');
  for (const what of ['c', 'd']) fail(what);
  expect([wait('a'), wait('b')]).toEqual([2_000, 0]);
});
