import { type DocumentNode, type GraphQLSchema, getNamedType, getOperationAST, Kind } from 'graphql';
import type { Caller } from '../access/caller.ts';
import { argumentsIn, fieldsIn, type SelectedField, type SelectionScope } from '../schema/selection.ts';
import { type Crowd, START } from './crowd.ts';
import { RULES } from './rules.ts';
import { createTab, type PlannedRead } from './tab.ts';

/** The upper bound of the cost of an operation, known before any call is sent. */
export interface Estimate {
  /** REST calls, if the conditions in the notes of the plan hold. */
  readonly calls: number;
  /** The calls, in the order of the selection. */
  readonly plan: readonly PlannedRead[];
}

export interface EstimateOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  /** Whether the attribute definitions are cached. Names and types of attributes then cost nothing. */
  readonly knowsDefinitions: boolean;
  /** Fields that this caller is not authorized for cost nothing. */
  readonly caller: Caller;
}

/** Estimates the cost of an operation from its selection alone: it reads no records and sends no calls. */
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

  function order(selected: SelectedField, level: Crowd, parentPath: string): void {
    const { parent, field, node } = selected;
    const crowd = level.byType ? level.byType[parent.name] : level;
    if (crowd === undefined || crowd.size === 0) return;
    const name = node.alias?.value ?? field.name;
    const path = parentPath === '' ? name : `${parentPath}.${name}`;
    const args = argumentsIn(selected, scope);
    // A field with invalid arguments fails before it sends a call.
    if (args === null) return;
    const subfields = fieldsIn(node.selectionSet, getNamedType(field.type), scope);
    const wants = (name: string) => subfields.some((subfield) => subfield.field.name === name);
    const next =
      RULES[`${parent.name}.${field.name}`]?.({ args, crowd, tab, path, wants, knowsDefinitions, caller }) ??
      crowd;
    for (const subfield of subfields) order(subfield, next, path);
  }
}
