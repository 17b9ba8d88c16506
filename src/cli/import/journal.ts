import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode } from '../../access/files/guarded-file.ts';
import { InputProblem, type RowProblem } from './input-problem.ts';

/** What became of a row. */
export const ROW_OUTCOMES = ['CREATED', 'UPDATED', 'UNCHANGED', 'INCOMPLETE', 'REJECTED'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** A row whose outcome is known. */
export interface RowResult {
  readonly line: number;
  /** INCOMPLETE: the customer was written, and something that belongs to it was refused. */
  readonly outcome: RowOutcome;
  /** Why, for INCOMPLETE and REJECTED. */
  readonly problems: readonly RowProblem[];
}

/** What an import must have in common with the one that it resumes. */
export interface JournalKey {
  /** SHA-256 of the file, and of what its columns mean. */
  readonly input: string;
  readonly mapping: string;
  /** The address of the gateway. */
  readonly gateway: string;
}

/** The progress of an import, in a file that survives the process. It holds lines and outcomes, and no values. */
export interface Journal {
  /** The results of earlier runs, by line. */
  readonly earlier: ReadonlyMap<number, RowResult>;
  /** Appends results, and waits until they are on the disk. @throws InputProblem if they cannot be written */
  append(results: readonly RowResult[]): Promise<void>;
  close(): Promise<void>;
  /** Deletes the file. It can be closed afterwards. */
  remove(): Promise<void>;
}

const VERSION = 1;

const problem = z.object({ code: z.string(), field: z.string().nullable(), message: z.string() });
const result = z.object({ line: z.number(), outcome: z.enum(ROW_OUTCOMES), problems: z.array(problem) });
const head = z.object({
  version: z.literal(VERSION),
  input: z.string(),
  mapping: z.string(),
  gateway: z.string(),
});
const batch = z.object({ rows: z.array(result) });

/**
 * Opens the journal of an import, or begins it.
 *
 * @param restarts whether an earlier one is discarded
 * @throws InputProblem if it is of another import, or cannot be used
 */
export async function openJournal(path: string, key: JournalKey, restarts: boolean): Promise<Journal> {
  if (restarts) await rm(path, { force: true });
  const text = await readExisting(path);
  // The last line can be cut off if the process was killed.
  const whole = text?.slice(0, text.lastIndexOf('\n') + 1) ?? '';
  const earlier = whole === '' ? new Map<number, RowResult>() : readResults(path, whole, key);
  const file = await open(path, text === null ? 'wx' : 'r+', 0o600).catch((error: unknown) => {
    throw unusable(path, error);
  });
  const journal = createJournal(path, file, earlier, Buffer.byteLength(whole));
  if (whole === '') await journal.begin({ version: VERSION, ...key });
  return journal;
}

function createJournal(
  path: string,
  file: FileHandle,
  earlier: ReadonlyMap<number, RowResult>,
  size: number,
): Journal & { begin(entry: object): Promise<void> } {
  let end = size;

  async function write(entry: object): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      await file.truncate(end);
      for (let at = 0; at < bytes.length; )
        at += (await file.write(bytes, at, bytes.length - at, end + at)).bytesWritten;
      await file.datasync();
    } catch (error) {
      throw end === 0 ? unusable(path, error) : full(path, error);
    }
    end += bytes.length;
  }

  return {
    earlier,
    begin: write,
    append: (rows) => write({ rows }),
    close: () => file.close(),
    remove: () => rm(path),
  };
}

async function readExisting(path: string): Promise<string | null> {
  try {
    // A device can be endless.
    if (!(await stat(path)).isFile()) throw Object.assign(new Error(), { code: 'EINVAL' });
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): InputProblem {
  return new InputProblem(
    `${path} cannot be used (${errorCode(error)}): the import keeps its progress there; name another file by --journal`,
  );
}

/** Rows that are written and not noted are found again by their e-mail addresses. */
function full(path: string, error: unknown): InputProblem {
  return new InputProblem(
    `${path} cannot be written (${errorCode(error)}), so the import has ended: make room, and repeat the same command to go on`,
  );
}

function readResults(path: string, text: string, key: JournalKey): Map<number, RowResult> {
  const [first, ...rest] = text
    .trimEnd()
    .split('\n')
    .map((line) => parseLine(line));
  const begun = head.safeParse(first);
  const batches = rest.map((line) => batch.safeParse(line));
  if (!begun.success || batches.some(({ success }) => !success))
    throw new InputProblem(`${path} is not the journal of an import: name another file by --journal`);
  const other = differenceOf(begun.data, key);
  if (other !== null)
    throw new InputProblem(
      `${path} is of an import that was not finished, ${other}. Repeat that one to finish it, or add --restart to begin anew`,
    );
  return new Map(
    batches.flatMap(({ data }) => data?.rows ?? []).map((row): [number, RowResult] => [row.line, row]),
  );
}

function differenceOf(begun: JournalKey, key: JournalKey): string | null {
  if (begun.input !== key.input) return 'and the file has changed since';
  if (begun.mapping !== key.mapping) return 'with another mapping or delimiter';
  return begun.gateway === key.gateway ? null : 'at another gateway';
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
