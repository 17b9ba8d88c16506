import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/access/caller.ts';
import { createPasswordThrottle } from '../../../src/access/throttle/password-throttle.ts';

const SHOP = { ...ANONYMOUS, name: 'shop' };
const APP = { ...ANONYMOUS, name: 'app' };

function setup() {
  let time = 0;
  let checks = 0;
  const { check } = createPasswordThrottle({ now: () => time });
  return {
    checks: () => checks,
    advance(ms: number) {
      time += ms;
    },
    /** Resolves to whether the password was right, or to the code and the details of the error. */
    async try(password: string, email = 'ana@example.com', caller = SHOP): Promise<unknown> {
      try {
        const { isValid } = await check(caller, email, async () => {
          checks += 1;
          if (password === 'down') throw new Error('the store is down');
          return { isValid: password === 'right' };
        });
        return isValid;
      } catch (error) {
        const { code, message, details } = error as { code?: string; message: string; details?: object };
        return code === undefined ? message : [code, details];
      }
    },
  };
}

const TOO_MANY = ['TOO_MANY_ATTEMPTS', { retryAfterMs: 1_000 }];

test('after too many wrong passwords of a customer no further one is checked until the delay is over', async () => {
  const { try: attempt, checks, advance } = setup();
  for (let i = 0; i < 6; i += 1) expect(await attempt('wrong')).toBe(false);
  expect(await attempt('right')).toEqual(TOO_MANY);
  expect(await attempt('right', ' ANA@example.com')).toEqual(TOO_MANY);
  expect(checks()).toBe(6);
  expect(await attempt('right', 'ben@example.com')).toBe(true);
  expect(await attempt('right', 'ana@example.com', APP)).toBe(true);
  advance(1_000);
  expect(await attempt('right')).toBe(true);
  expect(await attempt('wrong')).toBe(false);
});

test('a hundred concurrent checks count as a hundred attempts', async () => {
  const { try: attempt, checks } = setup();
  const tries = await Promise.all(Array.from({ length: 100 }, () => attempt('wrong')));
  expect(tries.filter((each) => each === false)).toHaveLength(6);
  expect(checks()).toBe(6);
});

test('a caller with many wrong passwords in a row is throttled until one is right', async () => {
  const { try: attempt, advance } = setup();
  for (let i = 0; i < 101; i += 1) expect(await attempt('wrong', `${i}@example.com`)).toBe(false);
  expect(await attempt('right', 'ana@example.com')).toEqual(TOO_MANY);
  expect(await attempt('right', 'ana@example.com', APP)).toBe(true);
  advance(1_000);
  expect(await attempt('right', 'ana@example.com')).toBe(true);
  expect(await attempt('wrong', '200@example.com')).toBe(false);
  expect(await attempt('wrong', '201@example.com')).toBe(false);
});

test('an error of the store does not count as a wrong password', async () => {
  const { try: attempt } = setup();
  for (let i = 0; i < 10; i += 1) expect(await attempt('down')).toBe('the store is down');
  expect(await attempt('right')).toBe(true);
});
