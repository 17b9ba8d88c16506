import { expect, test } from 'vitest';
import { createDecayingCounter } from '../../../src/governor/quota/decaying-counter.ts';

test('a steady rate reads as the number of events per period', () => {
  let time = 0;
  const counter = createDecayingCounter(
    () => time,
    () => 1_000,
  );
  for (; time < 20_000; time += 100) counter.increment();
  expect(counter.read()).toBeGreaterThan(9);
  expect(counter.read()).toBeLessThan(11);
});

test('after one period 37 % is left, and nothing after a reset', () => {
  let time = 0;
  const counter = createDecayingCounter(
    () => time,
    () => 1_000,
  );
  for (let count = 0; count < 100; count += 1) counter.increment();
  time = 1_000;
  expect(counter.read()).toBeCloseTo(36.8, 1);
  counter.reset();
  expect(counter.read()).toBe(0);
});
