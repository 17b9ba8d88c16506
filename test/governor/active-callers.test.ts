import { expect, test } from 'vitest';
import { createActiveCallers } from '../../src/governor/active-callers.ts';

function setUp() {
  let time = 0;
  const callers = createActiveCallers(
    () => ({ calls: 0 }),
    () => time,
    () => 1_000,
  );
  return {
    callers,
    at(moment: number) {
      time = moment;
    },
  };
}

test('a caller keeps its data while it is active', () => {
  const { callers, at } = setUp();
  for (let time = 0; time <= 10_000; time += 700) {
    at(time);
    callers.get('one').calls += 1;
  }
  expect(callers.get('one').calls).toBe(15);
});

test('a caller is forgotten after two periods without a call', () => {
  const { callers, at } = setUp();
  callers.get('one').calls = 7;
  at(1_500);
  callers.get('two');
  expect(callers.count()).toBe(2);
  at(2_500);
  expect(callers.count()).toBe(1);
  expect(callers.get('one').calls).toBe(0);
});

test('after a long silence all callers are forgotten', () => {
  const { callers, at } = setUp();
  for (let count = 0; count < 1_000; count += 1) callers.get(`caller ${count}`);
  at(60_000);
  expect(callers.count()).toBe(0);
});
