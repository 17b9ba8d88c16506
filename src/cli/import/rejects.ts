import { access, open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { errorCode } from '../../access/files/guarded-file.ts';
import { csvLine, escapeCell, unescapeCell } from '../spreadsheet-cell.ts';
import { InputProblem } from './input-problem.ts';
import type { RowResult } from './journal.ts';
import { delimiterOf, readInput } from './open.ts';
import { REJECT_COLUMNS } from './plan.ts';
import type { InputRow } from './row.ts';
import type { Scan } from './scan.ts';

/** `customers.rejects.csv` for `customers.csv`. */
export function defaultRejectsPath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.rejects${extension}`;
}

/** Whether there is a file already. It can be one that is being corrected. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Writes the rows that were not imported as they are in the file, each with its line and why, so that they can be corrected and
 * imported again. The file appears when it is complete, readable by its owner alone.
 *
 * @throws InputProblem if it cannot be written
 */
export async function writeRejects(
  path: string,
  file: RejectedFile,
  rejected: ReadonlyMap<number, RowResult>,
): Promise<void> {
  const part = `${path}.part`;
  try {
    await rm(part, { force: true });
    await writePart(part, rejectTexts(file, rejected));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof InputProblem) throw error;
    throw new InputProblem(`${path} cannot be written (${errorCode(error)}): name another file by --rejects`);
  }
}

/** The file whose rows were rejected, and what it contained then. */
type RejectedFile = Pick<Scan, 'input' | 'digest'>;

async function writePart(path: string, texts: AsyncIterable<string>): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  for await (const text of texts) await file.appendFile(text);
  await file.datasync();
}

async function* rejectTexts(
  { input, digest }: RejectedFile,
  rejected: ReadonlyMap<number, RowResult>,
): AsyncGenerator<string> {
  const reading = await readInput(input);
  const { header, rows } = reading;
  if (input.hasMark) yield '\u{feff}';
  const line = (cells: readonly string[]) => csvLine(cells, delimiterOf(input), input.lineEnd);
  // The reasons come first: rows with too many or too few cells keep them so.
  if (header !== null) yield line([...REJECT_COLUMNS, ...header.filter((name) => !isAdded(name))]);
  for await (const row of rows) {
    const result = rejected.get(row.line);
    if (result === undefined) continue;
    yield header === null ? jsonLine(row, result) : line([...reasonsOf(result), ...cellsOf(row)]);
  }
  if (reading.digest() !== digest) throw new InputProblem(`${input.path} has changed while it was read`);
}

/** A file of rejects that is imported can have rejects again. */
function isAdded(name: string): boolean {
  return REJECT_COLUMNS.some((column) => column === name);
}

function cellsOf({ values, columns }: InputRow): readonly string[] {
  return values.flatMap((cell, at) =>
    isAdded(columns[at] ?? '') ? [] : [escapeCell(unescapeCell(String(cell)))],
  );
}

function reasonsOf({ line, problems }: RowResult): readonly string[] {
  const joined = (texts: readonly string[]) => escapeCell(texts.join(' | '));
  return [
    String(line),
    joined(problems.map(({ code }) => code)),
    joined(problems.map(({ field }) => field ?? '')),
    joined(problems.map(({ message }) => message)),
  ];
}

/** The object of the row with its reasons. A line that is no object is kept as a text. */
function jsonLine({ source, problem, columns, values }: InputRow, { line, problems }: RowResult): string {
  const reasons = { line, problems };
  const isObject = problem === null;
  const fields = columns.flatMap((name, at) => (name === 'import' ? [] : [[name, values[at]] as const]));
  const object = isObject
    ? { ...Object.fromEntries(fields), import: reasons }
    : { import: { ...reasons, text: source } };
  return `${JSON.stringify(object)}\n`;
}
