import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { type CostFacts, type CostTotal, createCostPlan } from '../../cost/plan.ts';
import { type FieldCost, type Population, ROOT } from '../../cost/population.ts';
import { UNKNOWN_SHOPPER } from '../../cost/sign-in.ts';
import { fieldArguments } from '../../schema/selected-arguments.ts';
import { collectAllFields, type SelectedField, type SelectionContext } from '../../schema/selected-fields.ts';
import { selectionFrom } from '../../schema/selection.ts';
import { coerceVariables } from '../documents/coerce-variables.ts';
import { responseName, subfieldsOf } from './subfields.ts';
import { createValueCounter, type ResponseLevel, ROOT_LEVEL, type ValueEstimate } from './values.ts';

/** The cost of an operation as far as it is known before any call is sent, in REST calls. */
export interface Estimate extends CostTotal, ValueEstimate {
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
  const counter = createValueCounter(schema);
  const total = () => ({ ...plan.total(), ...counter.total() });
  if (!operation) return total();
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const scope: SelectionContext = { schema, fragments, variableValues, caller };
  const root = collectAllFields(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
    scope,
  );
  if (operation.operation === 'mutation') {
    const { haveOwnNames } = subfieldsOf(root);
    for (const fields of Map.groupBy(root, responseName).values()) {
      for (const field of fields)
        visit(field, { scope, from: ROOT, level: ROOT_LEVEL, path: '', isMerged: !haveOwnNames });
      // A mutation clears what was read before.
      plan.startPhase();
    }
  } else visitAll(root, { scope, from: ROOT, level: ROOT_LEVEL, path: '', isMerged: false });
  return total();

  function visitAll(fields: readonly SelectedField[], parent: ParentField): void {
    const { plain, others, haveOwnNames } = subfieldsOf(fields);
    const isMerged = parent.isMerged || !haveOwnNames;
    if (isMerged || parent.from.byType !== undefined) {
      for (const field of fields) visit(field, { ...parent, isMerged });
      return;
    }
    if (parent.from.size === 0) return;
    counter.countPlain(plain, parent.level);
    for (const field of others) visit(field, parent);
  }

  function visit(
    selected: SelectedField,
    { scope, from, level, path: parentPath, isMerged }: ParentField,
  ): void {
    const { parent, field, node } = selected;
    const population = from.byType && isObjectType(parent) ? from.byType[parent.name] : from;
    if (population === undefined || population.size === 0) return;
    const objects = level.objects * shareOf(population, from);
    const name = responseName(selected);
    const path = parentPath === '' ? name : `${parentPath}.${name}`;
    if (selected.isForbidden) {
      counter.countForbidden({ selected, path, isMerged }, { ...level, objects });
      return;
    }
    const args = fieldArguments(selected, scope);
    // A field with invalid arguments fails before it sends a call.
    if (args === null) return;
    const inner = field.extensions.signsIn === true ? { ...scope, caller: UNKNOWN_SHOPPER } : scope;
    const allSubfields = collectAllFields(node.selectionSet, getNamedType(field.type), inner);
    const cost = field.extensions.cost as FieldCost | undefined;
    const next =
      cost?.rule({
        args,
        population,
        plan,
        path,
        selection: selectionFrom(node, allSubfields, inner),
        caller: scope.caller,
      }) ?? population;
    const visited = { selected, path, args, from: population, to: next, isMerged };
    const below = counter.count(visited, objects === level.objects ? level : { ...level, objects });
    visitAll(allSubfields, { scope: inner, from: next, level: below, path, isMerged });
  }
}

/** What is known of the field that selects others. */
interface ParentField {
  readonly scope: SelectionContext;
  /** The records that the fields are selected on. */
  readonly from: Population;
  readonly level: ResponseLevel;
  /** Response path of the field. Empty for the root. */
  readonly path: string;
  /** Whether another field may have the same response path: the two are then one value. */
  readonly isMerged: boolean;
}

/** The share of one type in records of several types. */
function shareOf(population: Population, all: Population): number {
  if (all.byType === undefined || population === all) return 1;
  const total = Object.values(all.byType).reduce((sum, { size }) => sum + size, 0);
  return population.size / total;
}

/** Estimates the cost of an operation that is about to run. Null if its variables are invalid: the execution reports that. */
export function estimateOperation(
  { schema, document, operationName, variableValues, contextValue }: ExecutionArgs,
  facts: CostFacts,
): Estimate | null {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const coerced = coerceVariables(schema, definitions, variableValues ?? {});
  if (coerced === undefined) return null;
  const { caller } = contextValue as Context;
  return estimateOnce({ schema, document, operationName, variableValues: coerced, facts, caller });
}

/** The same for an operation whose variables are coerced. */
export function estimateOnce(options: EstimateOptions): Estimate {
  const { document, operationName, facts, caller } = options;
  const operation = getOperationAST(document, operationName);
  if (!operation || (operation.variableDefinitions ?? []).length > 0) return estimate(options);
  // Without variables the estimate depends only on the facts and the caller's permissions, and the same operation may be
  // sent thousands of times.
  const known = cachedEstimates.get(operation) ?? new Map<string, Estimate>();
  cachedEstimates.set(operation, known);
  const key = JSON.stringify([facts, caller.kind, ...caller.scopes]);
  const cost = known.get(key) ?? estimate(options);
  known.set(key, cost);
  return cost;
}

const cachedEstimates = new WeakMap<OperationDefinitionNode, Map<string, Estimate>>();
