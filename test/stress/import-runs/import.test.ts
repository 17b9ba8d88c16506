import { expect, test } from 'vitest';
import { importTwice } from './import.ts';

// The short form of `npm run import-runs`.
test.each([
  ['keeps texts as they are', false],
  ['respells texts', true],
])('an import of mixed rows writes nothing the second time, at a store that %s', async (_name, respells) => {
  const rows = 120;
  const [first, second] = await importTwice({ rows, rowsPerMutation: 60, store: { switches: { respells } } });
  expect(first.errors).toEqual([]);
  expect(first.customers).toEqual({ CREATED: rows / 2, UPDATED: rows / 2 });
  expect(second.errors).toEqual([]);
  expect(second.customers).toEqual({ UNCHANGED: rows });
  expect(Object.keys(second.parts)).toEqual(['UNCHANGED']);
  expect(second.writes).toBe(0);
  expect(second.reads).toBeLessThan(first.reads + first.writes);
});
