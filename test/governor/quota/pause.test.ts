import { expect, test } from 'vitest';
import { createPause } from '../../../src/governor/quota/pause.ts';

function setUp() {
  let time = 1_000;
  return {
    pause: createPause(() => time),
    at(moment: number) {
      time = moment;
    },
  };
}

const MAX_MS = 30_000;

test('a pause lasts as long as the store asks, however many calls in flight are rejected', () => {
  const { pause, at } = setUp();
  for (let count = 0; count < 12; count += 1) {
    at(1_000 + count);
    pause.start(900, 300 - count, MAX_MS);
  }
  expect(pause.remainingMs()).toBe(289);
});

test.each([300, 20])('a pause is never longer than the %i ms that the store asks for', (resetMs) => {
  const { pause, at } = setUp();
  for (let round = 0; round < 5; round += 1) {
    at(1_000 + round * 1_000);
    pause.start(990 + round * 1_000, resetMs, MAX_MS);
    expect(pause.remainingMs()).toBe(resetMs);
  }
});

test('a pause without a stated time doubles with each round, up to a limit', () => {
  const { pause, at } = setUp();
  const pauses: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const sentAt = 10_000 + round * 60_000;
    at(sentAt + 10);
    pause.start(sentAt, round % 2 === 0 ? null : 0, MAX_MS);
    pause.start(sentAt, null, MAX_MS);
    pauses.push(pause.remainingMs());
  }
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('after a success, the next pause is a short one', () => {
  const { pause, at } = setUp();
  pause.start(990, null, MAX_MS);
  at(2_000);
  pause.start(1_990, null, MAX_MS);
  expect(pause.remainingMs()).toBe(500);
  at(3_000);
  pause.recordSuccess(2_990);
  pause.start(2_995, null, MAX_MS);
  expect(pause.remainingMs()).toBe(250);
});

test('a success of a call that was sent before the pause does not count', () => {
  const { pause, at } = setUp();
  pause.start(990, null, MAX_MS);
  pause.recordSuccess(980);
  at(2_000);
  pause.start(1_990, null, MAX_MS);
  expect(pause.remainingMs()).toBe(500);
});
