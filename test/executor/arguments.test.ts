import fc from 'fast-check';
import { buildSchema, type FieldNode, type GraphQLField, getArgumentValues, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compileArguments, type Variables } from '../../src/executor/arguments.ts';

const schema = buildSchema(`
  scalar Any
  input Filter { min: Int = 3, max: Int!, ids: [Int!], lists: [[Int]], inner: Filter, by: By, any: Any }
  input By @oneOf { id: Int, name: String }
  type Query {
    field(
      one: Int, some: Int = 5, required: Int!, list: [Int], ids: [Int!]!, defaults: [Int] = [1, 2],
      filter: Filter, filters: [Filter!], by: By, any: Any
    ): Int
  }
`);
const FIELD = schema.getQueryType()?.getFields().field as GraphQLField<unknown, unknown>;
const VARIABLES = ['a', 'b', 'c', 'd'];

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('1', '2', 'null', '"text"', 'true', 'NAME', '1.5'),
    fc.constantFrom(...VARIABLES.map((name) => `$${name}`), '$never'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ')}]`),
  object: fc
    .uniqueArray(
      fc.tuple(
        fc.constantFrom('min', 'max', 'ids', 'lists', 'inner', 'by', 'any', 'id', 'name', 'x'),
        tie('value'),
      ),
      {
        selector: ([name]) => name,
        maxLength: 5,
      },
    )
    .map((fields) => `{${fields.map(([name, given]) => `${name}: ${given}`).join(' ')}}`),
}));
const given = fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELD.args.map(({ name }) => name)), value), {
  selector: ([name]) => name,
});
const variables = fc.dictionary(
  fc.constantFrom(...VARIABLES),
  fc.constantFrom(undefined, null, 7, 'text', [1, null], { max: 1 }),
  { noNullPrototype: true },
);

function nodeOf(text: string): FieldNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The text is not an operation.');
  return definition.selectionSet.selections[0] as FieldNode;
}

/** What a function returns, or the error that it throws. */
function outcomeOf(run: () => unknown): object {
  try {
    return { returned: run() };
  } catch (error) {
    return { thrown: String(error) };
  }
}

test('compiled arguments are those that graphql-js reads, or fail with its error', () => {
  let succeeded = 0;
  fc.assert(
    fc.property(given, fc.boolean(), variables, variables, (args, isComplete, ...requests) => {
      const names = new Set(args.map(([name]) => name));
      const missing = isComplete ? ['required', 'ids'].filter((name) => !names.has(name)) : [];
      const texts = [
        ...args.map(([name, text]) => `${name}: ${text}`),
        ...missing.map((name) => `${name}: 1`),
      ];
      const node = nodeOf(`{ field(one: 1 ${texts.join(' ')}) }`);
      const read = compileArguments(FIELD, node);
      for (const values of requests) {
        const expected = outcomeOf(() => getArgumentValues(FIELD, node, values));
        expect(outcomeOf(() => read(values))).toEqual(expected);
        if ('returned' in expected) succeeded += 1;
      }
    }),
    { numRuns: 5_000 },
  );
  expect(succeeded).toBeGreaterThan(500);
});

const VALID: readonly (readonly [string, Variables])[] = [
  ['required: $a ids: [1 $b] filter: {max: $a by: {id: $b}}', { a: 1, b: 2 }],
  ['required: 1 ids: $a filters: {max: 1 inner: {max: $b ids: $b}} list: [$c]', { a: [1], b: 2 }],
  ['required: 1 ids: 2 by: {name: $a} any: {deep: [$a]} defaults: $b some: $b', { a: 'text' }],
];

test.each(VALID)('variables are read wherever they stand: %s', (text, values) => {
  const node = nodeOf(`{ field(${text}) }`);
  expect(compileArguments(FIELD, node)(values)).toEqual(getArgumentValues(FIELD, node, values));
});

test('a variable without a value has none, also if it is named like a method of every object', () => {
  const node = nodeOf('{ field(required: 1 ids: 1 some: $toString filter: {max: 1 min: $constructor}) }');
  expect(compileArguments(FIELD, node)({})).toMatchObject({ some: 5, filter: { max: 1, min: 3 } });
});

test('what contains no variable cannot be changed', () => {
  const { filter } = compileArguments(
    FIELD,
    nodeOf('{ field(required: $a ids: 1 filter: {max: 1}) }'),
  )({ a: 1 });
  expect(Object.isFrozen(filter)).toBe(true);
});
