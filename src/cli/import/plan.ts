import { nearest } from '../choices.ts';
import { DELIMITERS, type DelimiterName, detectDelimiter } from './delimiter.ts';
import { shownName } from './input-problem.ts';
import { type ColumnRule, defaultRule, type Mapping } from './mapping.ts';
import { isReadOnly, KNOWN_NAMES, targetName, targetOf, wholeTargetOf } from './targets.ts';

/** What each column of a file fills. */
export interface Plan {
  /** In the order of the columns. Null for one that is not imported. */
  readonly rules: readonly (ColumnRule | null)[];
  /** What the user should know of columns that are not imported. */
  readonly notices: readonly string[];
}

/** What the rejects file adds to the columns of the input: they are ignored when it is imported. */
export const REJECT_COLUMNS = ['import.line', 'import.code', 'import.field', 'import.message'] as const;

/** Plans the columns of a CSV file. Returns all problems if there are any. */
export function planColumns(
  header: readonly string[],
  mapping: Mapping,
  delimiter: DelimiterName,
): { readonly plan: Plan } | { readonly problems: readonly string[] } {
  const columns = header.map((name) => ({ name, rule: ruleOf(name, mapping) }));
  if (columns.every(({ rule }) => rule === undefined || rule === null))
    return { problems: [noKnownColumn(header, delimiter), ...missingColumns(header, mapping)] };
  const problems = [
    ...columns.flatMap(({ name, rule }, at) => (rule === undefined ? [unknownColumn(name, at + 1)] : [])),
    ...duplicates(header, (name) => name, 'have the same name'),
    ...duplicates(
      columns.map(({ rule }) => (rule ? targetName(rule.target) : '')),
      (target) => target,
      'fill the same field',
    ),
    ...missingColumns(header, mapping),
    ...(columns.some(({ rule }) => rule && targetName(rule.target) === 'email') ? [] : [NO_EMAIL]),
  ];
  const ignored = header.filter((name) => !mapping.has(name) && isReadOnly(name) && targetOf(name) === null);
  const notices =
    ignored.length === 0
      ? []
      : [`not imported, because the store sets it: ${ignored.map(shownName).join(', ')}`];
  if (problems.length > 0) return { problems };
  return { plan: { rules: columns.map(({ rule }) => rule ?? null), notices } };
}

const NO_EMAIL =
  'no column fills the e-mail address, by which customers are found: name one email, or map one to it';

/** The rule of a column. Null if it is not imported, undefined if it is not known. */
export function ruleOf(name: string, mapping: Mapping): ColumnRule | null | undefined {
  const mapped = mapping.get(name);
  if (mapped !== undefined) return mapped;
  if (REJECT_COLUMNS.some((column) => column === name)) return null;
  const target = targetOf(name);
  if (target !== null) return defaultRule(target);
  return isReadOnly(name) ? null : undefined;
}

/** The rule of a key of JSON, whose value can be a list or an object. */
export function ruleOfKey(key: string, value: unknown, mapping: Mapping): ColumnRule | null | undefined {
  if (key === 'import') return null;
  const whole = typeof value === 'object' && value !== null && !mapping.has(key) ? wholeTargetOf(key) : null;
  return whole === null ? ruleOf(key, mapping) : defaultRule(whole);
}

/** The first line can be a customer: its cells are not quoted. */
function noKnownColumn(header: readonly string[], delimiter: DelimiterName): string {
  const other = header.length === 1 ? detectDelimiter(header[0] ?? '') : null;
  if (other !== null && other !== delimiter)
    return `line 1 has no ${delimiter}, but ${count(header[0] ?? '', DELIMITERS[other])} times the character ${other}: try --delimiter ${other}`;
  const between = header.length === 1 ? ', with a comma, semicolon, tab or pipe between them' : '';
  return `line 1 has no column that is known. It must hold the names of the columns, such as email,firstName,lastName${between}; other names need --mapping`;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function unknownColumn(name: string, number: number): string {
  if (name === '') return `column ${number} has no name`;
  const near = nearest(name, KNOWN_NAMES);
  const suggestion = near === null ? '' : ` (did you mean ${near}?)`;
  return `column ${number}, "${shownName(name)}", is no field of a customer${suggestion}; map it by --mapping, to null if it is not to be imported`;
}

function duplicates(
  values: readonly string[],
  keyOf: (value: string) => string,
  problem: string,
): readonly string[] {
  const places = Map.groupBy(values.keys(), (at) => keyOf(values[at] ?? ''));
  return [...places].flatMap(([key, at]) =>
    key === '' || at.length === 1 ? [] : [`columns ${at.map((each) => each + 1).join(' and ')} ${problem}`],
  );
}

/** Columns of the mapping that the file does not have. */
function missingColumns(header: readonly string[], mapping: Mapping): readonly string[] {
  return [...mapping.keys()]
    .filter((name) => !header.includes(name))
    .map((name) => {
      const near = nearest(name, header);
      return `the file has no column "${shownName(name)}" of the mapping${near === null ? '' : ` (is it column ${header.indexOf(near) + 1}?)`}`;
    });
}
