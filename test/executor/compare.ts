import { isDeepStrictEqual } from 'node:util';
import {
  type DocumentNode,
  execute,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { compileQuery } from '../../src/executor/compile.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { type FaultyContext, faultySchema } from './faulty-schema.ts';
import { type RandomQuery, randomQuery } from './random-query.ts';

/** What both executors made of one query. Null if its document is invalid, which is drawn now and then. */
export interface Comparison {
  readonly query: RandomQuery;
  readonly isEqual: boolean;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Runs a random query with graphql-js and compiled, for several sets of variables, with the same faults. */
export async function compareOnce(seed: number): Promise<Comparison | null> {
  const query = randomQuery(createRandom(seed));
  const document = parse(query.query);
  if (validate(faultySchema, document).length > 0) return null;
  const contextValue: FaultyContext = {
    seed,
    faults: [0, 0.02, 0.2][seed % 3] ?? 0,
    isSync: seed % 2 === 0,
  };
  const compiled = compiledQuery(document);
  const { variables: first, otherVariables: other } = query;
  let last: Comparison | null = null;
  // What is prepared for some variables must not be used for others.
  for (const variables of [first, { ...first, yes: !first.yes, no: first.yes }, other, first]) {
    const expected = await interpreted(document, variables, contextValue);
    await untilRejectionsAreReported();
    const actual = await compiled(variables, contextValue);
    last = { query: { ...query, variables }, isEqual: isDeepStrictEqual(actual, expected), expected, actual };
    if (!last.isEqual) return last;
  }
  return last;
}

let runs: 'graphql-js' | 'compiled' = 'graphql-js';

/** The executor that runs at the moment. */
export function runningExecutor(): 'graphql-js' | 'compiled' {
  return runs;
}

function untilRejectionsAreReported(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

async function interpreted(document: DocumentNode, variableValues: object, contextValue: FaultyContext) {
  runs = 'graphql-js';
  const { data = null, errors = [] } = await execute({
    schema: faultySchema,
    document,
    contextValue,
    variableValues: variableValues as Record<string, unknown>,
  });
  return describeResult(JSON.stringify(data), errors, contextValue);
}

/** The function that executes a document that is compiled once. */
function compiledQuery(document: DocumentNode) {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The document has no operation.');
  const definitions = operation.variableDefinitions ?? [];
  const compiled = compileQuery(faultySchema, document, operation);

  return async (variables: Readonly<Record<string, unknown>>, contextValue: FaultyContext) => {
    runs = 'compiled';
    const { coerced, errors } = getVariableValues(faultySchema, definitions, variables);
    if (coerced === undefined) return describeResult('null', errors, contextValue);
    const result = await compiled?.execute({ contextValue, variableValues: coerced, maxBytes: 10_000_000 });
    if (result === undefined || result === 'too large') throw new Error('The query was not executed.');
    await untilRejectionsAreReported();
    return describeResult(result.data, result.errors, contextValue);
  };
}

/**
 * A result as clients get it. If all resolvers answer at once, the errors and their order are the same. Else they are sorted,
 * and of the errors that made one value null only the place is told: it is the first one that counts.
 */
function describeResult(data: string, errors: readonly GraphQLError[], { isSync }: FaultyContext) {
  const all = errors.map(({ path, message, locations, extensions }) => ({
    path: path ?? [],
    error: JSON.stringify([path, withoutValue(message), locations, extensions]),
  }));
  if (isSync) return { data, errors: all.map(({ error }) => error) };
  const value: unknown = JSON.parse(data);
  const described = all.map(({ path, error }) => {
    const depth = depthOfNull(value, path);
    return depth === path.length ? error : JSON.stringify(path.slice(0, depth));
  });
  return { data, errors: [...new Set(described)].sort() };
}

/** Messages of graphql-js that quote a value, or tell what is wrong with a type. Clients see none of them. */
const OF_WRONG_TYPE = /^(Expected (a )?value of type|Abstract type|Runtime Object type) ?"(\w+)".*/;

function withoutValue(message: string): string {
  return message.replace(OF_WRONG_TYPE, 'The value has no type that it may have.');
}

/** How far a path can be followed until a value is null. */
function depthOfNull(value: unknown, path: readonly (string | number)[]): number {
  let at: unknown = value;
  for (const [depth, key] of path.entries()) {
    if (at === null || at === undefined) return depth;
    at = (at as Record<string | number, unknown>)[key];
  }
  return path.length;
}
