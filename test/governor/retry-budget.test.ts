import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createRetryBudget } from '../../src/governor/retry-budget.ts';

const budget = (ratio = 0.1) => createRetryBudget({ ratio, random: () => 0.999 });

describe('the budget', () => {
  test('starts with one retry and earns one per ten calls', () => {
    const retries = budget();
    expect([retries.withdraw(), retries.withdraw()]).toEqual([true, false]);
    for (let call = 0; call < 11; call += 1) retries.deposit();
    expect([retries.withdraw(), retries.withdraw()]).toEqual([true, false]);
  });

  test('saves at most ten retries', () => {
    const retries = budget();
    for (let call = 0; call < 1_000; call += 1) retries.deposit();
    let count = 0;
    while (retries.withdraw()) count += 1;
    expect(count).toBe(10);
  });

  test('of 0 allows no retry', () => {
    const retries = budget(0);
    for (let call = 0; call < 1_000; call += 1) retries.deposit();
    expect(retries.withdraw()).toBe(false);
  });
});

describe('the delay before a retry', () => {
  const failure = () => new GatewayError('UPSTREAM_UNAVAILABLE', 'no');

  test('doubles with each attempt, and there are at most two retries', () => {
    const delays = [1, 2, 3].map((attempt) => budget().delayMs(failure(), attempt));
    expect(delays[0]).toBeCloseTo(200, 0);
    expect(delays[1]).toBeCloseTo(400, 0);
    expect(delays[2]).toBeNull();
  });

  test('does not exist for a failure that is not transient', () => {
    expect(budget().delayMs(new Error('bug'), 1)).toBeNull();
  });
});
