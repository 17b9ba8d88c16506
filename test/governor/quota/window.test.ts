import { expect, test } from 'vitest';
import { createQuotaWindow } from '../../../src/governor/quota/window.ts';

function setUp() {
  let time = 0;
  const window = createQuotaWindow(() => time);
  return {
    window,
    at(moment: number) {
      time = moment;
    },
  };
}

test('a window is over when its latest end has passed', () => {
  const { window, at } = setUp();
  window.start({ earliest: 29_000, latest: 30_000 });
  at(29_500);
  expect(window.resetMs()).toBe(500);
  expect(window.isOver()).toBe(false);
  at(30_000);
  expect(window.isOver()).toBe(true);
  expect(window.passed()).toBe(1);
});

test('more responses narrow the end of a window', () => {
  const { window } = setUp();
  window.start({ earliest: 29_000, latest: 30_000 });
  window.refine({ earliest: 29_400, latest: 30_500 });
  window.refine({ earliest: 28_000, latest: 29_800 });
  expect(window.end()).toEqual({ earliest: 29_400, latest: 29_800 });
});

test('responses that contradict each other about the end make the window end later', () => {
  const { window } = setUp();
  window.start({ earliest: 29_900, latest: 30_000 });
  window.refine({ earliest: 30_060, latest: 30_100 });
  expect(window.resetMs()).toBe(30_060);
});

test('an end belongs to another window if it differs by more than clock skew', () => {
  const { window } = setUp();
  window.start({ earliest: 29_900, latest: 30_000 });
  expect(window.compare({ earliest: 30_290, latest: 30_400 })).toBe('same');
  expect(window.compare({ earliest: 30_310, latest: 30_400 })).toBe('later');
  expect(window.compare({ earliest: 29_000, latest: 29_590 })).toBe('earlier');
});

test('a longer window is believed when two responses in a row state it', () => {
  const { window } = setUp();
  window.setLength(30_000);
  expect(window.setLength(3_600_000)).toBe(false);
  expect(window.isDoubtful()).toBe(true);
  expect(window.lengthMs()).toBe(30_000);
  expect(window.setLength(30_000)).toBe(false);
  expect(window.isDoubtful()).toBe(false);
  window.setLength(60_000);
  expect(window.setLength(60_000)).toBe(true);
  expect(window.lengthMs()).toBe(60_000);
});

test('the first response is believed, but a longer window than usual is doubtful', () => {
  const { window } = setUp();
  expect(window.setLength(60_000)).toBe(true);
  expect(window.isDoubtful()).toBe(true);
  expect(window.setLength(60_000)).toBe(false);
  expect(window.isDoubtful()).toBe(false);
});

test('a shorter window is believed at once', () => {
  const { window } = setUp();
  expect(window.setLength(6_000)).toBe(true);
  expect(window.lengthMs()).toBe(6_000);
});
