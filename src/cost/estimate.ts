import { type DocumentNode, type GraphQLSchema, getNamedType, getOperationAST, Kind } from 'graphql';
import type { Caller } from '../access/caller.ts';
import {
  collectFields,
  fieldArguments,
  type SelectedField,
  type SelectionContext,
} from '../schema/selection.ts';
import { createCostPlan, type PlannedCall } from './plan.ts';
import { type Population, ROOT } from './population.ts';
import { COST_RULES } from './read-rules.ts';

/** The upper bound of the cost of an operation, known before any call is sent. */
export interface Estimate {
  /** REST calls, if the conditions in the notes of the plan hold. */
  readonly calls: number;
  /** The calls, in the order of the selection. */
  readonly plan: readonly PlannedCall[];
}

export interface EstimateOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  /** Whether the attribute definitions are cached. Names and types of attributes then cost nothing. */
  readonly definitionsCached: boolean;
  /** Whether the highest id of all addresses is known, which a create of addresses needs. @default true */
  readonly addressIdsKnown?: boolean;
  /** Fields that this caller is not authorized for cost nothing. */
  readonly caller: Caller;
}

/** Estimates the cost of an operation from its selection alone: it reads no records and sends no calls. */
export function estimate(options: EstimateOptions): Estimate {
  const { schema, document, operationName, variableValues, definitionsCached, caller } = options;
  const { addressIdsKnown = true } = options;
  const operation = getOperationAST(document, operationName);
  const plan = createCostPlan();
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
  for (const field of root) visit(field, ROOT, '');
  return plan.total();

  function visit(selected: SelectedField, level: Population, parentPath: string): void {
    const { parent, field, node } = selected;
    const population = level.byType ? level.byType[parent.name] : level;
    if (population === undefined || population.size === 0) return;
    const name = node.alias?.value ?? field.name;
    const path = parentPath === '' ? name : `${parentPath}.${name}`;
    const args = fieldArguments(selected, scope);
    // A field with invalid arguments fails before it sends a call.
    if (args === null) return;
    const subfields = collectFields(node.selectionSet, getNamedType(field.type), scope);
    const selects = (name: string) => subfields.some((subfield) => subfield.field.name === name);
    const next =
      COST_RULES[`${parent.name}.${field.name}`]?.({
        args,
        population,
        plan,
        path,
        selects,
        definitionsCached,
        addressIdsKnown,
        caller,
      }) ?? population;
    for (const subfield of subfields) visit(subfield, next, path);
  }
}
