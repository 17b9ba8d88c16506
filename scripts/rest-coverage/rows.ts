/**
 * Where a name of the REST API is in the GraphQL schema. A place is `Type`, `Type.field`, `Type.field(argument)` or
 * `Enum.VALUE`.
 *
 * - A place, or several: the client sends or reads exactly this name.
 * - `at` and `how`: the schema has it, but the client does not pass on a value of the caller under this name.
 * - `why`: the schema does not have it.
 */
export type Row =
  | string
  | readonly string[]
  | { readonly at: string | readonly string[]; readonly how: string }
  | { readonly why: string };

/** Rows by name. A nested name has dots, `[]` after a list, and `=` before a value of an enumeration. */
export type Rows = Readonly<Record<string, Row>>;

/** What one operation takes and returns. */
export interface OperationCoverage {
  /** The group of the operation in the vendor's description. */
  readonly group: string;
  /** Whether the vendor deprecates it. @default false */
  readonly isDeprecated?: boolean;
  /** Places of the ids in the path, by placeholder. */
  readonly ids?: Rows;
  readonly query?: Rows;
  /** Parameters that only newer documents have than the description with 64 parameters. */
  readonly newerQuery?: Rows;
  readonly body?: Rows;
  readonly newerBody?: Rows;
  /** Names of the records of its response. */
  readonly returns: readonly string[];
}

/** Rows whose places are fields of one type, with the same names in camel case. @param names separated by blanks */
export function fieldsOf(type: string, names: string): Rows {
  return Object.fromEntries(names.split(' ').map((name) => [name, `${type}.${camelCase(name)}`]));
}

/** Values of an enumeration whose places have the same names in upper case. @param values separated by blanks */
export function valuesOf(name: string, type: string, values: string): Rows {
  return Object.fromEntries(
    values.split(' ').map((value) => [`${name}=${value}`, `${type}.${value.toUpperCase()}`]),
  );
}

/** The same rows, for fields of a nested object. */
export function within(prefix: string, rows: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}${name}`, row]));
}

/** Rows without a place for one reason. @param names separated by blanks */
export function without(names: string, why: string): Rows {
  return Object.fromEntries(names.split(' ').map((name) => [name, { why }]));
}

/** The places of a row. */
export function placesOf(row: Row): readonly string[] {
  if (typeof row === 'string') return [row];
  if (isList(row)) return row;
  return 'at' in row ? [row.at].flat() : [];
}

/** The note of a row: how the gateway does without the name, or why the schema does not have it. */
export function noteOf(row: Row): string | null {
  if (typeof row === 'string' || isList(row)) return null;
  return 'how' in row ? row.how : row.why;
}

/** Whether a row is about a value of an enumeration. */
export function isValue(name: string): boolean {
  return name.includes('=');
}

function isList(row: Row): row is readonly string[] {
  return Array.isArray(row);
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
