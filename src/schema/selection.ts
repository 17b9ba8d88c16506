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

/** The selection set of one field. */
export interface Selection {
  /** Whether the selection set contains this field directly. */
  has(field: string): boolean;
  /** The `extensions.include` of all fields that are selected on these types, at any depth. */
  includes<T extends string>(...types: readonly string[]): ReadonlySet<T>;
  /** The arguments of each occurrence of a field of a type, at any depth. */
  argumentsOf<T>(type: string, field: string): readonly T[];
  /** The part of the selection set that is selected on one type, for a field that returns an interface. */
  on(type: string): Selection;
}

const selections = new WeakMap<readonly FieldNode[], Selection>();

/**
 * Reads the selection set of a field. It leaves out fields that `@skip` or `@include` exclude, and fields that the caller
 * is not authorized to select.
 */
export function selectionOf(
  { fieldNodes, returnType, schema, fragments, variableValues }: GraphQLResolveInfo,
  { caller }: { readonly caller: Caller },
): Selection {
  // The executor passes the same nodes for every item of a list, so a selection set is read once per operation.
  const known = selections.get(fieldNodes);
  if (known !== undefined) return known;
  const context = { schema, fragments, variableValues, caller };
  const type = getNamedType(returnType);
  const direct = fieldNodes.flatMap(({ selectionSet }) => fieldsIn(selectionSet, type, context));
  const selection = selectionFrom(direct, context);
  selections.set(fieldNodes, selection);
  return selection;
}

/**
 * What is needed to traverse a selection set: fragments by name, variables for `@skip` and `@include`, and the caller,
 * because refused fields do not run.
 */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/** A field that will run, with the type on which it is selected. */
export interface SelectedField {
  readonly parent: GraphQLObjectType | GraphQLInterfaceType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

/** The fields of one selection set, including those of its fragments. */
export function fieldsIn(
  set: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
  context: SelectionScope,
): readonly SelectedField[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (!runs(node, context.variableValues)) return [];
    if (node.kind === Kind.FIELD) {
      if (!isObjectType(parent) && !isInterfaceType(parent)) return [];
      const field = parent.getFields()[node.name.value];
      if (field === undefined || isRefused(context.caller, parent, field)) return [];
      return [{ parent, field, node }];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? context.fragments[node.name.value] : node;
    const condition = fragment?.typeCondition && context.schema.getType(fragment.typeCondition.name.value);
    return fieldsIn(fragment?.selectionSet, condition ?? parent, context);
  });
}

/** The arguments of a field. Null if a variable is missing: executing the field reports that. */
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

function selectionFrom(direct: readonly SelectedField[], context: SelectionScope): Selection {
  const fields = direct.flatMap(withThoseBelow);

  function withThoseBelow(selected: SelectedField): readonly SelectedField[] {
    const below = fieldsIn(selected.node.selectionSet, getNamedType(selected.field.type), context);
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
        .flatMap((selected) => argumentsIn(selected, context) ?? []) as T[],
    on: (type) =>
      selectionFrom(
        direct.filter(({ parent }) => parent.name === type),
        context,
      ),
  };
}

function includesOf<T extends string>({ extensions }: GraphQLField<unknown, unknown>): readonly T[] {
  return (extensions.include as readonly T[] | undefined) ?? [];
}
