import { csvLine } from '../spreadsheet-cell.ts';
import { cellsOf } from './csv.ts';
import type { ReadCustomer } from './documents.ts';
import type { ExportSettings } from './parts.ts';
import { recordOf } from './record.ts';

/** Turns customers into the text of a file. */
export interface Writer {
  /** What the file begins with. */
  readonly start: string;
  readonly textOf: (customers: readonly ReadCustomer[]) => string;
  /** Of some customers, how many have more addresses than the file has columns for. */
  readonly countTruncated: (customers: readonly ReadCustomer[]) => number;
}

/** @param columns those of CSV */
export function createWriter({ format, addressColumns }: ExportSettings, columns: readonly string[]): Writer {
  if (format === 'jsonl')
    return {
      start: '',
      textOf: (customers) => customers.map((customer) => `${JSON.stringify(recordOf(customer))}\n`).join(''),
      countTruncated: () => 0,
    };
  const line = (cells: readonly string[]) => csvLine(cells, ',', '\r\n');
  return {
    start: line(columns),
    textOf: (customers) => customers.map((customer) => line(cellsOf(columns, recordOf(customer)))).join(''),
    countTruncated: (customers) =>
      customers.filter(({ addresses }) => (addresses?.nodes.length ?? 0) > addressColumns).length,
  };
}
