import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Caller } from '../access/caller.ts';
import { isRefused } from './scopes.ts';

/** What the client selected below one field. */
export interface Selection {
  /** Whether the field itself has this subfield. */
  has(field: string): boolean;
  /** What the fields selected on these types, at any depth, say they are served by (`extensions.include`). */
  includes<T extends string>(...types: readonly string[]): ReadonlySet<T>;
  /** The arguments of each selection of a field of a type, at any depth. */
  argumentsOf<T>(type: string, field: string): readonly T[];
  /** The part that is selected on one type, where a level mixes types. */
  on(type: string): Selection;
}

const selections = new WeakMap<readonly FieldNode[], Selection>();

/**
 * Reads a field's selection. Fields under `@skip` and `@include` count only where they will run, and none that the
 * caller will be refused.
 */
export function selectionOf(
  { fieldNodes, returnType, schema, fragments, variableValues }: GraphQLResolveInfo,
  { caller }: { readonly caller: Caller },
): Selection {
  // The executor hands the same nodes to every item of a list, so a selection is read once per operation.
  const known = selections.get(fieldNodes);
  if (known !== undefined) return known;
  const scope = { schema, fragments, variableValues, caller };
  const type = getNamedType(returnType);
  const direct = fieldNodes.flatMap(({ selectionSet }) => fieldsIn(selectionSet, type, scope));
  const selection = selectionFrom(direct, scope);
  selections.set(fieldNodes, selection);
  return selection;
}

/**
 * What it takes to follow a selection: fragments by name, variables to decide `@skip` and `@include` by, and who asks,
 * since refused fields do not run either.
 */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/** A field that will run, with the type that it is selected on. */
export interface SelectedField {
  readonly parent: GraphQLObjectType | GraphQLInterfaceType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

/** The fields of one level of a selection, out of all its fragments. */
export function fieldsIn(
  set: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
  scope: SelectionScope,
): readonly SelectedField[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (!runs(node, scope.variableValues)) return [];
    if (node.kind === Kind.FIELD) {
      if (!isObjectType(parent) && !isInterfaceType(parent)) return [];
      const field = parent.getFields()[node.name.value];
      if (field === undefined || isRefused(scope.caller, parent, field)) return [];
      return [{ parent, field, node }];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? scope.fragments[node.name.value] : node;
    const condition = fragment?.typeCondition && scope.schema.getType(fragment.typeCondition.name.value);
    return fieldsIn(fragment?.selectionSet, condition ?? parent, scope);
  });
}

/** The arguments that a field is given, or null where a variable is missing: its resolver will tell of that. */
export function argumentsIn(
  { field, node }: SelectedField,
  { variableValues }: SelectionScope,
): Readonly<Record<string, unknown>> | null {
  try {
    return getArgumentValues(field, node, variableValues);
  } catch {
    return null;
  }
}

function runs(node: SelectionNode, variableValues: SelectionScope['variableValues']): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.if !== true && include?.if !== false;
}

function selectionFrom(direct: readonly SelectedField[], scope: SelectionScope): Selection {
  const fields = direct.flatMap(withThoseBelow);

  function withThoseBelow(selected: SelectedField): readonly SelectedField[] {
    const below = fieldsIn(selected.node.selectionSet, getNamedType(selected.field.type), scope);
    return [selected, ...below.flatMap(withThoseBelow)];
  }

  return {
    has: (name) => direct.some(({ field }) => field.name === name),
    includes: <T extends string>(...types: readonly string[]) =>
      new Set(
        fields.flatMap(({ parent, field }) => (types.includes(parent.name) ? includesOf<T>(field) : [])),
      ),
    argumentsOf: <T>(type: string, name: string) =>
      fields
        .filter(({ parent, field }) => parent.name === type && field.name === name)
        .flatMap((selected) => argumentsIn(selected, scope) ?? []) as T[],
    on: (type) =>
      selectionFrom(
        direct.filter(({ parent }) => parent.name === type),
        scope,
      ),
  };
}

function includesOf<T extends string>({ extensions }: GraphQLField<unknown, unknown>): readonly T[] {
  return (extensions.include as readonly T[] | undefined) ?? [];
}
