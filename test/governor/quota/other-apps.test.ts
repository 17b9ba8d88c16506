import { expect, test } from 'vitest';
import { createOtherApps } from '../../../src/governor/quota/other-apps.ts';

test('without any observation, other apps are expected to send nothing', () => {
  const otherApps = createOtherApps();
  expect([otherApps.during(1, 'fixed'), otherApps.untilEnd(1), otherApps.inNewWindow()]).toEqual([0, 0, 0]);
});

test('a steady use is extrapolated to the rest of the window, with a margin', () => {
  const otherApps = createOtherApps();
  for (let window = 0; window < 5; window += 1) {
    for (let passed = 0.1; passed <= 1; passed += 0.1) otherApps.observe(50 * passed, passed);
    otherApps.startWindow();
  }
  expect(otherApps.during(1, 'fixed')).toBeGreaterThan(45);
  expect(otherApps.during(1, 'fixed')).toBeLessThan(65);
  expect(otherApps.inNewWindow()).toBeGreaterThan(45);
});

test('no more is expected until the end than the previous window had left', () => {
  const otherApps = createOtherApps();
  otherApps.observe(40, 1);
  otherApps.startWindow();
  const before = otherApps.inNewWindow();
  otherApps.observe(30, 0.5);
  expect(otherApps.untilEnd(0.5)).toBeLessThanOrEqual(before - 30);
  otherApps.observe(60, 0.6);
  expect(otherApps.untilEnd(0.4)).toBe(0);
});

test('in a sliding window the use of the last window counts', () => {
  const otherApps = createOtherApps();
  otherApps.observe(30, 0.1);
  expect(otherApps.during(0.5, 'sliding')).toBeCloseTo(18);
});
