import { expect, test } from 'vitest';
import { createSharedExecutions, type SharedAnswer } from '../../../src/server/fast/shared-executions.ts';

const KEY = { bodyText: '{}', callers: 'all' };
const ANSWER: SharedAnswer = { body: Buffer.from('{}'), calls: 1 };

function setUp() {
  let period = 0;
  let abandoned = 0;
  const answers: ((value: SharedAnswer | null) => void)[] = [];
  const executions = createSharedExecutions<string>(() => period);
  const offer = () =>
    executions.offer(KEY, {
      facts: 'facts',
      answer: new Promise((resolve) => {
        answers.push(resolve);
      }),
      abandon: () => {
        abandoned += 1;
      },
    });
  return {
    executions,
    offer,
    /** Answers the execution at an index. */
    answer: (value: SharedAnswer | null, index = 0) => answers[index]?.(value),
    endPeriod() {
      period += 1;
    },
    abandoned: () => abandoned,
  };
}

test('an execution is found under its key until its answer is there', async () => {
  const { executions, offer, answer } = setUp();
  const offered = offer();
  expect(executions.find(KEY)).toBe(offered);
  expect(executions.find({ ...KEY, callers: 'others' })).toBeNull();
  answer(ANSWER);
  await offered.answer;
  expect(executions.find(KEY)).toBeNull();
});

test('an execution is not joined after the end of a write', () => {
  const { executions, offer, endPeriod } = setUp();
  offer();
  endPeriod();
  expect(executions.find(KEY)).toBeNull();
});

test('an execution ends when the last request has left, not when the first one has', () => {
  const { executions, offer, abandoned } = setUp();
  const offered = offer();
  offered.join();
  offered.leave();
  expect([abandoned(), executions.find(KEY)]).toEqual([0, offered]);
  offered.leave();
  expect([abandoned(), executions.find(KEY)]).toEqual([1, null]);
});

test('a newer execution is not removed by the end of an older one', async () => {
  const { executions, offer, endPeriod, answer } = setUp();
  const older = offer();
  endPeriod();
  const newer = offer();
  answer(null);
  older.leave();
  await Promise.resolve();
  expect(executions.find(KEY)).toBe(newer);
});
