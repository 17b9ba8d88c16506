import { isDeepStrictEqual } from 'node:util';
import { errorCode } from '../../access/files/guarded-file.ts';
import { GatewayFailure } from '../../client/index.ts';
import { type Clock, SYSTEM_CLOCK } from '../../client/pace.ts';
import { type CommandResult, failure } from '../command-result.ts';
import type { RemoteGateway } from '../remote-gateway.ts';
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
  const { gateway, file, settings, pageSize, clock = SYSTEM_CLOCK } = options;
  const pages = createPages(gateway.client, settings, { size: pageSize, clock });
  try {
    const begun = await begin(options, pages);
    if ('problem' in begun) return failure(begun.problem);
    const { run, first } = begun;
    const line = createProgressLine({
      write: options.terminal,
      startedWith: run.journal.progress.customers,
      now: clock.now,
    });
    try {
      return await finish(options, run, await exportPages({ ...options, pages, run, first, line }));
    } finally {
      line.end();
      await run.output.close();
      await run.journal.close();
    }
  } catch (error) {
    if (error instanceof GatewayFailure) return failure(gateway.explain(error));
    return failure(fileProblem(file, error));
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

interface Outcome {
  readonly progress: Progress;
  /** Why it is not complete. Null if it is. */
  readonly problem: string | null;
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
}: ExportOptions & {
  readonly pages: Pages;
  readonly run: Run;
  readonly first: CustomerPage | null;
  readonly line: ProgressLine;
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
      page = null;
      line.show(progress.customers, journal.header.total);
    }
    return { progress, problem: null };
  } catch (error) {
    const problem = error instanceof GatewayFailure ? gateway.explain(error) : fileProblem(file, error);
    return { progress, problem };
  }
}

/** The journal goes when the export is complete. */
async function finish(
  { file, settings }: ExportOptions,
  { journal }: Run,
  { progress, problem }: Outcome,
): Promise<CommandResult> {
  const { customers, bytes, truncated } = progress;
  const { omitted } = journal.header;
  const written = `${customers} ${customers === 1 ? 'customer is' : 'customers are'} in ${file}`;
  const resumedAfter = journal.progress.customers;
  const data = {
    file,
    format: settings.format,
    customers,
    bytes,
    isComplete: problem === null,
    resumedAfter,
  };
  if (problem !== null)
    return {
      ...failure(problem, `${written}: run the same command again to go on after them`),
      data: { ...data, problem },
    };
  await removeJournal(file);
  const lost = truncated === 0 ? [] : [tooManyAddresses(truncated, settings)];
  return {
    output: [],
    messages: [
      written,
      ...(omitted.length > 0
        ? [`CSV has no columns for the form fields ${omitted.join(', ')}: JSONL has them`]
        : []),
      ...lost,
    ],
    failed: lost.length > 0,
    data: { ...data, omittedFormFields: omitted, customersWithMoreAddresses: truncated },
  };
}

function tooManyAddresses(customers: number, { addressColumns }: ExportSettings): string {
  return `customers with more than ${addressColumns} addresses, which the file lacks: ${customers}; raise --address-columns, or export JSONL`;
}

function fileProblem(file: string, error: unknown): string {
  // Anything else is not about a file.
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  const code = errorCode(error);
  if (code === 'ENOENT') return `the folder of ${file} does not exist`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${file} cannot be written: no space is left (${code})`;
  return `${file} cannot be written (${code})`;
}
