import { expect, test } from 'vitest';
import { createSignInThrottle } from '../../../src/access/throttle/sign-in-throttle.ts';
import { GatewayError } from '../../../src/errors.ts';

function setUp() {
  let time = 0;
  const throttle = createSignInThrottle({ now: () => time });
  return {
    /** An attempt that fails. Returns the milliseconds to wait; 0 if it was allowed. */
    fail(email: string, address: string | null = null): number {
      try {
        throttle.attempt(email, address);
        return 0;
      } catch (error) {
        if (error instanceof GatewayError) return error.details.retryAfterMs ?? 0;
        throw error;
      }
    },
    attempt: throttle.attempt,
    advance(ms: number) {
      time += ms;
    },
  };
}

test('one account has five failures without a wait, from any address, and one more each minute', () => {
  const { fail, advance } = setUp();
  for (let i = 0; i < 5; i += 1) expect(fail('ana@example.org', `192.0.2.${i}`)).toBe(0);
  expect(fail(' ANA@example.org', '192.0.2.9')).toBe(60_000);
  expect(fail('ben@example.org', '192.0.2.9')).toBe(0);
  advance(60_000);
  expect(fail('ana@example.org')).toBe(0);
  expect(fail('ana@example.org')).toBe(60_000);
});

test('one address has 20 failures without a wait, over all accounts, and two more each minute', () => {
  const { fail, advance } = setUp();
  for (let i = 0; i < 20; i += 1) expect(fail(`${i}@example.org`, '192.0.2.1')).toBe(0);
  expect(fail('another@example.org', '192.0.2.1')).toBe(30_000);
  expect(fail('another@example.org', '192.0.2.2')).toBe(0);
  advance(30_000);
  expect(fail('one-more@example.org', '192.0.2.1')).toBe(0);
});

test('in all there are 200 failures without a wait', () => {
  const { fail, advance } = setUp();
  for (let i = 0; i < 200; i += 1) expect(fail(`${i}@example.org`, `198.51.100.${i}`)).toBe(0);
  expect(fail('another@example.org', '192.0.2.2')).toBe(2_000);
  advance(2_000);
  expect(fail('another@example.org', '192.0.2.2')).toBe(0);
});

test('a refused attempt does not lengthen the wait', () => {
  const { fail } = setUp();
  for (let i = 0; i < 5; i += 1) fail('ana@example.org');
  expect([fail('ana@example.org'), fail('ana@example.org')]).toEqual([60_000, 60_000]);
});

test('a success forgets the failures of the account, and not those of the address', () => {
  const { fail, attempt } = setUp();
  for (let i = 0; i < 4; i += 1) fail('ana@example.org', '192.0.2.1');
  attempt('ana@example.org', '192.0.2.1').succeed();
  for (let i = 0; i < 5; i += 1) expect(fail('ana@example.org')).toBe(0);
  for (let i = 0; i < 16; i += 1) expect(fail(`${i}@example.org`, '192.0.2.1')).toBe(0);
  expect(fail('ben@example.org', '192.0.2.1')).toBeGreaterThan(0);
});

test('attempts in flight count, and those that showed nothing do not', () => {
  const { fail, attempt } = setUp();
  const running = Array.from({ length: 5 }, () => attempt('ana@example.org', '192.0.2.1'));
  expect(fail('ana@example.org')).toBe(60_000);
  for (const each of running) each.cancel();
  for (let i = 0; i < 5; i += 1) expect(fail('ana@example.org')).toBe(0);
});
