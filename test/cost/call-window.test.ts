import { expect, test } from 'vitest';
import { createCallWindow } from '../../src/cost/call-window.ts';

test('no stretch of a window contains more calls than the limit, and all of them can be used', () => {
  let time = 0;
  const window = createCallWindow(() => time);
  const made: number[] = [];
  for (; time < 300_000; time += 100) {
    const reserved = window.reserve(2, 15, 30_000);
    if (typeof reserved === 'number') continue;
    made.push(time, time);
    reserved.settle(2);
  }
  for (const start of made) {
    const inWindow = made.filter((at) => at >= start && at < start + 30_000);
    expect(inWindow.length).toBeLessThanOrEqual(15);
  }
  expect(made.length).toBeGreaterThanOrEqual(10 * 14);
});

test('calls that were not made are free again, and further ones count', () => {
  let time = 0;
  const window = createCallWindow(() => time);
  const first = window.reserve(10, 15, 30_000);
  expect(window.reserve(6, 15, 30_000)).toEqual(expect.any(Number));
  if (typeof first !== 'number') first.settle(1);
  const second = window.reserve(6, 15, 30_000);
  if (typeof second !== 'number') second.settle(14);
  expect(window.reserve(1, 15, 30_000)).toBe(30_000);
  time = 30_000;
  expect(window.reserve(15, 15, 30_000)).toEqual({ settle: expect.any(Function) });
});

test('an operation that is never settled blocks nothing for long, and one beyond the limit never starts', () => {
  let time = 0;
  const window = createCallWindow(() => time);
  window.reserve(15, 15, 30_000);
  time = 90_000;
  expect(window.reserve(15, 15, 30_000)).toEqual({ settle: expect.any(Function) });
  expect(window.reserve(16, 15, 30_000)).toBe(Number.POSITIVE_INFINITY);
});
