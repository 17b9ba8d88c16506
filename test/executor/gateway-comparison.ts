import { type DocumentNode, execute, type GraphQLError, getVariableValues, parse } from 'graphql';
import { pino } from 'pino';
import type { Caller } from '../../src/access/caller.ts';
import { type CompiledQuery, compileQuery } from '../../src/executor/compile.ts';
import { schema } from '../../src/schema/index.ts';
import { createMasks } from '../../src/server/errors/plugin.ts';
import { createExecutionContexts } from '../../src/server/execution-context.ts';
import { withSlicedLists } from '../../src/server/limits/sliced-lists.ts';
import { createRuntime } from '../../src/server/runtime.ts';
import { queryIn } from './operations.ts';

export interface GatewayQuery {
  readonly query: string;
  /** The operation, if there are several. */
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What both executors answer, as clients get it. */
export interface Answers {
  readonly expected: object;
  readonly actual: object;
  /** Number of errors that graphql-js gives. */
  readonly errors: number;
}

export interface GatewayComparison {
  /** Null if the compiled executor leaves the query to graphql-js. */
  compare(caller: Caller, query: GatewayQuery): Promise<Answers | null>;
  close(): Promise<void>;
}

const served = withSlicedLists(schema);
const MAX_BYTES = 50_000_000;
/** Documents whose plans are kept, so that callers meet the plans of others. */
const MAX_COMPILED = 1_000;

/** Compares the executors on the schema, the resolvers and the masks of the gateway, over a store. */
export function startComparison(store: { readonly url: string; readonly token: string }): GatewayComparison {
  const logger = pino({ level: 'silent' });
  const runtime = createRuntime({
    store: {
      baseUrl: store.url,
      accessToken: () => store.token,
      timeoutMs: 10_000,
      maxBodyBytes: 32_000_000,
      connections: 64,
    },
    storeHash: 'sandbox',
    logger,
    writes: { maxItems: 1_000, lateWriteMs: 1_000 },
    governor: { maxQueued: 2_000, retryRatio: 0 },
  });
  // Slices are short, so lists are divided in many places.
  const options = { logger, maxCalls: 10_000, deadlineMs: 600_000, sliceMs: 1 };
  const contextFor = createExecutionContexts(runtime, options);
  const mask = createMasks({ logger, suggestions: false });
  const documents = new Map<string, DocumentNode>();
  const compiled = new WeakMap<DocumentNode, Map<string, CompiledQuery | null>>();

  function documentOf(query: string): DocumentNode {
    const document = documents.get(query) ?? parse(query);
    if (documents.size < MAX_COMPILED) documents.set(query, document);
    return document;
  }

  function compiledOf(document: DocumentNode, operationName?: string): CompiledQuery | null {
    const byName = compiled.get(document) ?? new Map<string, CompiledQuery | null>();
    compiled.set(document, byName);
    const name = operationName ?? '';
    const known = byName.get(name);
    if (known !== undefined) return known;
    const made = compileQuery(served, document, queryIn(document, operationName));
    byName.set(name, made);
    return made;
  }

  const contextOf = (caller: Caller) =>
    contextFor({ state: { caller }, signal: new AbortController().signal, freshness: null });

  /** A result as the caller gets it. Fields are read at the same time, so the order of their errors can differ. */
  function describe(caller: Caller, data: string, errors: readonly GraphQLError[]): object {
    const result = { data: JSON.parse(data), ...(errors.length > 0 && { errors }) };
    const masked = mask(result, { state: { caller, requestId: 'the same' }, aborted: false });
    const shown = (masked.errors ?? []).map((error) => JSON.stringify(error)).sort();
    return { data, hasData: 'data' in masked, errors: shown };
  }

  async function compare(caller: Caller, { query, operationName, variables }: GatewayQuery) {
    const document = documentOf(query);
    const own = compiledOf(document, operationName);
    if (own === null) return null;
    const { variableDefinitions = [] } = queryIn(document, operationName);
    const { coerced: variableValues, errors } = getVariableValues(served, variableDefinitions, variables);
    if (variableValues === undefined) throw new Error(`${errors[0]?.message}\n${query}`);
    const { data = null, errors: raised = [] } = await execute({
      schema: served,
      document,
      operationName,
      contextValue: contextOf(caller),
      variableValues: variables,
    });
    const expected = describe(caller, JSON.stringify(data), raised);
    const contextValue = contextOf(caller);
    const result = await own.execute({ contextValue, variableValues, maxBytes: MAX_BYTES });
    if (result === 'too large') throw new Error('The response is too large to compare it.');
    return { expected, actual: describe(caller, result.data, result.errors), errors: raised.length };
  }

  return { compare, close: () => runtime.close() };
}
