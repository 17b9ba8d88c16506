import { errorCode } from '../../access/files/guarded-file.ts';
import { GatewayFailure } from '../../client/index.ts';
import { nearest } from '../choices.ts';
import { type CommandResult, failure, usageFailure } from '../command-result.ts';
import { incompleteExport } from '../export/journal.ts';
import { type FileLock, lockFile } from '../file-lock.ts';
import { openRemoteGateway, type RemoteGateway, type RemoteOptions } from '../remote-gateway.ts';
import { delimiterNamed } from './delimiter.ts';
import { dryRun } from './dry-run.ts';
import { createImportGateway, type ImportGateway } from './gateway.ts';
import { InputProblem, shownName } from './input-problem.ts';
import { openJournal } from './journal.ts';
import { NO_MAPPING, readMapping } from './mapping.ts';
import { type Format, openInput } from './open.ts';
import { ruleOf } from './plan.ts';
import { createProgress } from './progress.ts';
import { defaultRejectsPath, exists, writeRejects } from './rejects.ts';
import { reportDryRun, reportImport } from './report.ts';
import { runImport } from './run.ts';
import { type Scan, scanInput } from './scan.ts';

export interface ImportOptions extends RemoteOptions {
  readonly mapping?: string;
  readonly format?: Format;
  /** One of `DELIMITER_CHOICES`. */
  readonly delimiter?: string;
  readonly dryRun?: true;
  readonly rejects?: string;
  readonly journal?: string;
  readonly restart?: true;
}

/** What an import needs of its process. */
export interface ImportProcess {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Aborted when the import is to end. */
  readonly stop: AbortSignal;
  readonly now: () => number;
  /** Ends when the import is to end. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** A gateway that restarts is back within the waits: a minute in all. */
const RETRIES = 8;
/** A write is settled after the deadline of its operation. */
const TIMEOUT_MS = 180_000;

type ClientSettings = Parameters<typeof openRemoteGateway>[2];

/** Imports a file. Says what is wrong with it before anything is written. */
export async function importFile(
  path: string,
  options: ImportOptions,
  environment: ImportProcess,
): Promise<CommandResult> {
  const openWith = (given: ClientSettings) => openRemoteGateway(options, process.env, given);
  const opened = await openWith({ retries: RETRIES, timeoutMs: TIMEOUT_MS });
  if ('problems' in opened) return usageFailure(...opened.problems);
  const remote = opened.gateway;
  try {
    const read = await readFile(path, options);
    if ('problems' in read) return failure(...read.problems);
    // A gateway that is not there at all is reported at once.
    const probe = await openWith({ retries: 1 });
    if ('problems' in probe) return usageFailure(...probe.problems);
    const problems = await checkGateway(createImportGateway(probe.gateway.client), read.scan);
    if (problems.length > 0) return failure(...problems);
    for (const notice of read.scan.plan?.notices ?? []) environment.write(`${notice}\n`);
    return options.dryRun === undefined
      ? await write(read.scan, remote, options, environment)
      : await tryOut(read.scan, remote, environment);
  } catch (error) {
    if (error instanceof InputProblem) return failure(error.message);
    if (error instanceof GatewayFailure) return failure(remote.explain(error));
    throw error;
  }
}

async function readFile(
  path: string,
  { mapping: mappingPath, format, delimiter }: ImportOptions,
): Promise<{ readonly scan: Scan } | { readonly problems: readonly string[] }> {
  const read = mappingPath === undefined ? { mapping: NO_MAPPING } : await readMapping(mappingPath);
  if ('problems' in read) return read;
  const { mapping } = read;
  const exportJournal = await incompleteExport(path);
  if (exportJournal !== null)
    return {
      problems: [
        `${path} is an export that is not complete, as ${exportJournal} says: repeat the export to complete it, or delete ${exportJournal} to import what is there`,
      ],
    };
  const input = await openInput(path, {
    format: format ?? null,
    delimiter: delimiter === undefined ? null : delimiterNamed(delimiter),
    isColumn: (name) => ruleOf(name, mapping) !== undefined,
  });
  return scanInput(input, mapping);
}

/** What keeps the gateway from taking any row. Empty if nothing does. @throws GatewayFailure */
async function checkGateway(gateway: ImportGateway, { attributes }: Scan): Promise<readonly string[]> {
  const { scopes } = await gateway.check();
  const missing = ['customers:read', 'customers:write'].filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return missing.map((scope) => `the key lacks the scope ${scope}`);
  if (attributes.size === 0) return [];
  const names = await gateway.attributeNames();
  return [...attributes]
    .filter(([name]) => !names.includes(name))
    .map(([name, column]) => {
      const near = nearest(name, names);
      return `column ${shownName(column)}: the store has no attribute of that name${near === null ? '' : ` (did you mean ${shownName(near)}?)`}`;
    });
}

async function tryOut(
  scan: Scan,
  { client }: RemoteGateway,
  environment: ImportProcess,
): Promise<CommandResult> {
  const progress = createProgress(environment);
  const result = await dryRun(scan, createImportGateway(client), progress).finally(progress.end);
  return reportDryRun(result, scan);
}

async function write(
  scan: Scan,
  remote: RemoteGateway,
  options: ImportOptions,
  environment: ImportProcess,
): Promise<CommandResult> {
  const { path } = scan.input;
  const rejectsPath = options.rejects ?? defaultRejectsPath(path);
  if (await exists(rejectsPath))
    return failure(`${rejectsPath} exists: import or delete it first, or name another file by --rejects`);
  const journalPath = options.journal ?? `${path}.journal`;
  const lock = lockJournal(journalPath);
  if ('problem' in lock) return failure(lock.problem);
  try {
    return await writeNoted(scan, remote, { rejectsPath, journalPath, ...options }, environment);
  } finally {
    await lock.release();
  }
}

function lockJournal(path: string): FileLock {
  try {
    return lockFile(path, 'imports this file');
  } catch (error) {
    return { problem: `${path}.lock cannot be used (${errorCode(error)}): name another file by --journal` };
  }
}

interface Paths extends Pick<ImportOptions, 'restart'> {
  readonly rejectsPath: string;
  readonly journalPath: string;
}

/** Writes the rows, with a journal. */
async function writeNoted(
  scan: Scan,
  remote: RemoteGateway,
  { rejectsPath, journalPath, restart }: Paths,
  environment: ImportProcess,
): Promise<CommandResult> {
  const key = { input: scan.digest, mapping: scan.mappingDigest, gateway: remote.url };
  const journal = await openJournal(journalPath, key, restart !== undefined);
  const progress = createProgress(environment);
  const gateway = createImportGateway(remote.client);
  try {
    const summary = await runImport({ scan, journal, gateway, progress, ...environment }).finally(
      progress.end,
    );
    const isComplete = summary.left === 0;
    const hasRejects = isComplete && summary.rejected.size > 0;
    if (hasRejects) await writeRejects(rejectsPath, scan, summary.rejected);
    if (isComplete) await journal.remove();
    const reason = summary.failure === null ? null : remote.explain(summary.failure);
    return reportImport({
      summary,
      scan,
      rejects: hasRejects ? rejectsPath : null,
      journal: isComplete ? null : journalPath,
      reason,
    });
  } finally {
    await journal.close();
  }
}
