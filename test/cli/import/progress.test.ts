import { describe, expect, test } from 'vitest';
import { durationText } from '../../../src/cli/duration-text.ts';
import { createProgress, progressText } from '../../../src/cli/import/progress.ts';
import { timeLeft } from '../../../src/cli/time-left.ts';

describe('the time that is left', () => {
  const speed = { items: 1_000, calls: 150, elapsedMs: 10_000, windowMs: 30_000, upstream: null };
  const withQuota = (remaining: number, resetMs: number) => ({
    ...speed,
    upstream: { requests: 8, estimate: null, quota: { limit: 150, remaining, resetMs } },
  });

  test.each([
    ['is not known before the first row', 500, { ...speed, items: 0 }, null],
    ['is that of the rows before, without a quota', 500, speed, 5_000],
    ['is that of the rows before, while the quota is enough', 500, withQuota(80, 20_000), 5_000],
    ['lasts until the quota comes back', 1_000, withQuota(10, 20_000), 20_000],
    ['has as many windows as the calls need', 5_000, withQuota(0, 20_000), 20_000 + 5 * 30_000],
    ['is nothing at the end', 0, withQuota(0, 20_000), 0],
  ])('%s', (_name, rowsLeft, given, ms) => {
    expect(timeLeft(rowsLeft, given)).toBe(ms);
  });
});

test.each([
  [0, '1 s'],
  [119_000, '119 s'],
  [240_000, '4 min'],
  [9_000_000, '2.5 h'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe('the progress', () => {
  const state = (done: number) => ({ done, total: 200, rejected: 3, msLeft: 240_000 });
  function show(isTerminal: boolean, times: readonly number[]) {
    let time = 0;
    const texts: string[] = [];
    const progress = createProgress({ write: (text) => texts.push(text), isTerminal, now: () => time });
    times.forEach((at, index) => {
      time = at;
      progress.show(state(index * 50));
    });
    progress.end();
    return texts;
  }

  test('is one line of a terminal that ends empty', () => {
    expect(show(true, [0, 10])).toEqual([
      `\r\u001b[K[${' '.repeat(24)}] 0 of 200 rows, 3 rejected, about 4 min left`,
      `\r\u001b[K[======${' '.repeat(18)}] 50 of 200 rows, 3 rejected, about 4 min left`,
      '\r\u001b[K',
    ]);
  });

  test('is a line now and then elsewhere', () => {
    expect(show(false, [0, 14_999, 15_000, 16_000, 31_000])).toEqual([
      '100 of 200 rows, 3 rejected, about 4 min left\n',
      '200 of 200 rows, 3 rejected\n',
    ]);
  });

  test('has no time left that is not known', () => {
    expect(progressText({ done: 1, total: 2, rejected: 0, msLeft: null })).toBe('1 of 2 rows');
  });
});
