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
  expect(charge('shop', 60, 60)).toBeNull();
  expect(charge('shop', 60, 1)).toBe(1_000);
  pass(1_000);
  expect(charge('shop', 60, 1)).toBeNull();
  expect(charge('shop', 60, 30)).toBe(30_000);
});

test('a rejected charge takes nothing from the budget', () => {
  const { charge } = budgets();
  expect(charge('shop', 10, 8)).toBeNull();
  expect(charge('shop', 10, 3)).not.toBeNull();
  expect(charge('shop', 10, 2)).toBeNull();
});

test('a cost above the whole budget is never affordable', () => {
  expect(budgets().charge('shop', 10, 11)).toBe(Number.POSITIVE_INFINITY);
});

test('calls that were charged and not made are returned', () => {
  const { charge, settle } = budgets();
  charge('shop', 10, 10);
  settle('shop', 10, 10, 3);
  expect(charge('shop', 10, 7)).toBeNull();
});

test('calls that were made in addition to those charged are taken from the budget', () => {
  const { charge, settle, pass } = budgets();
  charge('shop', 60, 50);
  settle('shop', 60, 50, 80);
  expect(charge('shop', 60, 1)).toBe(21_000);
  pass(21_000);
  expect(charge('shop', 60, 1)).toBeNull();
});

test('a settlement never fills the budget beyond its size', () => {
  const { charge, settle } = budgets();
  settle('shop', 10, 100, 0);
  expect(charge('shop', 10, 11)).toBe(Number.POSITIVE_INFINITY);
});

test('each caller has its own budget', () => {
  const { charge } = budgets();
  expect(charge('one', 10, 10)).toBeNull();
  expect(charge('other', 10, 10)).toBeNull();
});

test('a caller that is in debt is not forgotten, however many others there are', () => {
  const { charge, settle, pass } = budgets();
  charge('shop', 60, 60);
  settle('shop', 60, 60, 180);
  pass(90_000);
  for (let count = 0; count < 20_000; count += 1) charge(`caller ${count}`, 10, 1);
  expect(charge('shop', 60, 1)).toBe(31_000);
});
