import type { CommandResult } from '../command-result.ts';
import { printable } from '../printable.ts';
import type { DryRun } from './dry-run.ts';
import { shownName } from './input-problem.ts';
import type { RunSummary } from './run.ts';
import { type LineProblem, lineProblems, type Scan } from './scan.ts';

/** Problems that are printed. The rejects file has all. */
const SHOWN = 10;

/** How an import ended. */
export interface Ending {
  readonly summary: RunSummary;
  readonly scan: Scan;
  /** The file that was written with the rejected rows. Null if there is none. */
  readonly rejects: string | null;
  /** The file with the progress. Null if the import is complete. */
  readonly journal: string | null;
  /** Why it ended early, in one line. Null if it did not. */
  readonly reason: string | null;
}

export function reportImport({ summary, scan, rejects, journal, reason }: Ending): CommandResult {
  const { counts, resumed, left } = summary;
  const { CREATED, UPDATED, UNCHANGED, INCOMPLETE, REJECTED } = counts;
  const problems = [...summary.rejected.values()].flatMap(lineProblems);
  const isDone = journal === null;
  return {
    output: [
      `${CREATED} created, ${UPDATED} updated, ${UNCHANGED} unchanged, ${INCOMPLETE} incomplete, ${REJECTED} rejected, of ${scan.rows} rows`,
      ...(resumed > 0 ? [`${resumed} of them by earlier runs`] : []),
    ],
    messages: [
      ...(isDone ? problemLines(problems) : []),
      ...(rejects === null ? [] : [`${rejects} has the rows to correct and import again`]),
      ...(reason === null ? [] : [reason]),
      ...(isDone
        ? []
        : [`${left} rows are left: repeat the same command to go on, or add --restart to begin anew`]),
    ],
    failed: !isDone || problems.length > 0,
    data: {
      rows: scan.rows,
      created: CREATED,
      updated: UPDATED,
      unchanged: UNCHANGED,
      incomplete: INCOMPLETE,
      rejected: REJECTED,
      left,
      byEarlierRuns: resumed,
      rejects,
      journal,
      problems,
    },
  };
}

export function reportDryRun({ fresh, existing, rejected, problems }: DryRun, scan: Scan): CommandResult {
  return {
    output: [
      `${fresh} would be created, ${existing} exist and would be updated if they differ, ${rejected} would be rejected, of ${scan.rows} rows`,
    ],
    messages: [
      ...problemLines(problems),
      'Nothing was written. What the store itself refuses shows only when it is written.',
    ],
    failed: rejected > 0,
    data: { dryRun: true, rows: scan.rows, new: fresh, existing, rejected, problems },
  };
}

function problemLines(problems: readonly LineProblem[]): readonly string[] {
  const lines = problems
    .slice(0, SHOWN)
    .map(
      ({ line, code, field, message }) =>
        `line ${line}${field === null ? '' : `, ${shownName(field)}`}: ${printable(message)} (${code})`,
    );
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
