import type { Submission } from './submit.ts';
import type { Violation } from './verify.ts';

/** One answered mutation. */
export interface Answer {
  readonly mutation: string;
  /** Milliseconds, by the run's clock. */
  readonly ms: number;
}

/** The result of a run. */
export interface Report {
  readonly submissions: readonly Submission[];
  /** Number of calls to the store, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Number of calls that each fault has hit. */
  readonly hits: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** @default none were measured */
  readonly answers?: readonly Answer[];
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

/** Prints the outcomes, what was wrong, and the times of the answers by mutation; the calls, and the violations. */
export function printReport(title: string, report: Report): void {
  const { submissions, calls, hits, violations, answers = [], slowestExitMs } = report;
  console.log(`\n${title}`);
  const rows = [...Map.groupBy(submissions, ({ kind }) => kind.mutation)].toSorted();
  console.table(
    Object.fromEntries(
      [...rows, ['all', submissions] as const].map(([name, some]) => [name, countOutcomes(some)]),
    ),
  );
  console.table(
    Object.fromEntries(
      [...rows, ['all', submissions] as const].map(([name, some]) => {
        const isOwn = ({ mutation }: { readonly mutation: string | null }) =>
          name === 'all' || mutation === name;
        return [name, measure(some, violations.filter(isOwn), answers.filter(isOwn))];
      }),
    ),
  );
  const failed = Object.values(hits).reduce((sum, hit) => sum + hit, 0);
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
  console.log(`calls: ${made} (${formatCounts(calls)})`);
  console.log(
    `calls with faults: ${failed}, ${((100 * failed) / made).toFixed(1)} % (${formatCounts(hits)})`,
  );
  if (slowestExitMs !== undefined) console.log(`slowest exit: ${slowestExitMs} ms`);
  console.log(`violations: ${violations.length}`);
  for (const violation of violations.slice(0, MAX_PRINTED_VIOLATIONS)) console.log(`  ${violation.text}`);
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

/** What the run must show of a mutation. Times are in milliseconds of the run's clock. */
function measure(
  submissions: readonly Submission[],
  violations: readonly Violation[],
  answers: readonly Answer[],
): Readonly<Record<string, number | string>> {
  const count = (what: string) => violations.filter((violation) => violation.what === what).length;
  const unknown = submissions.filter(({ result }) => result?.outcome === 'UNKNOWN').length;
  const times = answers.map(({ ms }) => ms);
  return {
    lost: count('lost'),
    doubled: count('doubled'),
    'false CREATED': count('false CREATED'),
    'other violations': violations.length - count('lost') - count('doubled') - count('false CREATED'),
    'UNKNOWN %': ((100 * unknown) / submissions.length).toFixed(3),
    ...(times.length > 0 && { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }),
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
