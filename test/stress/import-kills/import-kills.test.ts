import { expect, test } from 'vitest';
import { importWithKills } from './kills.ts';

// The short form of `npm run import-kills`.
test('an import that is killed and repeated loses and doubles nothing, and rejects by line', async () => {
  const report = await importWithKills({ rows: 300, kills: 1, customers: 30 });
  expect(report.differences).toEqual([]);
  expect(report.wrongRejects).toEqual([]);
  expect(report.tooMany).toBe(0);
  expect(report.doneAtKills[0]).toBeLessThan(300);
  expect(report.outcome).toMatchObject({ rows: 300, left: 0, rejected: 6, incomplete: 0 });
  expect(report.outcome.byEarlierRuns).toBe(report.doneAtKills[0]);
});
