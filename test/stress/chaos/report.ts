import type { Submission } from './submit.ts';
import type { Violation } from './verify.ts';

/** The result of a run. */
export interface Report {
  readonly submissions: readonly Submission[];
  /** Number of calls to the store, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Number of calls that each fault has hit. */
  readonly hits: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** Milliseconds that each mutation took, by the run's clock. */
  readonly answerMs?: readonly number[];
  /** Milliseconds from signal to exit of the slowest gateway. */
  readonly slowestExitMs?: number;
}

const OUTCOMES = [
  'CREATED',
  'UPDATED',
  'UNCHANGED',
  'DELETED',
  'FAILED',
  'NOT_ATTEMPTED',
  'UNKNOWN',
] as const;
const MAX_PRINTED_VIOLATIONS = 20;

/** Prints the outcomes by mutation, the calls, and the violations. */
export function printReport(title: string, report: Report): void {
  const { submissions, calls, hits, violations, answerMs, slowestExitMs } = report;
  console.log(`\n${title}`);
  const rows = [...Map.groupBy(submissions, ({ kind }) => kind.mutation)].toSorted();
  console.table(
    Object.fromEntries(
      [...rows, ['all', submissions] as const].map(([name, some]) => [name, countOutcomes(some)]),
    ),
  );
  const failed = Object.values(hits).reduce((sum, hit) => sum + hit, 0);
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
  console.log(`calls: ${made} (${formatCounts(calls)})`);
  console.log(
    `calls with faults: ${failed}, ${((100 * failed) / made).toFixed(1)} % (${formatCounts(hits)})`,
  );
  if (answerMs !== undefined)
    console.log(`answers: p50 ${percentile(answerMs, 0.5)} ms, p99 ${percentile(answerMs, 0.99)} ms`);
  if (slowestExitMs !== undefined) console.log(`slowest exit: ${slowestExitMs} ms`);
  console.log(`violations: ${violations.length}`);
  for (const violation of violations.slice(0, MAX_PRINTED_VIOLATIONS)) console.log(`  ${violation}`);
}

function countOutcomes(submissions: readonly Submission[]): Readonly<Record<string, number>> {
  const outcomes = submissions.map(({ result }) => result?.outcome ?? 'no result');
  const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  return {
    submitted: submissions.length,
    ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])),
    'no result': count('no result'),
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
