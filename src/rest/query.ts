/** A query parameter: its name and its value, which is encoded already. */
export type Parameter = readonly [name: string, encodedValue: string];

/** Joins parameters into a query string, without the `?`. Names stand raw: their colon is part of the name. */
export function queryString(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

/** One value. */
export function scalar(name: string, value: string | number): Parameter {
  return [name, encodeURIComponent(value)];
}

/** A list as the store wants it: each value encoded by itself, joined with literal commas. */
export function list(name: string, values: readonly (string | number)[]): Parameter {
  return [name, values.map(encodeURIComponent).join(',')];
}

/** A moment in whole seconds and the `Z` form. Its colons stay raw: the store silently ignores a date filter with `%3A`. */
export function moment(name: string, value: Date): Parameter {
  return [name, `${value.toISOString().slice(0, 19)}Z`];
}

/** The smallest whole second at or after a moment: the store keeps no fractions. */
export function secondFrom(value: Date): Date {
  return new Date(Math.ceil(value.getTime() / 1000) * 1000);
}

/** A window of time over one of the store's date columns, both ends inclusive. */
export interface DateRange {
  readonly equals?: Date | undefined;
  readonly min?: Date | undefined;
  readonly max?: Date | undefined;
}

/** The up to three parameters of a date filter. */
export function dateRange(name: string, range: DateRange | undefined): Parameter[] {
  if (range === undefined) return [];
  const { equals, min, max } = range;
  return [
    ...(equals === undefined ? [] : [moment(name, equals)]),
    ...(min === undefined ? [] : [moment(`${name}:min`, secondFrom(min))]),
    ...(max === undefined ? [] : [moment(`${name}:max`, max)]),
  ];
}

/** A date filter where the store knows only bounds: an exact moment is both of them. */
export function dateSpan(name: string, range: DateRange | undefined): Parameter[] {
  if (range?.equals === undefined) return dateRange(name, range);
  return dateRange(name, { min: range.equals, max: range.equals });
}
