import { type DocumentNode, execute, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../../context.ts';
import { tooLarge } from '../limits/response-size.ts';
import type { Task } from '../limits/time-slices.ts';
import { writeJson } from '../limits/write-json.ts';

/** The context of an execution, with its share of the time. */
export type ExecutionContext = Context & { readonly task: Task };

/** The result of a query, whose data is written already. */
export interface QueryResult {
  /** As JSON. `null` is the data of a query that failed as a whole. */
  readonly data: string;
  readonly errors: readonly GraphQLError[];
}

/** Runs a query with variables that are coerced already. */
export type ExecuteQuery = (
  contextValue: ExecutionContext,
  variableValues: Readonly<Record<string, unknown>>,
) => Promise<QueryResult>;

export interface QueryOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  /** Maximum size of the data. A query with more data fails. */
  readonly maxBytes: number;
}

/** Makes the function that runs a query, in time slices and within the limit of its size. */
export function createQuery({ schema, document, operationName, maxBytes }: QueryOptions): ExecuteQuery {
  return async (contextValue, variableValues) => {
    const args = { schema, document, operationName, contextValue, variableValues };
    const { data, errors = [] } = await execute(args);
    if (data === null || data === undefined) return { data: 'null', errors };
    const { text } = await writeJson(data, {
      budget: { remaining: maxBytes },
      task: contextValue.task,
    });
    return text === null ? { data: 'null', errors: [tooLarge(maxBytes)] } : { data: text, errors };
  };
}
