import { expect, test } from 'vitest';
import { createLaneSchedule } from '../../src/governor/lane-schedule.ts';
import { LANES, type Lane } from '../../src/governor/lanes.ts';

/** Starts calls of lanes that always have one. */
function starts(schedule: ReturnType<typeof createLaneSchedule>, lanes: readonly Lane[], count: number) {
  const started: Lane[] = [];
  for (let index = 0; index < count; index += 1) {
    const lane = schedule.order().find((each) => lanes.includes(each)) as Lane;
    schedule.recordStart(lane);
    started.push(lane);
  }
  return started;
}

test('lanes that always have calls get their shares', () => {
  const started = starts(createLaneSchedule(), LANES, 1_000);
  const count = (lane: Lane) => started.filter((each) => each === lane).length;
  expect(count('interactive')).toBeGreaterThan(590);
  expect(count('standard')).toBeGreaterThan(290);
  expect(count('bulk')).toBeGreaterThan(90);
});

test('a lane that has had no calls goes first, and gets no credit for the past', () => {
  const schedule = createLaneSchedule();
  starts(schedule, ['bulk', 'standard'], 1_000);
  expect(schedule.order()[0]).toBe('interactive');
  const started = starts(schedule, LANES, 100);
  expect(started.filter((lane) => lane === 'interactive').length).toBeLessThan(65);
});

test('lanes that are equally far go by priority', () => {
  expect(createLaneSchedule().order()).toEqual(LANES);
});
