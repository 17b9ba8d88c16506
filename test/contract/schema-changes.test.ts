import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { changesBetween, faultsOf, readDeclared, readSchemas } from '../../scripts/schema-changes.ts';
import { describeChanges, withRelease, withUnreleased } from '../../scripts/write-schema-changelog.ts';

const RELEASED = `
  enum Kind { KEY SHOPPER }
  input Filter { name: String }
  type Customer { email: String! notes: String kind: Kind }
  type Query { customers(first: Int, filter: Filter): [Customer!] customer(id: Int!): Customer }
`;
const released = buildSchema(RELEASED);

const BREAKING = [
  ['a removed field', 'FIELD_REMOVED', 'Customer.notes', { from: ' notes: String', to: '' }],
  ['a field that can be null', 'FIELD_TYPE_CHANGED', 'Customer.email', { from: 'String! n', to: 'String n' }],
  ['a removed argument', 'FIELD_ARGUMENT_REMOVED', 'Query.customers.first', { from: 'first: Int, ', to: '' }],
  [
    'a required argument',
    'FIELD_ARGUMENT_ADDED',
    'Query.customer.by',
    { from: 'id: Int!', to: 'id: Int!, by: Int!' },
  ],
  ['a removed enum value', 'ENUM_VALUE_REMOVED', 'Kind.KEY', { from: 'KEY ', to: '' }],
  [
    'a required input field',
    'INPUT_FIELD_ADDED',
    'Filter.age',
    { from: 'name: String', to: 'name: String age: Int!' },
  ],
] as const;

test('the schema has no breaking change that is not declared', async () => {
  const { released: last, current } = readSchemas();
  expect(faultsOf(await changesBetween(last, current), readDeclared())).toEqual([]);
});

test.each(BREAKING)('%s fails unless it is declared with a reason', async (_, type, path, { from, to }) => {
  const changes = await changesBetween(released, changed(from, to));
  expect(faultsOf(changes, [])).toEqual([expect.stringContaining(`declare ${type} ${path} in`)]);
  expect(faultsOf(changes, [{ type, path, reason: ' ' }])).toEqual([`${type} ${path} has no reason`]);
  const declared = [{ type, path, reason: 'Use `customer`.' }];
  expect(faultsOf(changes, declared)).toEqual([]);
  expect(describeChanges(changes, declared)).toMatch(/^### Breaking\n\n- .*\. Use `customer`\.$/);
});

test('a declaration without its change fails', async () => {
  const declared = [{ type: 'FIELD_REMOVED', path: 'Customer.notes', reason: 'Nobody reads them.' }];
  expect(faultsOf(await changesBetween(released, released), declared)).toEqual([
    'FIELD_REMOVED Customer.notes is declared, but the schema has no such change',
  ]);
});

test('an addition needs no declaration and is in the changelog', async () => {
  const added = await changesBetween(released, changed('notes: String', 'notes: String phone: String'));
  expect(faultsOf(added, [])).toEqual([]);
  expect(describeChanges(added, [])).toBe(
    '### Added\n\n- Field `phone` was added to object type `Customer`.',
  );
  const value = await changesBetween(released, changed('KEY ', 'KEY USER '));
  expect(describeChanges(value, [])).toContain('Enum value `USER` was added to enum `Kind`.');
});

test('a release keeps the older parts of the changelog and empties the unreleased one', () => {
  const changelog = '# Title\n\n## Unreleased\n\nold\n\n## 0.1.0\n\nThe first.\n';
  const written = withUnreleased(changelog, 'new');
  expect(written).toBe('# Title\n\n## Unreleased\n\nnew\n\n## 0.1.0\n\nThe first.\n');
  expect(withUnreleased(written, 'new')).toBe(written);
  expect(withRelease(written, '0.2.0')).toBe(
    '# Title\n\n## Unreleased\n\nNothing has changed.\n\n## 0.2.0\n\nnew\n\n## 0.1.0\n\nThe first.\n',
  );
});

function changed(from: string, to: string) {
  expect(RELEASED).toContain(from);
  return buildSchema(RELEASED.replace(from, to));
}
