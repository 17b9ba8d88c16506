import type { Submission } from './drive.ts';
import type { Violation } from './judge.ts';

/** What a run came to. */
export interface Report {
  readonly submissions: readonly Submission[];
  /** Calls that the store got, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Calls that each kind of fault has spoiled. */
  readonly hits: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** Milliseconds that the slowest gateway took to end after it was told to. */
  readonly longestEndMs?: number;
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
const MOST_SHOWN = 20;

/** Prints what became of the items of each mutation, what it took, and every promise that was broken. */
export function print(title: string, report: Report): void {
  const { submissions, calls, hits, violations, longestEndMs } = report;
  console.log(`\n${title}`);
  const rows = [...Map.groupBy(submissions, ({ kind }) => kind.mutation)].toSorted();
  console.table(
    Object.fromEntries(
      [...rows, ['all', submissions] as const].map(([name, some]) => [name, countsOf(some)]),
    ),
  );
  const spoiled = Object.values(hits).reduce((sum, hit) => sum + hit, 0);
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
  console.log(`calls: ${made} (${listed(calls)})`);
  console.log(`spoiled: ${spoiled}, ${((100 * spoiled) / made).toFixed(1)} % (${listed(hits)})`);
  if (longestEndMs !== undefined) console.log(`longest end: ${longestEndMs} ms`);
  console.log(`promises broken: ${violations.length}`);
  for (const violation of violations.slice(0, MOST_SHOWN)) console.log(`  ${violation}`);
}

function countsOf(submissions: readonly Submission[]): Readonly<Record<string, number>> {
  const outcomes = submissions.map(({ result }) => result?.outcome ?? 'no result');
  const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  return {
    submitted: submissions.length,
    ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])),
    'no result': count('no result'),
  };
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
