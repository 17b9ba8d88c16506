import { createHash } from 'node:crypto';
import { InputProblem, type RowProblem } from './input-problem.ts';
import type { Mapping } from './mapping.ts';
import { type InputFile, readInput } from './open.ts';
import { type Plan, planColumns } from './plan.ts';
import { type CheckedRow, type CheckRow, createRowCheck } from './rows.ts';

/** A file whose columns are understood. */
export interface Scan {
  readonly input: InputFile;
  readonly mapping: Mapping;
  /** Null for lines of JSON. */
  readonly plan: Plan | null;
  /** Rows of the file, blank ones not counted. */
  readonly rows: number;
  /** SHA-256 of the file, and of all that decides what its rows mean. */
  readonly digest: string;
  readonly mappingDigest: string;
  /** The columns that name an attribute of the store, by its name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Rows that are rejected without asking the gateway. */
  readonly rejected: number;
}

/** A row with its problem. */
export interface LineProblem extends RowProblem {
  readonly line: number;
}

/**
 * Reads a whole file before anything is written.
 *
 * @returns problems of the columns, of which there can be several
 * @throws InputProblem if the file cannot be understood
 */
export async function scanInput(
  input: InputFile,
  mapping: Mapping,
): Promise<{ readonly scan: Scan } | { readonly problems: readonly string[] }> {
  const { header, rows, digest } = await readInput(input);
  const planned = header === null ? { plan: null } : planHeader(header, input, mapping);
  if ('problems' in planned) return planned;
  const { plan } = planned;
  const check = createRowCheck(mapping, plan);
  const attributes = new Map<string, string>();
  let [count, rejected] = [0, 0];
  for await (const row of rows) {
    const { item } = check(row);
    count += 1;
    if (item === null) rejected += 1;
    for (const [at, { attributeName }] of (item?.input.attributes ?? []).entries())
      if (attributeName) attributes.set(attributeName, item?.columnOf(['attributes', at]) ?? '');
  }
  if (count === 0) return { problems: [`${input.path} has no rows`] };
  const mappingDigest = digestOf({ mapping: [...mapping], delimiter: input.delimiter, format: input.format });
  return {
    scan: { input, mapping, plan, rows: count, digest: digest(), mappingDigest, attributes, rejected },
  };
}

function planHeader(header: readonly string[], input: InputFile, mapping: Mapping) {
  if (header.length === 0) return { problems: [`${input.path} is empty`] };
  return planColumns(header, mapping, input.delimiter);
}

function digestOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** The rows of a scanned file, checked again one after another. @throws InputProblem at the end if the file has changed */
export async function* checkedRows({ input, mapping, plan, digest }: Scan): AsyncGenerator<CheckedRow> {
  const check: CheckRow = createRowCheck(mapping, plan);
  const reading = await readInput(input);
  for await (const row of reading.rows) yield check(row);
  if (reading.digest() !== digest) throw new InputProblem(`${input.path} has changed while it was read`);
}

/** The problems of a row, each with its line. */
export function lineProblems({
  line,
  problems,
}: Pick<CheckedRow, 'line' | 'problems'>): readonly LineProblem[] {
  return problems.map((problem) => ({ line, ...problem }));
}
