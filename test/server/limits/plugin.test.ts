import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorDetails } from '../../../src/errors.ts';
import { examples } from '../../../src/server/graphiql/examples.ts';
import { configFrom, startGatewayOnSandbox } from '../../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 20 });
});
afterAll(() => gateway.close());

const times = (count: number, item: (i: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, i) => item(i)).join(separator);
const lookups = (count: number) =>
  `{ ${times(count, (i) => `c${i}: customer(by: { entityId: ${i + 1} }) { id }`)} }`;

/** A query that selects `addresses` of `customer` recursively. */
function recursion(levels: number): string {
  const selection = (left: number): string =>
    left === 0 ? 'id' : `addresses { nodes { customer { ${selection(left - 1)} } } }`;
  return `{ customer(by: { entityId: 1 }) { ${selection(levels)} } }`;
}

describe('an operation within the limits is accepted', () => {
  test.each([
    ['the examples of GraphiQL', examples.map(({ query }) => query)],
    ['the introspection query of GraphiQL', [getIntrospectionQuery({ oneOf: true })]],
    ['250 aliased lookups', [lookups(250)]],
    ['1,000 aliased lookups', [lookups(1_000)]],
    ['two levels of recursion', [recursion(2)]],
    [
      '100 fragments that select the same field',
      [
        `{ customer(by: { entityId: 1 }) { ${times(100, (i) => `...f${i}`)} } } ${times(100, (i) => `fragment f${i} on Customer { id }`)}`,
      ],
    ],
  ])('accepts %s', async (_name, queries) => {
    for (const query of queries) {
      const variables = query.includes('$first') ? { first: 1 } : undefined;
      expect((await gateway.executeText(query, variables)).errors).toEqual([]);
    }
  });

  test('accepts 1,000 ids in a mutation', async () => {
    const { errors } = await gateway.executeText(
      'mutation ($ids: [Int!]!) { deleteCustomers(input: { entityIds: $ids }) { results { outcome } } }',
      { ids: Array.from({ length: 1_000 }, (_, i) => 10_000 + i) },
    );
    expect(errors).toEqual([]);
  });
});

