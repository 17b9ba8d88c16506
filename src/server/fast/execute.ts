import { type DocumentNode, execute, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Context } from '../../context.ts';
import { compileQuery, type QueryResult } from '../../executor/compile.ts';
import { tooLarge } from '../limits/response-size.ts';
import type { Task } from '../limits/time-slices.ts';
import { writeJson } from '../limits/write-json.ts';

/** The context of an execution, with its share of the time. */
export type ExecutionContext = Context & { readonly task: Task };

/** Runs a query with variables that are coerced already. */
export type ExecuteQuery = (
  contextValue: ExecutionContext,
  variableValues: Readonly<Record<string, unknown>>,
) => Promise<QueryResult>;

export interface QueryOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Maximum size of the data. A query with more data fails. */
  readonly maxBytes: number;
}

/** Makes the function that runs a query, in time slices and within the limit of its size. */
export function createQuery(options: QueryOptions): ExecuteQuery {
  const { schema, document, operation, maxBytes } = options;
  const compiled = compileQuery(schema, document, operation);
  if (compiled === null) return interpretedQuery(options);
  return async (contextValue, variableValues) => {
    const result = await compiled.execute({ contextValue, variableValues, maxBytes });
    return result === 'too large' ? tooLargeResult(maxBytes) : result;
  };
}

/** A query that graphql-js executes. */
function interpretedQuery({ schema, document, operation, maxBytes }: QueryOptions): ExecuteQuery {
  const operationName = operation.name?.value ?? null;
  return async (contextValue, variableValues) => {
    const args = { schema, document, operationName, contextValue, variableValues };
    const { data, errors = [] } = await execute(args);
    if (data === null || data === undefined) return { data: 'null', errors };
    const { text } = await writeJson(data, { budget: { remaining: maxBytes }, task: contextValue.task });
    return text === null ? tooLargeResult(maxBytes) : { data: text, errors };
  };
}

function tooLargeResult(maxBytes: number): QueryResult {
  return { data: 'null', errors: [tooLarge(maxBytes)] };
}
