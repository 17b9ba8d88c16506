import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const QUERIES = 2_000;

// In a process of its own, because graphql-js leaves rejections unhandled. `npm run executor-oracle` compares 100,000.
test('a compiled query has the data and the errors that graphql-js gives, and handles every rejection', async () => {
  const args = ['test/executor/oracle.ts', '--queries', String(QUERIES), '--gateway-queries', '0'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { compared, withErrors, unhandled } = JSON.parse(stdout);
  expect(unhandled).toBe(0);
  // Most of the documents are valid, and many of their fields fail.
  expect(compared).toBeGreaterThan(QUERIES * 0.6);
  expect(withErrors).toBeGreaterThan(QUERIES * 0.1);
});
