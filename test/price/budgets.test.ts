import { expect, test } from 'vitest';
import { createBudgets } from '../../src/price/budgets.ts';

function budgets() {
  let time = 0;
  return {
    ...createBudgets(() => time),
    pass(ms: number): void {
      time += ms;
    },
  };
}

test('a caller has a minute of calls, and gets them back over a minute', () => {
  const { charge, pass } = budgets();
  expect(charge('shop', 60, 60)).toBeNull();
  expect(charge('shop', 60, 1)).toBe(1_000);
  pass(1_000);
  expect(charge('shop', 60, 1)).toBeNull();
  expect(charge('shop', 60, 30)).toBe(30_000);
});

test('nothing is taken from who is refused', () => {
  const { charge } = budgets();
  expect(charge('shop', 10, 8)).toBeNull();
  expect(charge('shop', 10, 3)).not.toBeNull();
  expect(charge('shop', 10, 2)).toBeNull();
});

test('what is dearer than the whole budget never fits', () => {
  expect(budgets().charge('shop', 10, 11)).toBe(Number.POSITIVE_INFINITY);
});

test('what an operation did not need is given back, and no more than there was', () => {
  const { charge, refund } = budgets();
  charge('shop', 10, 10);
  refund('shop', 10, 7);
  expect(charge('shop', 10, 7)).toBeNull();
  refund('shop', 10, 100);
  expect(charge('shop', 10, 11)).toBe(Number.POSITIVE_INFINITY);
});

test("callers do not pay out of each other's budgets", () => {
  const { charge } = budgets();
  expect(charge('one', 10, 10)).toBeNull();
  expect(charge('other', 10, 10)).toBeNull();
});
