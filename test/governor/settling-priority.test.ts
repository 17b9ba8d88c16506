import { expect, test } from 'vitest';
import { createSettlingPriority } from '../../src/governor/settling-priority.ts';

function setUp(quota: number | null) {
  let windowNumber = 0;
  const isUrgent = createSettlingPriority(
    {
      quota: () => quota,
      windowKind: () => 'fixed',
      windowMs: () => 30_000,
      windowNumber: () => windowNumber,
    },
    () => 0,
  );
  return {
    urgentOf: (count: number) => Array.from({ length: count }, isUrgent).filter(Boolean).length,
    startWindow() {
      windowNumber += 1;
    },
  };
}

test('a tenth of the quota goes to urgent reads in each window', () => {
  const { urgentOf, startWindow } = setUp(150);
  expect(urgentOf(100)).toBe(15);
  expect(urgentOf(100)).toBe(0);
  startWindow();
  expect(urgentOf(100)).toBe(15);
});

test('one read is urgent however small the quota is', () => {
  expect(setUp(1).urgentOf(10)).toBe(1);
});

test('without a quota every read is urgent', () => {
  expect(setUp(null).urgentOf(100)).toBe(100);
});
