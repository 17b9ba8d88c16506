import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { type CostFacts, type CostTotal, createCostPlan } from '../../cost/plan.ts';
import { type FieldCost, type Population, ROOT } from '../../cost/population.ts';
import {
  collectFields,
  createSelection,
  fieldArguments,
  type SelectedField,
  type SelectionContext,
} from '../../schema/selection.ts';

/** The cost of an operation as far as it is known before any call is sent, in REST calls. */
export interface Estimate extends CostTotal {
  /**
   * Maximum number of calls if the store accepts every call and item, and the assumptions in the notes of the plan
   * hold. Limits are compared with it.
   */
  readonly calls: number;
  /**
   * The same if the store rejects calls or items too, and if shortcuts fail. Repeats of calls after 429, 5xx and lost
   * responses are not included: their number depends on how long the store fails.
   */
  readonly atMost: number;
}

export interface EstimateOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly facts: CostFacts;
  /** Fields that this caller is not authorized for cost nothing. */
  readonly caller: Caller;
}

/** Estimates the cost of an operation from its selection alone: it reads no records and sends no calls. */
export function estimate(options: EstimateOptions): Estimate {
  const { schema, document, operationName, variableValues, facts, caller } = options;
  const operation = getOperationAST(document, operationName);
  const plan = createCostPlan(facts);
  if (!operation) return plan.total();
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const scope: SelectionContext = { schema, fragments, variableValues, caller };
  const root = collectFields(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
    scope,
  );
  for (const fields of Map.groupBy(root, responseName).values()) {
    for (const field of fields) visit(field, ROOT, '');
    // A mutation clears what was read before.
    if (operation.operation === 'mutation') plan.startPhase();
  }
  return plan.total();

  function visit(selected: SelectedField, level: Population, parentPath: string): void {
    const { parent, field, node } = selected;
    const population = level.byType ? level.byType[parent.name] : level;
    if (population === undefined || population.size === 0) return;
    const name = responseName(selected);
    const path = parentPath === '' ? name : `${parentPath}.${name}`;
    const args = fieldArguments(selected, scope);
    // A field with invalid arguments fails before it sends a call.
    if (args === null) return;
    const subfields = collectFields(node.selectionSet, getNamedType(field.type), scope);
    const cost = field.extensions.cost as FieldCost | undefined;
    const selection = createSelection(subfields, scope);
    const next = cost?.rule({ args, population, plan, path, selection, caller }) ?? population;
    for (const subfield of subfields) visit(subfield, next, path);
  }
}

function responseName({ node }: SelectedField): string {
  return node.alias?.value ?? node.name.value;
}

/** Estimates the cost of an operation that is about to run. Null if its variables are invalid: the execution reports that. */
export function estimateOperation(
  { schema, document, operationName, variableValues, contextValue }: ExecutionArgs,
  facts: CostFacts,
): Estimate | null {
  const operation = getOperationAST(document, operationName);
  const definitions = operation?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (coerced === undefined) return null;
  const { caller } = contextValue as Context;
  const compute = () => estimate({ schema, document, operationName, variableValues: coerced, facts, caller });
  if (!operation || definitions.length > 0) return compute();
  // Without variables the estimate depends only on the facts and the caller's permissions, and the same operation may be
  // sent thousands of times.
  const known = cachedEstimates.get(operation) ?? new Map<string, Estimate>();
  cachedEstimates.set(operation, known);
  const key = JSON.stringify([facts, caller.kind === 'shopper', ...caller.scopes]);
  const cost = known.get(key) ?? compute();
  known.set(key, cost);
  return cost;
}

const cachedEstimates = new WeakMap<OperationDefinitionNode, Map<string, Estimate>>();
