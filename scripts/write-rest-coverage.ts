import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isInterfaceType, isObjectType } from 'graphql';
import type { FieldCost } from '../src/cost/population.ts';
import { OPERATIONS, type Operation } from '../src/rest/operations.ts';
import { schema } from '../src/schema/index.ts';
import { COVERAGE } from './rest-coverage/operations.ts';
import { RECORDS } from './rest-coverage/records.ts';
import {
  isValue,
  noteOf,
  type OperationCoverage,
  placesOf,
  type Row,
  type Rows,
} from './rest-coverage/rows.ts';

/** The records that are not those of one group. */
const SHARED_RECORDS = ['page', 'batch', 'error'];

const operations = Object.values<Operation>(OPERATIONS).map((operation) => {
  const coverage = COVERAGE[operation.id];
  if (coverage === undefined) throw new Error(`scripts/rest-coverage has no ${operation.id}`);
  return { ...operation, ...coverage };
});
const groups = Map.groupBy(operations, ({ group }) => group);

/** The fields that an operation serves, by its id. */
const fieldsByOperation = Map.groupBy(
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ ...field, place: `${type.name}.${field.name}` })),
    )
    .flatMap(({ place, extensions }) =>
      ((extensions.cost as FieldCost | undefined)?.operations ?? []).map((operation) => ({
        place,
        operation,
      })),
    ),
  ({ operation }) => operation as string,
);

/** A list of rows of one kind. The same name can stand in several operations. */
type Entries = readonly (readonly [name: string, row: Row])[];

const KINDS: readonly (readonly [title: string, rowsOf: (operation: OperationCoverage) => Rows])[] = [
  ['path', ({ ids = {} }) => ids],
  ['query', ({ query = {} }) => query],
  ['query, newer', ({ newerQuery = {} }) => newerQuery],
  ['body', ({ body = {} }) => body],
  ['body, newer', ({ newerBody = {} }) => newerBody],
];

function coveragePage(): string {
  return `${[intro(), counts(), ...[...groups].map(groupSection), recordsSection()].join('\n\n')}\n`;
}

function intro(): string {
  return `<!-- Generated from scripts/rest-coverage by npm run codegen. -->

# Coverage of the REST API

Every operation of the Customers V3 REST API, with each of its parameters, fields and values, and the place in
[the schema](../schema.graphql) that stands for it, or the reason why it has none. *Newer* are those that the vendor's present
documents add to the description of 2024. Any operation can answer with an [error](#error), also if the description lists none. Tests compare
this page with the schema, with what the gateway sends and with what it reads.`;
}

function counts(): string {
  const rows = [...groups].map(([group, members]) => {
    const records = new Set(
      members.flatMap(({ returns }) => returns).filter((name) => !SHARED_RECORDS.includes(name)),
    );
    return countRow(group, members, entriesOf([...records]));
  });
  const shared = countRow('Pages, batches and errors', [], entriesOf(SHARED_RECORDS));
  const total = countRow('**Total**', operations, entriesOf(Object.keys(RECORDS)));
  return [
    '## Counts',
    'In the schema, of all. A record that several operations of a group return counts once in the group.',
    [
      '| group | operations | query parameters | newer query parameters | body fields | response fields | values |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
      shared,
      total,
    ].join('\n'),
  ].join('\n\n');
}

function countRow(title: string, members: readonly OperationCoverage[], response: Entries): string {
  const all = (kinds: readonly string[]) =>
    members.flatMap((member) =>
      KINDS.flatMap(([kind, rowsOf]) => (kinds.includes(kind) ? Object.entries(rowsOf(member)) : [])),
    );
  const [query, newer, body] = [all(['query']), all(['query, newer']), all(['body', 'body, newer'])];
  const names = [query, newer, body, response].map((entries) =>
    countOf(entries.filter(([name]) => !isValue(name))),
  );
  const values = [...query, ...newer, ...body, ...response].filter(([name]) => isValue(name));
  return `| ${[title, members.length || '', ...names, countOf(values)].join(' | ')} |`;
}

function countOf(entries: Entries): string {
  const covered = entries.filter(([, row]) => placesOf(row).length > 0);
  return entries.length === 0 ? '' : `${covered.length} of ${entries.length}`;
}

function entriesOf(records: readonly string[]): Entries {
  return records.flatMap((name) => Object.entries(RECORDS[name]?.fields ?? {}));
}

function groupSection([group, members]: readonly [string, typeof operations]): string {
  const sections = members.map((member) => {
    const returned = member.returns.map((name) => recordLink(name)).join(', ');
    const rows = KINDS.flatMap(([kind, rowsOf]) =>
      tableRows(Object.entries(rowsOf(member))).map((cells) => `| ${kind} | ${cells} |`),
    );
    const table = ['| in | name | place in the schema |', '| --- | --- | --- |', ...rows].join('\n');
    return [
      `### ${member.id}`,
      `\`${member.method} ${member.path}\` returns: ${returned}. It serves: ${fieldsServedBy(member.id)}.${member.isDeprecated ? ' The vendor deprecates it.' : ''}`,
      ...(rows.length > 0 ? [table] : []),
    ].join('\n\n');
  });
  return [`## ${group}`, ...sections].join('\n\n');
}

function fieldsServedBy(operation: string): string {
  const fields = new Set(fieldsByOperation.get(operation)?.map(({ place }) => `\`${place}\``));
  if (fields.size === 0) throw new Error(`no field of the schema is served by ${operation}`);
  return [...fields].join(', ');
}

function recordLink(name: string): string {
  const title = RECORDS[name]?.title;
  if (title === undefined) throw new Error(`scripts/rest-coverage has no record ${name}`);
  if (name === 'nothing') return 'no content';
  const anchor = title.toLowerCase().replaceAll(' ', '-');
  return `[${title.charAt(0).toLowerCase()}${title.slice(1)}](#${anchor})`;
}

function recordsSection(): string {
  const sections = Object.entries(RECORDS)
    .filter(([name]) => name !== 'nothing')
    .map(([, { title, fields }]) => {
      const rows = tableRows(Object.entries(fields)).map((cells) => `| ${cells} |`);
      return [`### ${title}`, ['| field | place in the schema |', '| --- | --- |', ...rows].join('\n')].join(
        '\n\n',
      );
    });
  return ['## Records in responses', ...sections].join('\n\n');
}

/** The cells of the rows. Names that follow each other and have the same place or reason share a row. */
function tableRows(entries: Entries): readonly string[] {
  const rows: { names: string[]; place: string }[] = [];
  for (const [name, row] of entries) {
    const place = placeCell(row);
    const last = rows.at(-1);
    if (last?.place === place) last.names.push(`\`${name}\``);
    else rows.push({ names: [`\`${name}\``], place });
  }
  return rows.map(({ names, place }) => `${names.join(', ')} | ${place}`);
}

function placeCell(row: Row): string {
  const places = placesOf(row)
    .map((place) => `\`${place}\``)
    .join(', ');
  const note = noteOf(row);
  if (places === '') return `none. ${note}`;
  return note === null ? places : `${places}. ${note}`;
}

/** The generated page. */
export const REST_COVERAGE_DOC = { path: 'docs/rest-coverage.md', text: coveragePage() };

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(REST_COVERAGE_DOC.path, REST_COVERAGE_DOC.text);
}
