import { constants } from 'node:fs';
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode } from '../../access/files/guarded-file.ts';

const headerSchema = z.object({
  version: z.literal(1),
  /** `ExportSettings`: those of the command that resumes must be equal. */
  settings: z.unknown(),
  /** The columns of CSV. */
  columns: z.array(z.string()).readonly(),
  /** Form fields that have no column. */
  omitted: z.array(z.string()).readonly(),
  /** Customers, as the first page reported them. */
  total: z.number().nullable(),
});

const progressSchema = z.object({
  cursor: z.string().nullable(),
  bytes: z.int().min(0),
  customers: z.int().min(0),
  truncated: z.int().min(0),
  isDone: z.boolean(),
});

/** What an export is, as its journal begins. */
export type JournalHeader = Readonly<z.infer<typeof headerSchema>>;

/** How far an export has come. */
export type Progress = Readonly<z.infer<typeof progressSchema>>;

export const START: Progress = { cursor: null, bytes: 0, customers: 0, truncated: 0, isDone: false };

/**
 * The journal of an export that is not complete, in a file beside it: a line that says what is exported, then one per page with the cursor
 * and the length of the file after it. It holds no record of a customer.
 */
export interface Journal {
  readonly header: JournalHeader;
  readonly progress: Progress;
  note(progress: Progress): Promise<void>;
  close(): Promise<void>;
}

export function journalOf(file: string): string {
  return `${file}.export-journal`;
}

const FLAGS = constants.O_RDWR | constants.O_NOFOLLOW;

/** Begins a journal. @throws an error of the file system */
export async function createJournal(file: string, header: JournalHeader): Promise<Journal> {
  const handle = await open(journalOf(file), FLAGS | constants.O_CREAT | constants.O_EXCL, 0o600);
  const line = lineOf(header);
  await handle.write(line);
  return journal(handle, { header, progress: START, end: line.length });
}

/** The journal of an export that is not complete. Null if there is none. @throws an error of the file system */
export async function openJournal(file: string): Promise<Journal | { readonly problem: string } | null> {
  let handle: FileHandle;
  try {
    handle = await open(journalOf(file), FLAGS);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  const read = parse(await handle.readFile('utf8'));
  if (read !== null) return journal(handle, read);
  await handle.close();
  return { problem: `${journalOf(file)} is no journal of an export: --force begins anew` };
}

/** The journal of a file that is an export, if that is not complete. Null otherwise. */
export async function incompleteExport(file: string): Promise<string | null> {
  const path = journalOf(file);
  const text = await readFile(path, 'utf8').catch(() => null);
  const read = text === null ? null : parse(text);
  return read === null || read.progress.isDone ? null : path;
}

export async function removeJournal(file: string): Promise<void> {
  await unlink(journalOf(file)).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}

interface Content {
  readonly header: JournalHeader;
  readonly progress: Progress;
  /** The length of what is valid, in bytes: a line that was cut off is written over. */
  readonly end: number;
}

function journal(handle: FileHandle, { header, progress, end }: Content): Journal {
  let position = end;
  return {
    header,
    progress,
    async note(next) {
      const line = lineOf(next);
      // What was cut off may be longer than the line that replaces it.
      await handle.truncate(position);
      await handle.write(line, 0, line.length, position);
      await handle.datasync();
      position += line.length;
    },
    close: () => handle.close(),
  };
}

function lineOf(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** Null if the first line is none of a journal. */
function parse(text: string): Content | null {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first = '', ...rest] = complete.split('\n').slice(0, -1);
  const header = parseLine(headerSchema, first);
  if (header === null) return null;
  const progress = rest.map((line) => parseLine(progressSchema, line));
  const invalid = progress.indexOf(null);
  const lines = invalid < 0 ? rest : rest.slice(0, invalid);
  const last = progress[lines.length - 1] ?? START;
  return { header, progress: last, end: Buffer.byteLength(`${[first, ...lines].join('\n')}\n`) };
}

function parseLine<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
