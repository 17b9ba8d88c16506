import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { errorCode } from '../../access/files/guarded-file.ts';
import { type IsColumn, readCsv } from './csv.ts';
import {
  DELIMITERS,
  type DelimiterName,
  delimiterNamed,
  detectDelimiter,
  namedDelimiter,
} from './delimiter.ts';
import { InputProblem } from './input-problem.ts';
import { readJsonLines } from './json-lines.ts';
import type { InputRow } from './row.ts';
import { readText, type Text } from './text.ts';

export const FORMATS = ['csv', 'jsonl'] as const;
export type Format = (typeof FORMATS)[number];

const FORMAT_OF: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

const WORKBOOKS: ReadonlySet<string> = new Set(['.xlsx', '.xlsm', '.xls', '.ods', '.numbers']);

/** A file that can be read several times. */
export interface InputFile {
  readonly path: string;
  readonly format: Format;
  /** That of CSV. */
  readonly delimiter: DelimiterName;
  /** Whether it begins with a byte order mark, and what its lines end with: a file that is made of it has the same. */
  readonly hasMark: boolean;
  readonly lineEnd: '\n' | '\r\n';
  readonly isColumn: IsColumn;
}

/** One reading of a file. */
export interface Reading {
  /** The names of the columns. Null for lines of JSON, which have their own each. */
  readonly header: readonly string[] | null;
  readonly rows: AsyncGenerator<InputRow>;
  /** SHA-256 of what has been read. */
  readonly digest: () => string;
}

/** The first line of a longer one is not looked for. */
const MAX_HEADER_BYTES = 200_000;

/** Finds out how a file is to be read. @throws InputProblem if it cannot */
export async function openInput(
  path: string,
  given: {
    readonly format: Format | null;
    readonly delimiter: DelimiterName | null;
    readonly isColumn: IsColumn;
  },
): Promise<InputFile> {
  if (path === '-') throw new InputProblem('standard input cannot be read again to resume: name a file');
  await checkFile(path);
  const extension = extname(path).toLowerCase();
  if (WORKBOOKS.has(extension))
    throw new InputProblem(`${path} is the workbook of a spreadsheet: save its sheet as CSV UTF-8`);
  const format = given.format ?? FORMAT_OF[extension];
  if (format === undefined)
    throw new InputProblem(
      `${path} is neither .csv nor .jsonl: name its format by --format csv or --format jsonl`,
    );
  const { text, line } = await readFirstLine(path);
  return {
    path,
    format,
    delimiter: given.delimiter ?? (format === 'csv' ? delimiterFrom(line) : null) ?? 'comma',
    hasMark: text.hasMark,
    isColumn: given.isColumn,
    lineEnd: line.endsWith('\r') ? '\r\n' : '\n',
  };
}

/** That of a first line. @throws InputProblem if the line names one that is not understood */
function delimiterFrom(line: string): DelimiterName | null {
  const character = namedDelimiter(line);
  if (character === null) return detectDelimiter(line);
  const name = delimiterNamed(character);
  if (name === null)
    throw new InputProblem(
      'the first line names a delimiter that is none of comma, semicolon, tab and pipe: save the file with one of them',
    );
  return name;
}

async function checkFile(path: string): Promise<void> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new InputProblem(`${path} is a directory`);
    // Anything else cannot be read twice.
    if (!stats.isFile()) throw new InputProblem(`${path} is not a file`);
  } catch (error) {
    throw error instanceof InputProblem ? error : unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): InputProblem {
  const code = errorCode(error);
  return new InputProblem(code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read (${code})`);
}

/** The first line that is not empty, with CR if it ends with that. */
async function readFirstLine(path: string): Promise<{ readonly text: Text; readonly line: string }> {
  const text = await readText(readBytes(path, null));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of text.pieces) {
      chunks.push(piece);
      bytes += piece.length;
      if (bytes > MAX_HEADER_BYTES || /[^\r\n][\r\n]/.test(Buffer.from(piece).toString())) break;
    }
  } catch (error) {
    // The reading that follows says where it is, with the column.
    if (!(error instanceof InputProblem)) throw error;
  }
  const lines = Buffer.concat(chunks).toString().split('\n');
  return { text, line: lines.find((line) => line.trim() !== '') ?? '' };
}

/** Reads a file from its start. */
export async function readInput(input: InputFile): Promise<Reading> {
  const hash = createHash('sha256');
  const { pieces } = await readText(readBytes(input.path, hash));
  const digest = () => hash.copy().digest('hex');
  if (input.format === 'jsonl') return { header: null, rows: readJsonLines(pieces), digest };
  const { header, rows } = await readCsv(pieces, input.delimiter, input.isColumn);
  return { header, rows, digest };
}

async function* readBytes(path: string, hash: Hash | null): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      hash?.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The character between the cells of a CSV file. */
export function delimiterOf({ delimiter }: InputFile): string {
  return DELIMITERS[delimiter];
}
