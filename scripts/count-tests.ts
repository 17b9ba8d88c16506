import { existsSync, readFileSync } from 'node:fs';

/** What is read of the report that vitest's JSON reporter writes. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

// Says in one plain line how the tests ended, for whoever does not know vitest's own.
const file = process.argv[2] ?? '';
if (!existsSync(file)) {
  console.error('no test ran: the check failed before');
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
// A file that breaks before its first test is a failure too, and vitest counts it among the files alone.
const broken = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0);
const passed = report.numPassedTests;
const failed = report.numFailedTests + broken.length;
console.log(`${passed} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`);
if (failed > 0 || passed === 0) process.exit(1);
