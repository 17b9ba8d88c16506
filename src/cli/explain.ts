import {
  type DocumentNode,
  GraphQLError,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  Source,
  validate,
} from 'graphql';
import { ANONYMOUS, type Caller, PUBLIC } from '../access/caller.ts';
import { UNKNOWN_SHOPPER } from '../cost/sign-in.ts';
import { GatewayError } from '../errors.ts';
import { schema } from '../schema/index.ts';
import { type Estimate, estimate } from '../server/cost/estimate.ts';
import { limitError, type OperationLimits } from '../server/cost/limits.ts';
import { describeVariableErrors } from '../server/documents/variable-errors.ts';
import { checkDocument } from '../server/limits/document.ts';
import type { Limits } from '../server/limits/limits.ts';
import { checkLists } from '../server/limits/lists.ts';
import { checkTokens } from '../server/limits/tokens.ts';
import { type CommandResult, failure } from './command-result.ts';
import { printable } from './printable.ts';

/** The kinds of callers that an operation can be explained for. */
export const CALLERS: Readonly<Record<'backend' | 'shopper' | 'public', Caller>> = {
  backend: ANONYMOUS,
  shopper: UNKNOWN_SHOPPER,
  public: PUBLIC,
};

export interface ExplainOptions {
  readonly text: string;
  /** How errors call the document: the name of its file. */
  readonly name: string;
  /** JSON. Null if there are none. */
  readonly variables: string | null;
  /** The operation to explain; null explains all. */
  readonly operation: string | null;
  readonly caller: Caller;
  readonly limits: OperationLimits & { readonly document: Limits };
  /** Length of a URL of the store before the path of a call, in characters. */
  readonly urlPrefixLength: number;
}

/** The price of the operations of a document, without a call. Fails if the gateway would refuse one of them. */
export function explain(options: ExplainOptions): CommandResult {
  const { text, name, limits, operation } = options;
  const variables = parseVariables(options.variables);
  if (typeof variables === 'string') return failure(variables);
  try {
    checkTokens(text, limits.document);
    checkLists(variables, limits.document.listItems);
    const document = parse(new Source(text, name));
    checkDocument(document, limits.document);
    const errors = validate(schema, document);
    if (errors.length > 0) return invalid(errors);
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const chosen = operations.filter((node) => operation === null || node.name?.value === operation);
    if (chosen.length === 0)
      return failure(`${name} has no operation${operation === null ? '' : ' of that name'}`);
    return price(chosen, document, variables, options);
  } catch (error) {
    if (error instanceof GraphQLError) return invalid([error]);
    if (error instanceof GatewayError) return refused(error);
    throw error;
  }
}

function price(
  operations: readonly OperationDefinitionNode[],
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  { caller, limits, urlPrefixLength }: ExplainOptions,
): CommandResult {
  const prices: { readonly operation: OperationDefinitionNode; readonly cost: Estimate }[] = [];
  for (const operation of operations) {
    const operationName = operation.name?.value ?? null;
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (coerced.errors !== undefined) {
      const described = describeVariableErrors({
        schema,
        document,
        operationName,
        variableValues: variables,
      });
      return invalid(described.length > 0 ? described : coerced.errors);
    }
    const facts = { ...FRESH_GATEWAY, urlPrefixLength, maxReads: limits.maxCalls };
    const cost = estimate({
      schema,
      document,
      operationName,
      variableValues: coerced.coerced,
      facts,
      caller,
    });
    prices.push({ operation, cost });
  }
  const refusals = prices.flatMap(({ cost }) => limitError(cost, limits) ?? []);
  return {
    output: prices.flatMap(({ operation, cost }) => describe(operation, cost)),
    messages: refusals.map(({ message }) => message),
    failed: refusals.length > 0,
    data: {
      operations: prices.map(({ operation, cost }) => ({
        name: operation.name?.value ?? null,
        type: operation.operation,
        estimate: cost.calls,
        atMost: cost.atMost,
        values: Math.ceil(cost.values),
        refused: limitError(cost, limits)?.message ?? null,
        plan: cost.plan,
      })),
    },
  };
}

/** What a gateway knows that has made no call yet. */
const FRESH_GATEWAY = {
  definitionCount: null,
  knowsDefinitions: false,
  knowsFormFields: false,
  addressIds: 'unread',
} as const;

function describe({ operation, name }: OperationDefinitionNode, cost: Estimate): readonly string[] {
  const { calls, atMost, values, plan } = cost;
  const title = [operation, name === undefined ? [] : name.value].flat().join(' ');
  const unit = calls === 1 ? 'REST call' : 'REST calls';
  const rejections = atMost > calls ? `, at most ${atMost} if the store rejects some` : '';
  const rows = plan.map((call) => [
    String(call.calls),
    String(call.atMost),
    `${call.operation} ${call.path}`,
    call.field,
    call.note ?? '',
  ]);
  return [
    `${title}: ${calls} ${unit}${rejections}; at most ${Math.ceil(values)} values`,
    ...(rows.length === 0 ? [] : alignColumns([COLUMNS, ...rows])),
  ];
}

const COLUMNS: readonly string[] = ['calls', 'at most', 'REST operation', 'field', 'note'];

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

/** Each error with the line of the document, and a caret below the place. */
function invalid(errors: readonly GraphQLError[]): CommandResult {
  const data = {
    errors: errors.map(({ message, locations = [] }) => ({ message: printable(message), locations })),
  };
  return { ...failure(...errors.map((error) => printable(String(error)))), data };
}

function refused({ message }: GatewayError): CommandResult {
  return { ...failure(message), data: { errors: [{ message, locations: [] }] } };
}

function parseVariables(json: string | null): Readonly<Record<string, unknown>> | string {
  if (json === null) return {};
  const problem = 'the variables are not a JSON object';
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : problem;
  } catch {
    return problem;
  }
}
