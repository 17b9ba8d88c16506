import {
  GraphQLInt,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getOperationAST,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { compileQuery } from '../../src/executor/compile.ts';

const ITEMS = 1_000;
let resolved = 0;

const Item = new GraphQLObjectType({
  name: 'Item',
  fields: {
    value: {
      type: GraphQLInt,
      resolve: () => {
        resolved += 1;
        return 1;
      },
    },
  },
});
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      items: { type: new GraphQLList(Item), resolve: () => Array.from({ length: ITEMS }, () => ({})) },
      text: { type: GraphQLString, resolve: (_root, _args, { text }) => text },
      sorted: {
        type: GraphQLString,
        args: { ids: { type: new GraphQLList(GraphQLInt) } },
        resolve: (_root, { ids }) => ids.sort().join(),
      },
    },
  }),
});

function compile(query: string) {
  const document = parse(query);
  const operation = getOperationAST(document);
  const compiled = operation && compileQuery(schema, document, operation);
  if (!compiled) throw new Error('The query is not taken.');
  return (maxBytes: number, contextValue: object = {}) =>
    compiled.execute({ contextValue, variableValues: {}, maxBytes });
}

test('a query whose response names are long stops when the response is too large', async () => {
  const alias = 'a'.repeat(1_000);
  resolved = 0;
  await expect(compile(`{ items { ${alias}: value } }`)(10_000)).resolves.toBe('too large');
  expect(resolved).toBeLessThan(11);
});

test('a response is as large as the limit, but no larger', async () => {
  const run = compile('{ items { value } }');
  const result = await run(1_000_000);
  if (result === 'too large') throw new Error('The response is not too large.');
  const size = Buffer.byteLength(result.data);
  await expect(run(size)).resolves.toEqual(result);
  await expect(run(size - 1)).resolves.toBe('too large');
});

test('a resolver cannot change the arguments that later executions of a document get', async () => {
  const run = compile('{ sorted(ids: [2, 1]) }');
  const result = await run(1_000);
  // The error tells who changes an argument. It would be the next caller's otherwise.
  expect(result).toMatchObject({ data: '{"sorted":null}', errors: [{ path: ['sorted'] }] });
});

test('a text is the JSON that JSON.stringify gives, whatever characters it contains', async () => {
  const run = compile('{ text }');
  const lengths = [0, 99, 100, 101];
  const texts = [
    ...Array.from({ length: 0x10000 }, (_, code) => `a${String.fromCharCode(code)}b`),
    ...lengths.map((length) => 'x'.repeat(length)),
    '\ud83d\ude00',
  ];
  const results = await Promise.all(texts.map((text) => run(1_000, { text })));
  const wrong = texts.filter((text, i) => {
    const result = results[i];
    return result === 'too large' || result?.data !== JSON.stringify({ text });
  });
  expect(wrong).toEqual([]);
});
