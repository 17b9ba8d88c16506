import { parseTimeRange, type TimeRange } from './dates.ts';
import { decodeFormValue, parseIntegers, parseList } from './query.ts';
import { ApiError } from './responses.ts';
import type { SqlValue } from './store.ts';
import type { Switches } from './switches.ts';

/** A condition of a WHERE clause. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Converts the raw value of a query parameter to a condition, or to null if the filter is not applied. */
export type Filter = (name: string, raw: string, switches: Switches) => SqlCondition | null;

/** The filters of an operation by parameter name. */
export type Filters = Readonly<Record<string, Filter>>;

export function integerIn(column: string): Filter {
  return (name, raw) => inList(column, parseIntegers(name, raw));
}

export function textIn(column: string): Filter {
  return (_name, raw) => inList(column, parseList(raw));
}

export function textEquals(column: string): Filter {
  return (_name, raw) => ({ sql: `${column} = ?`, params: [decodeFormValue(raw)] });
}

/** For ids that the API types as strings: a non-numeric value matches nothing and is not an error. */
export function numericStringIn(column: string): Filter {
  return (_name, raw) =>
    inList(
      column,
      parseList(raw)
        .filter((text) => /^\d+$/.test(text))
        .map(Number),
    );
}

/** Matches columns that contain any of the listed strings, case-insensitively for ASCII letters. */
export function textLike(column: string): Filter {
  return (_name, raw) => {
    const patterns = parseList(raw).map((text) => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`);
    const sql = `EXISTS (SELECT 1 FROM json_each(?) WHERE ${column} LIKE value ESCAPE '\\')`;
    return { sql, params: [JSON.stringify(patterns)] };
  };
}

/** The three parameters of a date: the exact timestamp, `:min` and `:max`, both inclusive. */
export function dateFilters(column: string, options: { readonly unixTime?: boolean } = {}): Filters {
  const read = (build: (value: TimeRange) => SqlCondition): Filter => {
    return (name, raw, switches) => {
      // A client that encodes the colons gets every row: the store silently drops the filter.
      if (switches.encodedDateColon === 'ignored' && /%3a/i.test(raw)) return null;
      return build(parseDateFilter(name, decodeFormValue(raw), options.unixTime ?? false));
    };
  };
  return {
    [column]: read(({ from, seconds }) => ({
      sql: `${column} BETWEEN ? AND ?`,
      params: [from, from + seconds - 1],
    })),
    [`${column}:min`]: read(({ from }) => ({ sql: `${column} >= ?`, params: [from] })),
    [`${column}:max`]: read(({ from }) => ({ sql: `${column} <= ?`, params: [from] })),
  };
}

function inList(column: string, values: readonly (string | number)[]): SqlCondition {
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, params: [JSON.stringify(values)] };
}

function parseDateFilter(name: string, text: string, unixTime: boolean): TimeRange {
  if (unixTime && /^\d+$/.test(text)) {
    // The documented example is in milliseconds. A smaller value is in seconds.
    const value = Number(text);
    return { from: value > 99_999_999_999 ? Math.floor(value / 1000) : value, seconds: 1 };
  }
  // A plus sign decodes to a space, so an offset sent as `+01:00` arrives as ` 01:00`.
  const value = parseTimeRange(text.replace(' ', '+'));
  if (value === null)
    throw new ApiError(422, `Query parameter "${name}" value "${text}" is not a valid date.`);
  return value;
}