describe('an operation beyond a limit is rejected before any call is sent', () => {
  const bomb = times(40, (i) => `fragment f${i} on Customer { ...f${i + 1} ...f${i + 1} }`);

  test.each([
    [
      'characters of the document',
      `{ customers { totalCount } } # ${'x'.repeat(100_000)}`,
      'characters',
      100_031,
      100_000,
    ],
    ['tokens', `{ nodes(ids: [${'1 '.repeat(20_000)}]) { id } }`, 'tokens', 20_001, 20_000],
    ['nested brackets', `${'{a'.repeat(5_000)}${'}'.repeat(5_000)}`, 'nesting', 201, 200],
    ['nested fields', `${times(16, (i) => `{ f${i}`)}${'}'.repeat(16)}`, 'depth', 16, 15],
    ['recursion of one field', recursion(4), 'recursion', 4, 3],
    [
      'aliases',
      `{ customers { nodes { ${times(1_001, (i) => `a${i}: f${i}`)} } } }`,
      'aliases',
      1_001,
      1_000,
    ],
    [
      'root fields across fragments',
      `{ ...a ...b } fragment a on Query { ${times(600, (i) => `n${i}`)} } fragment b on Query { ${times(600, (i) => `m${i}`)} }`,
      'rootFields',
      1_001,
      1_000,
    ],
    [
      'directives',
      `{ customers { nodes { ${times(1_001, (i) => `f${i} @skip(if: true)`)} } } }`,
      'directives',
      1_001,
      1_000,
    ],
    ['directives at one location', `{ __typename ${'@aa '.repeat(10)} }`, 'directivesAtOnePlace', 10, 8],
    ['repeats of one field', `{ ${'__typename '.repeat(101)} }`, 'repeats', 101, 100],
    [
      'repeats of one field under different aliases',
      `{ ${times(101, (i) => `a${i}: __typename`)} }`,
      'repeats',
      101,
      100,
    ],
    [
      'items of a list in the document',
      `{ nodes(ids: [${'1 '.repeat(5_001)}]) { id } }`,
      'listItems',
      5_001,
      5_000,
    ],
    ['operations', times(51, (i) => `query q${i} { __typename }`), 'operations', 51, 50],
    ['variables', `query (${times(1_001, (i) => `$v${i}: Int`)}) { __typename }`, 'variables', 1_001, 1_000],
    [
      'fragment definitions',
      `{ __typename } ${times(201, (i) => `fragment f${i} on Query { a }`)}`,
      'fragments',
      201,
      200,
    ],
    [
      'pairs of fields with one response name',
      `{ ${times(100, () => `customers { ${times(20, (i) => `f${i}`)} }`)} }`,
      'comparisons',
      50_025,
      50_000,
    ],
    [
      'fields after exponential fragment expansion',
      `{ customers { nodes { ...f0 } } } ${bomb} fragment f40 on Customer { id }`,
      'repeats',
      101,
      100,
    ],
    [
      'fragment spreads after exponential expansion without fields',
      `{ customers { nodes { ...f0 } } } ${bomb} fragment f40 on Customer { ...gone }`,
      'selections',
      10_001,
      10_000,
    ],
    [
      'fields of unused fragments after exponential expansion',
      `{ __typename } ${bomb} fragment f40 on Customer { id }`,
      'repeats',
      101,
      100,
    ],
    [
      'nested fragments',
      `${times(198, (i) => `fragment f${i} on Query { ...on Query { ...f${i + 1} } }`)}{ ...f0 }`,
      'nesting',
      201,
      200,
    ],
  ])('rejects too many: %s', async (_name, query, limitName, actual, limit) => {
    gateway.calls();
    const { status, data, errors } = await gateway.executeText(query);
    expect({ status, data, extensions: errors[0]?.extensions }).toEqual({
      status: 400,
      data: undefined,
      extensions: {
        code: 'OPERATION_TOO_EXPENSIVE',
        ...({ limitName, actual, limit } satisfies ErrorDetails),
      },
    });
    expect(errors[0]?.message).toMatch(
      new RegExp(`^The operation is too large: at least ${actual} .+, the limit is ${limit}\\.$`),
    );
    expect(gateway.calls()).toEqual([]);
  });

  test('rejects too many items of a list deep in the variables', async () => {
    const { errors } = await gateway.executeText('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [{ deep: [[Array.from({ length: 5_001 }, () => 1)]] }],
    });
    expect(errors[0]?.extensions).toMatchObject({
      limitName: 'listItems',
      actual: 5_001,
    } satisfies ErrorDetails);
  });

  test('rejects the same operation again with the same result', async () => {
    const first = await gateway.executeText(lookups(1_001));
    expect(await gateway.executeText(lookups(1_001))).toEqual(first);
  });
});

describe('other errors of a document keep their code', () => {
  test.each([
    [
      'a fragment cycle',
      '{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment cycle through fields, which would overflow the stack of validation',
      '{ id } fragment F on Customer { a { a { ...G } } } fragment G on Query { b { b { ...G } ...G } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an incomplete document', '{ customers { nodes', 'GRAPHQL_PARSE_FAILED'],
    ['an invalid character', '{ customers ? }', 'GRAPHQL_PARSE_FAILED'],
    ['only closing brackets', '}'.repeat(300), 'GRAPHQL_PARSE_FAILED'],
  ])('reports %s by its own code', async (_name, query, code) => {
    expect((await gateway.executeText(query)).errors[0]?.extensions.code).toBe(code);
  });

  test('lists at most 20 errors of one document', async () => {
    const { errors } = await gateway.executeText(`{ ${times(50, (i) => `wrong${i}`)} }`);
    expect(errors).toHaveLength(21);
    expect(errors[20]?.message).toContain('error limit reached');
  });
});

test('the limits are configurable', async () => {
  const { guards } = configFrom({ DOCUMENT_MAX_DEPTH: '2' });
  const strict = await startGatewayOnSandbox({ customers: 1 }, { guards });
  expect((await strict.executeText('{ customers { nodes { id } } }')).errors[0]?.extensions).toMatchObject({
    limitName: 'depth',
    limit: 2,
  } satisfies ErrorDetails);
  await strict.close();
});
