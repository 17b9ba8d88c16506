import { expect, test } from 'vitest';
import { createTimeSlices } from '../../../src/server/limits/time-slices.ts';

/** Slices of 10 ms of a clock that only the work advances. */
function setup() {
  let time = 0;
  let turn = 0;
  const countTurns = () => {
    turn += 1;
    setImmediate(countTurns).unref();
  };
  setImmediate(countTurns).unref();
  const slices = createTimeSlices({ sliceMs: 10, now: () => time });
  return {
    slices,
    turn: () => turn,
    work(ms: number) {
      time += ms;
    },
  };
}

test('a slice is over when its time is used up, and the next turn has a new one', async () => {
  const { slices, work } = setup();
  const task = slices.createTask();
  const isOver = () => Array.from({ length: 8 }, () => task.isOver()).at(-1);
  expect(isOver()).toBe(false);
  work(9);
  expect(isOver()).toBe(false);
  work(1);
  expect(isOver()).toBe(true);
  await new Promise(setImmediate);
  expect(task.isOver()).toBe(false);
});

test('deferred work runs in order, as much as fits into each turn', async () => {
  const { slices, work, turn } = setup();
  const task = slices.createTask();
  const ran: [number, number][] = [];
  for (let i = 0; i < 6; i += 1) {
    task.defer(() => {
      ran.push([i, turn()]);
      work(4);
    });
  }
  await task.deferredWork();
  const first = ran[0]?.[1] ?? 0;
  expect(ran.map(([i, at]) => [i, at - first])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 1],
  ]);
});

test('tasks take turns, so a short one does not wait for a long one', async () => {
  const { slices, work } = setup();
  const long = slices.createTask();
  const short = slices.createTask();
  let done = 0;
  for (let i = 0; i < 1_000; i += 1) {
    long.defer(() => {
      done += 1;
      work(4);
    });
  }
  await short.nextSlice();
  expect(done).toBeLessThan(3);
  await long.deferredWork();
  expect(done).toBe(1_000);
});

test('work that a piece of work defers belongs to the deferred work', async () => {
  const task = createTimeSlices().createTask();
  expect(task.deferredWork()).toBeNull();
  let isDone = false;
  task.defer(() => {
    task.defer(() => {
      isDone = true;
    });
  });
  await task.deferredWork();
  expect([isDone, task.deferredWork()]).toEqual([true, null]);
});
