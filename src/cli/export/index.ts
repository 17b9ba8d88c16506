import { isDeepStrictEqual } from 'node:util';
import { type Clock, SYSTEM_CLOCK } from '../../client/pace.ts';
import { type CommandResult, failure } from '../command-result.ts';
import { type FileLock, lockFile } from '../file-lock.ts';
import type { RemoteGateway } from '../remote-gateway.ts';
import { createTimeLeft, type TimeLeft } from '../time-left.ts';
import { columnsOf, omittedFormFields } from './csv.ts';
import { createWriter } from './format.ts';
import {
  createJournal,
  type Journal,
  journalOf,
  openJournal,
  type Progress,
  removeJournal,
} from './journal.ts';
import { createOutput, type Output, outputProblem, reopenOutput } from './output.ts';
import { type CustomerPage, createPages, type Pages } from './pages.ts';
import type { ExportSettings } from './parts.ts';
import { createProgressLine, type ProgressLine } from './progress.ts';
import { type Outcome, problemOf, report } from './report.ts';

export interface ExportOptions {
  readonly gateway: RemoteGateway;
  readonly file: string;
  readonly settings: ExportSettings;
  /** Customers per request. */
  readonly pageSize: number;
  /** Whether a file that exists is replaced, and an export that is not complete begins anew. */
  readonly force: boolean;
  /** Whether the user wants to stop. It is asked after each page. */
  readonly isStopping: () => boolean;
  /** Writes to the terminal. Null if there is none. */
  readonly terminal: ((text: string) => void) | null;
  /** @default the clock of the machine */
  readonly clock?: Clock;
}

/** Exports customers to a file, or goes on with an export that is not complete. */
export async function exportCustomers(options: ExportOptions): Promise<CommandResult> {
  let lock: FileLock;
  try {
    lock = lockFile(journalOf(options.file), 'exports to this file');
  } catch (error) {
    return failure(problemOf(options, error));
  }
  if ('problem' in lock) return failure(lock.problem);
  try {
    return await exportAlone(options);
  } finally {
    await lock.release();
  }
}

/** Exports while no other process writes the same file. */
async function exportAlone(options: ExportOptions): Promise<CommandResult> {
  const { gateway, settings, pageSize, clock = SYSTEM_CLOCK } = options;
  const pages = createPages(gateway.client, settings, { size: pageSize, clock });
  const timeLeft = createTimeLeft(clock.now);
  try {
    const begun = await begin(options, pages);
    if ('problem' in begun) return failure(begun.problem);
    const { run, first } = begun;
    const line = createProgressLine({ write: options.terminal });
    try {
      const outcome = await exportPages({ ...options, pages, run, first, line, timeLeft });
      // The journal goes when the export is complete.
      if (outcome.problem === null) await removeJournal(options.file);
      return report(options, run.journal, outcome);
    } finally {
      line.end();
      await run.output.close();
      await run.journal.close();
    }
  } catch (error) {
    return failure(problemOf(options, error));
  }
}

/** An export whose files are open. */
interface Run {
  readonly output: Output;
  readonly journal: Journal;
}

type Begun = { readonly run: Run; readonly first: CustomerPage | null } | { readonly problem: string };

/** Opens the files of an export. Those of a new one are made when the gateway has answered. */
async function begin({ file, settings, force }: ExportOptions, pages: Pages): Promise<Begun> {
  const journal = force ? null : await openJournal(file);
  if (journal !== null) return 'problem' in journal ? journal : resume(file, settings, journal);
  const problem = await outputProblem(file, force);
  if (problem !== null) return { problem };
  const definitions = settings.format === 'csv' ? await pages.definitions() : {};
  const first = await pages.read(null);
  if (force) await removeJournal(file);
  const columns = settings.format === 'csv' ? columnsOf(settings, definitions) : [];
  const omitted = omittedFormFields(definitions);
  // In this order: with a journal alone the export can be resumed.
  const created = await createJournal(file, { version: 1, settings, columns, omitted, total: first.total });
  return { run: { journal: created, output: await createOutput(file) }, first };
}

async function resume(file: string, settings: ExportSettings, journal: Journal): Promise<Begun> {
  const { header, progress } = journal;
  if (!isDeepStrictEqual(header.settings, JSON.parse(JSON.stringify(settings)))) {
    await journal.close();
    return {
      problem: `${journalOf(file)} is of an export with other options: repeat those to resume it, or begin anew by --force`,
    };
  }
  if (progress.bytes === 0) return { run: { journal, output: await createOutput(file) }, first: null };
  const reopened = await reopenOutput(file, progress.bytes);
  if ('problem' in reopened) {
    await journal.close();
    return reopened;
  }
  return { run: { journal, output: reopened.output }, first: null };
}

/** Writes page after page. */
async function exportPages({
  gateway,
  file,
  settings,
  isStopping,
  pages,
  run,
  first,
  line,
  timeLeft,
}: ExportOptions & {
  readonly pages: Pages;
  readonly run: Run;
  readonly first: CustomerPage | null;
  readonly line: ProgressLine;
  readonly timeLeft: TimeLeft;
}): Promise<Outcome> {
  const { journal, output } = run;
  const writer = createWriter(settings, journal.header.columns);
  let { progress } = journal;
  let page = first;
  try {
    while (!progress.isDone) {
      if (isStopping()) return { progress, problem: 'stopped' };
      page ??= await pages.read(progress.cursor);
      const { customers } = page;
      // The start belongs to the first page.
      const start = progress.bytes === 0 ? writer.start : '';
      await output.append(Buffer.from(start + writer.textOf(customers)));
      const next: Progress = {
        cursor: page.next,
        bytes: output.bytes(),
        customers: progress.customers + customers.length,
        truncated: progress.truncated + writer.countTruncated(customers),
        isDone: page.next === null,
      };
      await journal.note(next);
      progress = next;
      timeLeft.add({ items: customers.length, calls: page.calls, upstream: page.upstream });
      page = null;
      const { total } = journal.header;
      const msLeft = total === null ? null : timeLeft.of(Math.max(0, total - progress.customers));
      line.show({ customers: progress.customers, total, msLeft });
    }
    return { progress, problem: null };
  } catch (error) {
    return { progress, problem: problemOf({ gateway, file }, error) };
  }
}
