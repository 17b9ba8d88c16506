import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../src/server/graphiql.ts';
import { configFrom, startGatewayOnSandbox } from '../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 20 });
});
afterAll(() => gateway.close());

const times = (count: number, one: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => one(i)).join(between);
const lookUps = (count: number) =>
  `{ ${times(count, (i) => `c${i}: customer(by: { entityId: ${i + 1} }) { id }`)} }`;

/** Addresses of customers of addresses. */
function circle(times: number): string {
  const round = (left: number): string =>
    left === 0 ? 'id' : `addresses { nodes { customer { ${round(left - 1)} } } }`;
  return `{ customer(by: { entityId: 1 }) { ${round(times)} } }`;
}

describe('an honest operation is let in', () => {
  test.each([
    ['each example of GraphiQL', examples.map(({ query }) => query)],
    ['the query by which GraphiQL asks for the schema', [getIntrospectionQuery({ oneOf: true })]],
    ['250 look-ups under as many aliases', [lookUps(250)]],
    ['a thousand look-ups', [lookUps(1_000)]],
    ['the addresses of the customers of a customer', [circle(2)]],
    [
      'a hundred fragments that all want the id',
      [
        `{ customer(by: { entityId: 1 }) { ${times(100, (i) => `...f${i}`)} } } ${times(100, (i) => `fragment f${i} on Customer { id }`)}`,
      ],
    ],
  ])('%s', async (_name, queries) => {
    for (const query of queries) {
      const variables = query.includes('$first') ? { first: 1 } : undefined;
      expect((await gateway.askText(query, variables)).errors).toEqual([]);
    }
  });

  test('a thousand inputs of a write', async () => {
    const { errors } = await gateway.askText(
      'mutation ($ids: [Int!]!) { deleteCustomers(input: { entityIds: $ids }) { results { outcome } } }',
      { ids: Array.from({ length: 1_000 }, (_, i) => 10_000 + i) },
    );
    expect(errors).toEqual([]);
  });
});

