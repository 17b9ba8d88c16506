import { expect, test } from 'vitest';
import { createWindowCounter } from '../../../src/governor/quota/window-counter.ts';

function setUp(kind: 'fixed' | 'sliding') {
  let time = 0;
  let windowNumber = 0;
  const tracker = { windowKind: () => kind, windowMs: () => 1_000, windowNumber: () => windowNumber };
  const counter = createWindowCounter(tracker, () => time);
  const count = counter.create();
  for (let index = 0; index < 100; index += 1) counter.increment(count);
  return {
    read: () => counter.read(count),
    advance(ms: number) {
      time += ms;
    },
    startWindow() {
      windowNumber += 1;
    },
  };
}

test('a new fixed window starts at 0', () => {
  const { read, advance, startWindow } = setUp('fixed');
  advance(900);
  expect(read()).toBe(100);
  startWindow();
  expect(read()).toBe(0);
});

test('in a sliding window the count decays', () => {
  const { read, advance, startWindow } = setUp('sliding');
  startWindow();
  expect(read()).toBe(100);
  advance(1_000);
  expect(read()).toBeCloseTo(36.8, 1);
});
