import { expect, test } from 'vitest';
import { createCallerBudgets } from '../../src/cost/caller-budgets.ts';

function budgets() {
  let time = 0;
  return {
    ...createCallerBudgets(() => time),
    pass(ms: number): void {
      time += ms;
    },
  };
}

test('a budget holds one minute of calls and refills within a minute', () => {
  const { charge, pass } = budgets();
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 60)).toBeNull();
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 1)).toBe(1_000);
  pass(1_000);
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 1)).toBeNull();
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 30)).toBe(30_000);
});

test('a rejected charge takes nothing from the budget', () => {
  const { charge } = budgets();
  expect(charge({ account: 'shop', callsPerMinute: 10 }, 8)).toBeNull();
  expect(charge({ account: 'shop', callsPerMinute: 10 }, 3)).not.toBeNull();
  expect(charge({ account: 'shop', callsPerMinute: 10 }, 2)).toBeNull();
});

test('a cost above the whole budget is never affordable', () => {
  expect(budgets().charge({ account: 'shop', callsPerMinute: 10 }, 11)).toBe(Number.POSITIVE_INFINITY);
});

test('calls that were charged and not made are returned', () => {
  const { charge, settle } = budgets();
  charge({ account: 'shop', callsPerMinute: 10 }, 10);
  settle({ account: 'shop', callsPerMinute: 10 }, 10, 3);
  expect(charge({ account: 'shop', callsPerMinute: 10 }, 7)).toBeNull();
});

test('calls that were made in addition to those charged are taken from the budget', () => {
  const { charge, settle, pass } = budgets();
  charge({ account: 'shop', callsPerMinute: 60 }, 50);
  settle({ account: 'shop', callsPerMinute: 60 }, 50, 80);
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 1)).toBe(21_000);
  pass(21_000);
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 1)).toBeNull();
});

test('a settlement never fills the budget beyond its size', () => {
  const { charge, settle } = budgets();
  settle({ account: 'shop', callsPerMinute: 10 }, 100, 0);
  expect(charge({ account: 'shop', callsPerMinute: 10 }, 11)).toBe(Number.POSITIVE_INFINITY);
});

test('each caller has its own budget', () => {
  const { charge } = budgets();
  expect(charge({ account: 'one', callsPerMinute: 10 }, 10)).toBeNull();
  expect(charge({ account: 'other', callsPerMinute: 10 }, 10)).toBeNull();
});

test('a caller that is in debt is not forgotten, however many others there are', () => {
  const { charge, settle, pass } = budgets();
  charge({ account: 'shop', callsPerMinute: 60 }, 60);
  settle({ account: 'shop', callsPerMinute: 60 }, 60, 180);
  pass(90_000);
  for (let count = 0; count < 20_000; count += 1)
    charge({ account: `caller ${count}`, callsPerMinute: 10 }, 1);
  expect(charge({ account: 'shop', callsPerMinute: 60 }, 1)).toBe(31_000);
});

test('an account with a smaller capacity cannot be used up at once', () => {
  const { charge, settle, untilOpen, pass } = budgets();
  const group = { account: 'all', callsPerMinute: 60, capacity: 10 };
  for (let calls = 0; calls < 10; calls += 1) expect(charge(group, 1)).toBeNull();
  expect(charge(group, 1)).toBe(1_000);
  expect(charge(group, 11)).toBe(Number.POSITIVE_INFINITY);
  expect(untilOpen(group)).toBe(1_000);
  settle(group, 0, 5);
  expect(untilOpen(group)).toBe(6_000);
  // An operation without calls needs none.
  expect(charge(group, 0)).toBeNull();
  pass(60_000);
  expect(untilOpen(group)).toBe(0);
});
