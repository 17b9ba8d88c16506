/** A query parameter: its name and its encoded value. */
export type Parameter = readonly [name: string, encodedValue: string];

/** Joins parameters into a query string, without the `?`. Names are not encoded: the store expects their colons raw. */
export function queryString(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

/** A parameter with one value. */
export function parameter(name: string, value: string | number): Parameter {
  return [name, encodeValue(value)];
}

/** A value as it stands in a query string. A whole number needs no encoding, which takes four times as long. */
export function encodeValue(value: string | number): string {
  return Number.isSafeInteger(value) ? String(value) : encodeURIComponent(value);
}

/** A list as the store expects it: each value encoded, joined with literal commas. */
export function listParameter(name: string, values: readonly (string | number)[]): Parameter {
  return [name, values.map(encodeValue).join(',')];
}

/** A time in a date filter: a timestamp, or a calendar date such as `2026-04-01`. */
export type FilterTime = Date | string;

/**
 * A calendar date as written, or a timestamp in UTC (`Z`), truncated to seconds. Its colons stay raw: the store silently
 * ignores a date filter with `%3A`.
 */
export function dateParameter(name: string, value: FilterTime): Parameter {
  return [name, typeof value === 'string' ? value : `${value.toISOString().slice(0, 19)}Z`];
}

/** Rounds a timestamp up to the next full second: the store keeps no fractions. */
export function ceilToSecond(value: Date): Date {
  return new Date(Math.ceil(value.getTime() / 1000) * 1000);
}

/** A date range for one of the store's date columns, both ends inclusive. */
export interface DateRange {
  readonly equals?: FilterTime | undefined;
  readonly min?: FilterTime | undefined;
  readonly max?: FilterTime | undefined;
}

/** The parameters of a date filter, at most three. */
export function dateRangeParameters(name: string, range: DateRange | undefined): Parameter[] {
  if (range === undefined) return [];
  const { equals, min, max } = range;
  return [
    ...(equals === undefined ? [] : [dateParameter(name, equals)]),
    ...(min === undefined
      ? []
      : [dateParameter(`${name}:min`, typeof min === 'string' ? min : ceilToSecond(min))]),
    ...(max === undefined ? [] : [dateParameter(`${name}:max`, max)]),
  ];
}

/** A date filter for columns that support only `:min` and `:max`. An exact time, or a whole day, becomes both bounds. */
export function dateBoundsParameters(name: string, range: DateRange | undefined): Parameter[] {
  if (range?.equals === undefined) return dateRangeParameters(name, range);
  return dateRangeParameters(name, { min: firstSecond(range.equals), max: lastSecond(range.equals) });
}

/** The first second of a calendar date in UTC. A timestamp is returned as it is. */
export function firstSecond(time: FilterTime): Date {
  return typeof time === 'string' ? new Date(`${time}T00:00:00Z`) : time;
}

/** The last second of a calendar date in UTC. A timestamp is returned as it is. */
export function lastSecond(time: FilterTime): Date {
  return typeof time === 'string' ? new Date(`${time}T23:59:59Z`) : time;
}
