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
  return `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}${lineEnd}`;
}

function quoted(cell: string, delimiter: string): string {
  const needsQuotes = cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}
