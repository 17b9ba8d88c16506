import { existsSync, readFileSync } from 'node:fs';

/** The parts of the report of Vitest's JSON reporter that are used here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

// Prints the test results in one line.
const file = process.argv[2] ?? '';
if (!existsSync(file)) {
  console.error('no test ran: the check failed earlier');
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
// A file that fails before its first test counts as a failure. Vitest counts it only among the files.
const failedFiles = report.testResults.filter(
  (r) => r.status === 'failed' && r.assertionResults.length === 0,
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + failedFiles.length;
console.log(`${passed} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`);
if (failed > 0 || passed === 0) process.exit(1);
