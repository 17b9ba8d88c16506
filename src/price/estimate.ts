import { type DocumentNode, type GraphQLSchema, getNamedType, getOperationAST, Kind } from 'graphql';
import type { Caller } from '../access/caller.ts';
import { argumentsIn, fieldsIn, type SelectedField, type SelectionScope } from '../schema/selection.ts';
import { type Crowd, START } from './crowd.ts';
import { RULES } from './rules.ts';
import { createTab, type PlannedRead } from './tab.ts';

/** What an operation may cost at the most, before anything is sent. */
export interface Estimate {
  /** REST calls, where the notes of the plan hold. */
  readonly calls: number;
  /** The reads that it is made of, in the order in which the operation asks for them. */
  readonly plan: readonly PlannedRead[];
}

export interface EstimateOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  /** Whether the attribute definitions are at hand, so that names and types cost nothing. */
  readonly knowsDefinitions: boolean;
  /** Who asks: what they will be refused costs nothing. */
  readonly caller: Caller;
}

/** Prices an operation by walking its selection. It knows nothing of the store's records and sends nothing. */
export function estimate(options: EstimateOptions): Estimate {
  const { schema, document, operationName, variableValues, knowsDefinitions, caller } = options;
  const operation = getOperationAST(document, operationName);
  const tab = createTab();
  if (!operation) return tab.sum();
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const scope: SelectionScope = { schema, fragments, variableValues, caller };
  const root = fieldsIn(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, scope);
  for (const field of root) order(field, START, '');
  return tab.sum();

  function order(selected: SelectedField, level: Crowd, above: string): void {
    const { parent, field, node } = selected;
    const crowd = level.byType ? level.byType[parent.name] : level;
    // Nobody stands here, and nobody costs nothing.
    if (crowd === undefined || crowd.size === 0) return;
    const name = node.alias?.value ?? field.name;
    const path = above === '' ? name : `${above}.${name}`;
    const args = argumentsIn(selected, scope);
    // Without its arguments a field fails before it sends anything.
    if (args === null) return;
    const below = fieldsIn(node.selectionSet, getNamedType(field.type), scope);
    const wants = (subfield: string) => below.some((one) => one.field.name === subfield);
    const next =
      RULES[`${parent.name}.${field.name}`]?.({ args, crowd, tab, path, wants, knowsDefinitions, caller }) ??
      crowd;
    for (const one of below) order(one, next, path);
  }
}
