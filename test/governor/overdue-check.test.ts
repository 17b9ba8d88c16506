import { expect, test } from 'vitest';
import { createCallQueue } from '../../src/governor/call-queue.ts';
import { createOverdueCheck } from '../../src/governor/overdue-check.ts';
import { queuedCall } from '../support/queued-call.ts';

function setUp(waitMs = 0) {
  let time = 0;
  const queue = createCallQueue();
  const check = createOverdueCheck(
    queue,
    (_lane, ahead) => waitMs * ahead,
    () => time,
  );
  return {
    check,
    push(deadlineAt: number) {
      const call = queuedCall({ deadlineAt });
      queue.push(call);
      check.note(deadlineAt);
      return call;
    },
    remove: queue.remove,
    at(moment: number) {
      time = moment;
    },
    overdue: () => check.run().map(([{ deadlineAt }]) => deadlineAt),
  };
}

test('a call is overdue when its deadline has passed', () => {
  const { push, at, overdue, remove } = setUp();
  const call = push(500);
  push(5_000);
  expect(overdue()).toEqual([]);
  at(499);
  expect(overdue()).toEqual([]);
  at(500);
  expect(overdue()).toEqual([500]);
  remove(call);
  at(4_999);
  expect(overdue()).toEqual([]);
});

test('a call is overdue when the calls ahead take longer than it has time', () => {
  const { push, overdue } = setUp(1_000);
  for (const deadlineAt of [100, 900, 5_000, 3_000]) push(deadlineAt);
  expect(overdue()).toEqual([900, 3_000]);
});

test('waits are estimated once per second, or when the quota is used up', () => {
  const { check, push, at, overdue } = setUp(1_000);
  push(60_000);
  overdue();
  expect(check.dueAt()).toBe(1_000);
  at(100);
  check.hasten();
  expect(check.dueAt()).toBe(100);
});

test('deadlines that pass one after the other cause at most one check per 20 ms', () => {
  const { check, push, at, overdue } = setUp();
  for (let deadlineAt = 1; deadlineAt < 100; deadlineAt += 1) push(deadlineAt);
  at(50);
  expect(overdue()).toHaveLength(50);
  expect(check.dueAt()).toBe(70);
});

test('without deadlines there is nothing to check', () => {
  const { check, push, at, overdue } = setUp(1_000);
  push(Number.POSITIVE_INFINITY);
  at(10_000);
  expect(overdue()).toEqual([]);
  expect(check.dueAt()).toBe(Number.POSITIVE_INFINITY);
});
