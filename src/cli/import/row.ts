import type { RowProblem } from './input-problem.ts';

/** A longer row is refused: a request to the gateway has at most 1 MB. */
export const MAX_ROW_BYTES = 500_000;

/** One row of an input: of a CSV file, or a line of JSON. */
export interface InputRow {
  /** The line at which it begins, from 1. */
  readonly line: number;
  /** The names of the columns, or the keys of the JSON object. */
  readonly columns: readonly string[];
  /** The values in their order. Those of CSV are strings. */
  readonly values: readonly unknown[];
  /** The line itself. Null for CSV, whose values are all that it has. */
  readonly source: string | null;
  /** Why it cannot be imported, if that shows in the row itself. */
  readonly problem: RowProblem | null;
}
