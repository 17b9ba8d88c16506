import { expect, test } from 'vitest';
import { createProgressLine } from '../../../src/cli/export/progress.ts';

function start(startedWith = 0) {
  const clock = { ms: 0 };
  const shown: string[] = [];
  const line = createProgressLine({
    write: (text) => void shown.push(text.replace('\r\u001b[2K', '')),
    startedWith,
    now: () => clock.ms,
  });
  return { clock, shown, line };
}

test('shows the share and the time left, by the speed of this run', () => {
  const { clock, shown, line } = start(1_000);
  clock.ms = 10_000;
  line.show(1_250, 2_000);
  clock.ms = 20_000;
  line.show(1_500, 200_000);
  line.end();
  expect(shown).toEqual([
    '1250 of 2000 (62%) customers, about 30 s left',
    '1500 of 200000 (0%) customers, about 2.2 h left',
    '',
  ]);
});

test('shows no share of a total that is not known', () => {
  const { shown, line } = start();
  line.show(250, null);
  expect(shown).toEqual(['250 customers']);
});

test('shows nothing without a terminal', () => {
  const line = createProgressLine({ write: null, startedWith: 0, now: () => 0 });
  line.show(250, 1_000);
  line.end();
});
