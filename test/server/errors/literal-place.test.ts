import { buildSchema, type GraphQLError, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { argumentOfLiteral } from '../../../src/server/errors/literal-place.ts';

const schema = buildSchema(`
  input Range { min: Int }
  input Filter { ids: [Int!], at: Range, ranges: [Range!] }
  type Query { list(first: Int, filter: Filter, name: String): Int }
`);

function errorOf(query: string): GraphQLError {
  const [error] = validate(schema, parse(query));
  if (error === undefined) throw new Error('the query is valid');
  return error;
}

test.each([
  ['{ list(first: 9999999999) }', 'first'],
  ['{ list(name: "x", first: 9999999999) }', 'first'],
  ['{ list(filter: { ids: 9999999999 }) }', 'filter.ids'],
  ['{ list(first: 1, filter: { at: { min: 1 }, ids: [1, 2, 9999999999, 3] }) }', 'filter.ids'],
  ['{ list(filter: { ids: [1], at: { min: 1.5 } }) }', 'filter.at.min'],
  ['{ list(filter: { ranges: [{ min: 1 }, { min: "x" }] }) }', 'filter.ranges.min'],
  ['query ($first: Int = 9999999999) { list(first: $first) }', 'first'],
  [`query ($${'x'.repeat(300)}: Int = 9999999999) { list(first: $${'x'.repeat(300)}) }`, 'x'.repeat(100)],
])('names the argument of the invalid literal in %s', (query, argument) => {
  expect(argumentOfLiteral(errorOf(query))).toBe(argument);
});

test('is null for an error that is not about a literal', () => {
  expect(argumentOfLiteral(errorOf('{ other }'))).toBeNull();
  expect(argumentOfLiteral(errorOf('{ list(first: [1, 2]) }'))).toBeNull();
});