describe('an operation is refused before anything is sent', () => {
  const bomb = times(40, (i) => `fragment f${i} on Customer { ...f${i + 1} ...f${i + 1} }`);

  test.each([
    [
      'for its characters',
      `{ customers { totalCount } } # ${'x'.repeat(100_000)}`,
      'characters',
      100_031,
      100_000,
    ],
    ['for its tokens', `{ nodes(ids: [${'1 '.repeat(20_000)}]) { id } }`, 'tokens', 20_001, 20_000],
    ['for its brackets', `${'{a'.repeat(5_000)}${'}'.repeat(5_000)}`, 'nesting', 201, 200],
    ['for its depth', `${times(16, (i) => `{ f${i}`)}${'}'.repeat(16)}`, 'depth', 16, 15],
    ['for a field within itself', circle(4), 'recursion', 4, 3],
    [
      'for its aliases',
      `{ customers { nodes { ${times(1_001, (i) => `a${i}: f${i}`)} } } }`,
      'aliases',
      1_001,
      1_000,
    ],
    [
      'for its root fields',
      `{ ...a ...b } fragment a on Query { ${times(600, (i) => `n${i}`)} } fragment b on Query { ${times(600, (i) => `m${i}`)} }`,
      'rootFields',
      1_001,
      1_000,
    ],
    [
      'for its directives',
      `{ customers { nodes { ${times(1_001, (i) => `f${i} @skip(if: true)`)} } } }`,
      'directives',
      1_001,
      1_000,
    ],
    ['for ten directives on a field', `{ __typename ${'@aa '.repeat(10)} }`, 'directivesAtOnePlace', 10, 8],
    ['for one field a hundred and one times', `{ ${'__typename '.repeat(101)} }`, 'repeats', 101, 100],
    [
      'for one question under many names',
      `{ ${times(101, (i) => `a${i}: __typename`)} }`,
      'repeats',
      101,
      100,
    ],
    ['for a list in it', `{ nodes(ids: [${'1 '.repeat(5_001)}]) { id } }`, 'listItems', 5_001, 5_000],
    ['for its operations', times(51, (i) => `query q${i} { __typename }`), 'operations', 51, 50],
    [
      'for its variables',
      `query (${times(1_001, (i) => `$v${i}: Int`)}) { __typename }`,
      'variables',
      1_001,
      1_000,
    ],
    [
      'for its fragments',
      `{ __typename } ${times(201, (i) => `fragment f${i} on Query { a }`)}`,
      'fragments',
      201,
      200,
    ],
    [
      'for fields that all have to be compared',
      `{ ${times(100, () => `customers { ${times(20, (i) => `f${i}`)} }`)} }`,
      'comparisons',
      50_025,
      50_000,
    ],
    [
      'for fragments that double at each step',
      `{ customers { nodes { ...f0 } } } ${bomb} fragment f40 on Customer { id }`,
      'repeats',
      101,
      100,
    ],
    [
      'for such fragments with nothing in them',
      `{ customers { nodes { ...f0 } } } ${bomb} fragment f40 on Customer { ...gone }`,
      'selections',
      10_001,
      10_000,
    ],
    [
      'for such fragments that nobody uses',
      `{ __typename } ${bomb} fragment f40 on Customer { id }`,
      'repeats',
      101,
      100,
    ],
    [
      'for fragments within fragments',
      `${times(198, (i) => `fragment f${i} on Query { ...on Query { ...f${i + 1} } }`)}{ ...f0 }`,
      'nesting',
      201,
      200,
    ],
  ])('%s', async (_name, query, what, figure, limit) => {
    gateway.calls();
    const { status, data, errors } = await gateway.askText(query);
    expect({ status, data, extensions: errors[0]?.extensions }).toEqual({
      status: 400,
      data: undefined,
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', what, figure, limit },
    });
    expect(errors[0]?.message).toMatch(
      new RegExp(`^The operation is too large: ${figure} .+ were counted, ${limit} are allowed\\.$`),
    );
    expect(gateway.calls()).toEqual([]);
  });

  test('for a list in its variables, however deep', async () => {
    const { errors } = await gateway.askText('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [{ deep: [[Array.from({ length: 5_001 }, () => 1)]] }],
    });
    expect(errors[0]?.extensions).toMatchObject({ what: 'listItems', figure: 5_001 });
  });

  test('the same way when it comes again', async () => {
    const first = await gateway.askText(lookUps(1_001));
    expect(await gateway.askText(lookUps(1_001))).toEqual(first);
  });
});

describe('what is wrong otherwise is told as before', () => {
  test.each([
    [
      'fragments within themselves',
      '{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment that comes back to itself by fields, on which validation would run over its stack',
      '{ id } fragment F on Customer { a { a { ...G } } } fragment G on Query { b { b { ...G } ...G } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a document that breaks off', '{ customers { nodes', 'GRAPHQL_PARSE_FAILED'],
    ['a sign that is none', '{ customers ? }', 'GRAPHQL_PARSE_FAILED'],
    ['closing brackets alone', '}'.repeat(300), 'GRAPHQL_PARSE_FAILED'],
  ])('%s', async (_name, query, code) => {
    expect((await gateway.askText(query)).errors[0]?.extensions.code).toBe(code);
  });

  test('no more than twenty mistakes of one document are listed', async () => {
    const { errors } = await gateway.askText(`{ ${times(50, (i) => `wrong${i}`)} }`);
    expect(errors).toHaveLength(21);
    expect(errors[20]?.message).toContain('error limit reached');
  });
});

test('limits can be set', async () => {
  const { front } = configFrom({ DOCUMENT_MAX_DEPTH: '2' });
  const strict = await startGatewayOnSandbox({ customers: 1 }, { front });
  expect((await strict.askText('{ customers { nodes { id } } }')).errors[0]?.extensions).toMatchObject({
    what: 'depth',
    limit: 2,
  });
  await strict.close();
});
