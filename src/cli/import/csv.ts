import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { DELIMITERS, type DelimiterName, namedDelimiter } from './delimiter.ts';
import { InputProblem } from './input-problem.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { type InputRow, MAX_ROW_BYTES } from './row.ts';

/** A record of the file, as it was parsed. */
interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Whether a name is known. Without a line of names the first line is a customer, whose values no message may quote. */
export type IsColumn = (name: string) => boolean;

/** The cell at which the parser is. */
interface CurrentCell {
  /** Offset at which it begins. */
  start: number;
  /** From 1. */
  number: number;
  /** The record with the names of the columns, as soon as it is known. */
  header: CsvRecord | null;
  readonly isColumn: IsColumn;
}

/** The rows of a CSV file, after the line with the names of the columns. */
export interface CsvRows {
  /** The names of the columns. Empty if the file is empty. */
  readonly header: readonly string[];
  readonly rows: AsyncGenerator<InputRow>;
}

/**
 * Parses CSV as RFC 4180 has it, with any line end. Rows whose cells are all empty are skipped.
 *
 * @throws InputProblem if a quote is wrong, or a row is longer than `MAX_ROW_BYTES`: at the first row, or while the rows are read
 */
export async function readCsv(
  pieces: AsyncIterable<Uint8Array>,
  delimiter: DelimiterName,
  isColumn: IsColumn,
): Promise<CsvRows> {
  const records = readRecords(pieces, DELIMITERS[delimiter], isColumn);
  const first = await firstRecord(records, DELIMITERS[delimiter]);
  if (first === null) return { header: [], rows: rowsOf(records, []) };
  const header = withoutTrailing(
    first.cells.map((name) => name.trim()),
    0,
  );
  return { header, rows: rowsOf(records, header) };
}

async function firstRecord(records: AsyncGenerator<CsvRecord>, delimiter: string): Promise<CsvRecord | null> {
  for (;;) {
    const { done, value } = await records.next();
    if (done) return null;
    if (isHeader(value.cells, delimiter)) return value;
  }
}

/** Spreadsheets write empty cells behind the last column. @param least number of cells that stay */
function withoutTrailing(cells: readonly string[], least: number): readonly string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells.slice(0, Math.max(last + 1, least));
}

/** Blank lines before the names of the columns do not count, nor does one that names the delimiter. */
function isHeader(cells: readonly string[], delimiter: string): boolean {
  return !isBlank(cells) && namedDelimiter(cells.join(delimiter)) === null;
}

function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

async function* rowsOf(
  records: AsyncGenerator<CsvRecord>,
  columns: readonly string[],
): AsyncGenerator<InputRow> {
  for await (const { line, cells } of records) {
    if (isBlank(cells)) continue;
    const values = withoutTrailing(cells, columns.length);
    yield { line, columns, values, source: null, problem: raggedProblem(values, columns) };
  }
}

function raggedProblem(cells: readonly string[], columns: readonly string[]): InputRow['problem'] {
  if (cells.length === columns.length) return null;
  const missing = columns[cells.length];
  const message =
    missing === undefined
      ? `The row has ${cells.length} cells, and the file ${columns.length} columns: it goes on at column ${columns.length + 1}.`
      : `The row has ${cells.length} of ${columns.length} cells: it ends before column ${cells.length + 1}.`;
  return { code: 'ROW_LENGTH', field: missing ?? null, message };
}

async function* readRecords(
  pieces: AsyncIterable<Uint8Array>,
  delimiter: string,
  isColumn: IsColumn,
): AsyncGenerator<CsvRecord> {
  const lines = createLineIndex();
  const cell: CurrentCell = { start: 0, number: 1, header: null, isColumn };
  /** Lines at which the records begin that were parsed and not returned. */
  const starts: number[] = [];
  let recordStart = 0;
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
    cast(value, { bytes }) {
      cell.start = bytes + delimiter.length;
      cell.number += 1;
      return value;
    },
    on_record(cells: string[], { bytes }): string[] {
      const line = lines.lineOf(recordStart);
      starts.push(line);
      recordStart = bytes;
      cell.start = bytes;
      cell.number = 1;
      if (cell.header === null && isHeader(cells, delimiter)) cell.header = { line, cells };
      lines.forgetBefore(bytes);
      return cells;
    },
  });
  const source = { problem: null as InputProblem | null };
  const input = Readable.from(toIndexed(pieces, lines, source));
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let last: CsvRecord | null = null;
  try {
    for await (const cells of parser) {
      if (last !== null) yield last;
      last = { line: starts.shift() ?? 0, cells };
    }
  } catch (error) {
    throw problemOf(error, source.problem, cell, lines);
  } finally {
    input.destroy();
  }
  // The last record ends with the wrong byte.
  if (source.problem !== null) throw atCell(source.problem, { ...cell, number: last?.cells.length ?? 1 });
  if (last !== null) yield last;
}

/** Ends at a wrong byte, with a character in its place, so that the parser arrives at its cell. */
async function* toIndexed(
  pieces: AsyncIterable<Uint8Array>,
  lines: LineIndex,
  source: { problem: InputProblem | null },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      lines.add(piece);
      yield piece;
    }
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error;
    source.problem = error;
    yield Buffer.from('\u{fffd}');
  }
}

function atCell({ reason, place }: InputProblem, { number, header, isColumn }: CurrentCell): InputProblem {
  const isBelow = place !== null && header !== null && place.line > header.line;
  const name = isBelow ? (header.cells[number - 1]?.trim() ?? null) : null;
  return new InputProblem(
    reason,
    place && { ...place, column: { number, name: name !== null && isColumn(name) ? name : null } },
  );
}

/** The messages of the parser quote cells. */
const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'the quote with which the cell begins is not closed before the end of the file',
  CSV_INVALID_CLOSING_QUOTE:
    'a quote closes the cell before its end. Either the quote with which it begins is one too many, or a quote inside is not doubled',
  INVALID_OPENING_QUOTE:
    'a quote inside a cell that does not begin with one: quote the cell, and double the quote',
  CSV_MAX_RECORD_SIZE: `the cell makes its row longer than ${MAX_ROW_BYTES} bytes. A quote may be left open`,
};

function problemOf(
  error: unknown,
  sourceProblem: InputProblem | null,
  cell: CurrentCell,
  lines: LineIndex,
): unknown {
  const { code } = error as Partial<CsvError>;
  const reason = REASONS[code ?? ''];
  if (reason === undefined) return error;
  if (code === 'CSV_QUOTE_NOT_CLOSED' && sourceProblem !== null) return atCell(sourceProblem, cell);
  return atCell(new InputProblem(reason, { line: lines.lineOf(cell.start) }), cell);
}
