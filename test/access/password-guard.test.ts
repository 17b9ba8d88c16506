import { expect, test } from 'vitest';
import { ANYONE } from '../../src/access/caller.ts';
import { createPasswordGuard } from '../../src/access/password-guard.ts';

const SHOP = { ...ANYONE, name: 'shop' };
const APP = { ...ANYONE, name: 'app' };

function guard() {
  let time = 0;
  let asked = 0;
  const { check } = createPasswordGuard({ now: () => time });
  return {
    asked: () => asked,
    pass(ms: number) {
      time += ms;
    },
    /** Whether the password was right, or the code of the refusal. */
    async try(password: string, email = 'ana@example.com', caller = SHOP): Promise<unknown> {
      try {
        const { isValid } = await check(caller, email, async () => {
          asked += 1;
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

const REFUSED = ['TOO_MANY_ATTEMPTS', { retryAfterMs: 1_000 }];

test('asks nobody about the password of a customer for whom it was wrong too often', async () => {
  const { try: attempt, asked, pass } = guard();
  for (let i = 0; i < 6; i += 1) expect(await attempt('wrong')).toBe(false);
  expect(await attempt('right')).toEqual(REFUSED);
  expect(await attempt('right', ' ANA@example.com')).toEqual(REFUSED);
  expect(asked()).toBe(6);
  expect(await attempt('right', 'ben@example.com')).toBe(true);
  expect(await attempt('right', 'ana@example.com', APP)).toBe(true);
  pass(1_000);
  expect(await attempt('right')).toBe(true);
  expect(await attempt('wrong')).toBe(false);
});

test('a hundred passwords at a time are not one attempt', async () => {
  const { try: attempt, asked } = guard();
  const tries = await Promise.all(Array.from({ length: 100 }, () => attempt('wrong')));
  expect(tries.filter((each) => each === false)).toHaveLength(6);
  expect(asked()).toBe(6);
});

test('slows down who tries one customer after the other, until one password is right', async () => {
  const { try: attempt, pass } = guard();
  for (let i = 0; i < 101; i += 1) expect(await attempt('wrong', `${i}@example.com`)).toBe(false);
  expect(await attempt('right', 'ana@example.com')).toEqual(REFUSED);
  expect(await attempt('right', 'ana@example.com', APP)).toBe(true);
  pass(1_000);
  expect(await attempt('right', 'ana@example.com')).toBe(true);
  expect(await attempt('wrong', '200@example.com')).toBe(false);
  expect(await attempt('wrong', '201@example.com')).toBe(false);
});

test('a store that is down tells nothing of a password', async () => {
  const { try: attempt } = guard();
  for (let i = 0; i < 10; i += 1) expect(await attempt('down')).toBe('the store is down');
  expect(await attempt('right')).toBe(true);
});
