import { keysOf } from '../../resolvers/upsert/check.ts';
import { unescapeCell } from '../spreadsheet-cell.ts';
import type { RowProblem } from './input-problem.ts';
import { buildItem, type Cell, type Item } from './items.ts';
import type { Mapping } from './mapping.ts';
import { type Plan, ruleOfKey } from './plan.ts';
import type { InputRow } from './row.ts';
import { targetName } from './targets.ts';

/** A row, ready to be sent or rejected. */
export interface CheckedRow {
  readonly line: number;
  readonly row: InputRow;
  /** Null if the row is rejected. */
  readonly item: Item | null;
  /** Empty if the row can be sent. */
  readonly problems: readonly RowProblem[];
}

/** Checks one row after another, as far as the store is not needed. */
export type CheckRow = (row: InputRow) => CheckedRow;

/** @param plan of the columns; null for lines of JSON */
export function createRowCheck(mapping: Mapping, plan: Plan | null): CheckRow {
  const firstLines = new Map<string, number>();

  /** The line of an earlier row for the same customer. */
  function earlierLine({ input }: Item, line: number): number | null {
    const keys = keysOf(input, 'EMAIL');
    const found = keys.map((key) => firstLines.get(key)).find((earlier) => earlier !== undefined);
    if (found === undefined) for (const key of keys) firstLines.set(key, line);
    return found ?? null;
  }

  return (row) => {
    const { line } = row;
    const rejected = (problems: readonly RowProblem[]) => ({ line, row, item: null, problems });
    if (row.problem !== null) return rejected([row.problem]);
    const cells = plan === null ? cellsOfObject(row, mapping) : cellsOf(row, plan);
    if ('problems' in cells) return rejected(cells.problems);
    const item = buildItem(cells.cells);
    if ('problems' in item) return rejected(item.problems);
    const earlier = earlierLine(item, line);
    if (earlier === null) return { line, row, item, problems: [] };
    const message = `The row is for the same customer as line ${earlier}, and only that one is imported.`;
    return rejected([{ code: 'REPEATED', field: item.columnOf(['email']), message }]);
  };
}

type Cells = { readonly cells: readonly Cell[] } | { readonly problems: readonly RowProblem[] };

function cellsOf({ columns, values }: InputRow, { rules }: Plan): Cells {
  // JSON is never escaped.
  const unescaped = (cell: unknown) => (typeof cell === 'string' ? unescapeCell(cell) : cell);
  const cells = rules.flatMap((rule, at) =>
    rule === null ? [] : [{ column: columns[at] ?? '', value: unescaped(values[at]), rule }],
  );
  return { cells };
}

function cellsOfObject({ columns, values }: InputRow, mapping: Mapping): Cells {
  const cells: Cell[] = [];
  const problems: RowProblem[] = [];
  columns.forEach((column, at) => {
    const value = values[at];
    const rule = ruleOfKey(column, value, mapping);
    if (rule === undefined)
      problems.push({
        code: 'UNKNOWN_FIELD',
        field: shownKey(column),
        message: 'A customer has no such field.',
      });
    else if (rule !== null) cells.push({ column, value, rule });
  });
  problems.push(...repeatedFields(cells));
  return problems.length > 0 ? { problems } : { cells };
}

/** Keys that fill what another key fills already: the same field, or a part of it. */
function repeatedFields(cells: readonly Cell[]): readonly RowProblem[] {
  const names = cells.map(({ rule }) => targetName(rule.target));
  const isRepeated = (name: string, at: number) =>
    names.some(
      (other, index) => index !== at && (other === name ? index < at : name.startsWith(`${other}.`)),
    );
  return cells.flatMap(({ column }, at) =>
    isRepeated(names[at] ?? '', at)
      ? [{ code: 'INVALID', field: shownKey(column), message: 'Another key of the object fills the same.' }]
      : [],
  );
}

/** A key can be anything, a value of somebody too. */
function shownKey(key: string): string | null {
  return /^[\w. -]{1,60}$/.test(key) ? key : null;
}
