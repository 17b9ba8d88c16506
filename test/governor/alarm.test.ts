import { expect, test } from 'vitest';
import { createAlarm } from '../../src/governor/alarm.ts';
import { createFakeClock } from '../support/fake-clock.ts';

test('an alarm rings once, at the earliest time that was set', async () => {
  const clock = createFakeClock();
  const rings: number[] = [];
  const wakeAt = createAlarm(clock, () => rings.push(clock.now()));
  wakeAt(100);
  wakeAt(50);
  wakeAt(80);
  await clock.advanceTo(1_000);
  expect(rings).toEqual([50]);
});

test('an alarm can be set again when it has rung', async () => {
  const clock = createFakeClock();
  const rings: number[] = [];
  const wakeAt = createAlarm(clock, () => {
    rings.push(clock.now());
    if (rings.length < 3) wakeAt(clock.now() + 10);
  });
  wakeAt(10);
  await clock.advanceTo(1_000);
  expect(rings).toEqual([10, 20, 30]);
});
