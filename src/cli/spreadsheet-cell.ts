import { stringify } from 'csv-stringify/sync';

/** A spreadsheet takes a cell that begins so for a formula. Quotes before it are from an earlier escape. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A cell that a spreadsheet shows as it is: a quote precedes what it would take for a formula. */
export function escapeCell(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/** The value of a cell that `escapeCell` wrote. */
export function unescapeCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** A record of CSV, with quotes as RFC 4180 has them. */
export function csvLine(cells: readonly string[], delimiter: string, lineEnd: string): string {
  // Of line ends the library itself quotes that of the record alone.
  return stringify([[...cells]], { delimiter, record_delimiter: lineEnd, quoted_match: /[\r\n]|^\s|\s$/ });
}
