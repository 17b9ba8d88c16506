import { expect, test } from 'vitest';
import { createProgressLine } from '../../../src/cli/export/progress.ts';

function start() {
  const shown: string[] = [];
  const line = createProgressLine({
    write: (text) => void shown.push(text.replace('\r\u001b[2K', '')),
  });
  return { shown, line };
}

test('shows the share and the time left', () => {
  const { shown, line } = start();
  line.show({ customers: 1_250, total: 2_000, msLeft: 30_000 });
  line.show({ customers: 1_500, total: 200_000, msLeft: 7_920_000 });
  line.end();
  expect(shown).toEqual([
    '1250 of 2000 (62%) customers, about 30 s left',
    '1500 of 200000 (0%) customers, about 2.2 h left',
    '',
  ]);
});

test('shows no share of a total that is not known', () => {
  const { shown, line } = start();
  line.show({ customers: 250, total: null, msLeft: null });
  expect(shown).toEqual(['250 customers']);
});

test('shows nothing without a terminal', () => {
  const line = createProgressLine({ write: null });
  line.show({ customers: 250, total: 1_000, msLeft: null });
  line.end();
});
