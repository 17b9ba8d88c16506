import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import { type Estimate, estimateOnce } from '../cost/estimate.ts';
import { type OperationCosts, parseReportRequest, type ReportRequest } from '../cost/report.ts';
import type { DocumentCache } from '../documents/cache.ts';
import { coerceVariables } from '../documents/coerce-variables.ts';
import { hasIncrementalDirectives } from '../documents/incremental.ts';
import { documentIdOf, findDocument, type TrustedDocuments } from '../documents/trusted.ts';
import { parseBody } from '../http/content-type.ts';
import { checkLists } from '../limits/lists.ts';
import { createQuery, type ExecuteQuery } from './execute.ts';
import { isPlainParams } from './plain-request.ts';

/** A query that is allowed, priced and ready to run. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly execute: ExecuteQuery;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly cost: Estimate;
  readonly reportRequest: ReportRequest;
  /** Whether the request has `extensions`, which can ask for something of its own. */
  readonly hasExtensions: boolean;
}

export interface PreparationOptions {
  readonly schema: GraphQLSchema;
  readonly validDocuments: DocumentCache<DocumentNode>;
  readonly costs: OperationCosts;
  readonly trusted: TrustedDocuments | null;
  /** Maximum number of items in a list of the variables. @default no limit */
  readonly listItems?: number;
  /** Maximum size of the data in a response. */
  readonly maxBytes: number;
}

/** Characters of a document that Yoga's path runs in a turn of its own. */
const LONG_DOCUMENT = 10_000;

/**
 * Returns the function that prepares the query in a body. It returns null for everything that is refused, that the cache of
 * valid documents does not have, or that the fast path does not run: Yoga's path finds out why, and answers.
 */
export function createPreparation(options: PreparationOptions) {
  const { schema, validDocuments, costs, trusted, maxBytes } = options;
  const { listItems = Number.POSITIVE_INFINITY } = options;
  const operations = new WeakMap<DocumentNode, Map<string, Runnable | null>>();

  function runnableOf(document: DocumentNode, operationName: string): Runnable | null {
    const byName = operations.get(document) ?? new Map<string, Runnable | null>();
    operations.set(document, byName);
    const known = byName.get(operationName);
    if (known !== undefined) return known;
    const operation = getOperationAST(document, operationName === '' ? null : operationName);
    // Names that no operation has are not remembered.
    if (!operation) return null;
    const isTaken = operation.operation === OperationTypeNode.QUERY && !hasIncrementalDirectives(document);
    const runnable = isTaken
      ? {
          operation,
          execute: createQuery({ schema, document, operation, maxBytes }),
        }
      : null;
    byName.set(operationName, runnable);
    return runnable;
  }

  return function prepare(bodyText: string, caller: Caller = ANONYMOUS): PreparedOperation | null {
    // Callers without credentials may run no query.
    if (caller.kind === 'public') return null;
    const params = paramsOf(bodyText);
    if (params === null) return null;
    const reportRequest = parseReportRequest(params.extensions);
    if (reportRequest.explain !== false) return null;
    const text = nullOnError(() => {
      checkLists(params.variables, listItems);
      const sent = params.query || null;
      return findDocument(trusted, { sent, id: documentIdOf(params), caller });
    });
    if (text === null || text.length > LONG_DOCUMENT) return null;
    const document = validDocuments.get(text);
    const operationName = params.operationName ?? '';
    const runnable = document && runnableOf(document, operationName);
    if (!document || !runnable) return null;
    const { operation, execute } = runnable;
    const definitions = operation.variableDefinitions ?? [];
    const coerced = coerce(schema, definitions, params.variables ?? {});
    if (coerced === undefined) return null;
    const cost = estimateOnce({
      schema,
      document,
      operationName: params.operationName,
      variableValues: coerced,
      facts: costs.facts(),
      caller,
    });
    if (costs.limitError(cost) !== null) return null;
    const hasExtensions = params.extensions !== undefined && params.extensions !== null;
    return { document, execute, variableValues: coerced, cost, reportRequest, hasExtensions };
  };
}

interface Runnable {
  readonly operation: OperationDefinitionNode;
  readonly execute: ExecuteQuery;
}

// One object for all, because what is known of a selection is remembered by its variables.
const NO_VARIABLES = Object.freeze({});

function coerce(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
) {
  if (definitions.length === 0) return NO_VARIABLES;
  return coerceVariables(schema, definitions, variables);
}

function paramsOf(bodyText: string) {
  const body = nullOnError(() => parseBody(bodyText));
  return body !== null && isPlainParams(body) ? body : null;
}

function nullOnError<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
