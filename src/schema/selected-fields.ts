import {
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Caller } from '../access/caller.ts';
import { permissionsOf } from '../access/permission.ts';
import { isForbidden } from './authorization.ts';
import { type Fragments, isConditional } from './variable-mentions.ts';
import { entryOf } from './weak-maps.ts';

/**
 * What is needed to traverse a selection set: fragments by name, variables for `@skip` and `@include`, and the caller,
 * because refused fields do not run.
 */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/** A field that will run, with the type on which it is selected. */
export interface SelectedField {
  readonly parent: GraphQLObjectType | GraphQLInterfaceType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** Whether the caller is not authorized to select it. It will not run then. */
  readonly isForbidden: boolean;
}

/** The fields of one selection set that will run, including those of its fragments. */
export function collectFields(
  set: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
  context: SelectionContext,
): readonly SelectedField[] {
  return collectAllFields(set, parent, context).filter((selected) => !selected.isForbidden);
}

/** The fields of selection sets that are not conditional, by type and by what the caller is allowed. */
const fixedFields = new WeakMap<
  SelectionSetNode,
  WeakMap<GraphQLNamedType, WeakMap<object, readonly SelectedField[]>>
>();

/** The fields of one selection set, including those of its fragments and those that the caller is not authorized to select. */
export function collectAllFields(
  set: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
  context: SelectionContext,
): readonly SelectedField[] {
  if (set === undefined) return [];
  if (parent === undefined || isConditional(set, context.fragments)) return collectNow(set, parent, context);
  const byPermissions = entryOf(entryOf(fixedFields, set), parent);
  const permissions = permissionsOf(context.caller);
  const fields = byPermissions.get(permissions) ?? collectNow(set, parent, context);
  byPermissions.set(permissions, fields);
  return fields;
}

function collectNow(
  set: SelectionSetNode,
  parent: GraphQLNamedType | undefined,
  context: SelectionContext,
): readonly SelectedField[] {
  return set.selections.flatMap((node) => {
    if (!isIncluded(node, context.variableValues)) return [];
    if (node.kind === Kind.FIELD) {
      if (!isObjectType(parent) && !isInterfaceType(parent)) return [];
      const field = parent.getFields()[node.name.value] ?? META_FIELDS[node.name.value];
      if (field === undefined) return [];
      return [{ parent, field, node, isForbidden: isForbidden(context.caller, parent, field) }];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? context.fragments[node.name.value] : node;
    const condition = fragment?.typeCondition && context.schema.getType(fragment.typeCondition.name.value);
    return collectAllFields(fragment?.selectionSet, condition ?? parent, context);
  });
}

/** The fields that every type has, or the query type, without declaring them. */
const META_FIELDS: Readonly<Record<string, GraphQLField<unknown, unknown>>> = {
  __typename: TypeNameMetaFieldDef,
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
};

function isIncluded(node: SelectionNode, variableValues: SelectionContext['variableValues']): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.if !== true && include?.if !== false;
}
