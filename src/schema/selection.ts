import {
  type ASTNode,
  BREAK,
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
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import type { Caller } from '../access/caller.ts';
import { permissionsOf } from '../access/permission.ts';
import { isForbidden } from './authorization.ts';

/** The selection set of one field. */
export interface Selection {
  /** Whether the selection set contains this field directly. */
  has(field: string): boolean;
  /** The `extensions.include` of all fields that are selected on these types, at any depth. */
  includes<T extends string>(...types: readonly string[]): ReadonlySet<T>;
  /** The arguments of each occurrence of a field of a type, at any depth. */
  argumentsOf<T>(type: string, field: string): readonly T[];
  /** The part of the selection set that is selected on one type, for a field that returns an interface. */
  onType(type: string): Selection;
}

/** What is known of selection sets. It depends on the variables, on the caller, and on the nodes of the field. */
const selections = new WeakMap<object, WeakMap<object, WeakMap<readonly FieldNode[], Selection>>>();

/**
 * Reads the selection set of a field. It leaves out fields that `@skip` or `@include` exclude, and fields that the caller
 * is not authorized to select.
 */
export function selectionOf(
  { fieldNodes, returnType, schema, fragments, variableValues }: GraphQLResolveInfo,
  { caller }: { readonly caller: Caller },
): Selection {
  // The executor passes the same nodes for every item of a list, so a selection set is read once per operation, or once for
  // all operations of a caller if it depends on no variable.
  const isFixed = fieldNodes.every((node) => !mentionsVariable(node, fragments));
  const byNodes = entryOf(entryOf(selections, isFixed ? schema : variableValues), permissionsOf(caller));
  const known = byNodes.get(fieldNodes);
  if (known !== undefined) return known;
  const context = { schema, fragments, variableValues, caller };
  const type = getNamedType(returnType);
  const direct = fieldNodes.flatMap(({ selectionSet }) => collectFields(selectionSet, type, context));
  const selection = createSelection(direct, context);
  byNodes.set(fieldNodes, selection);
  return selection;
}

/** Whether an operation selects one field at its root, once. */
export function isOnlyRootField(
  { operation, parentType, schema, fragments, variableValues }: GraphQLResolveInfo,
  { caller }: { readonly caller: Caller },
): boolean {
  const context = { schema, fragments, variableValues, caller };
  return collectAllFields(operation.selectionSet, parentType, context).length === 1;
}

function entryOf<K extends object, L extends object, V>(
  map: WeakMap<K, WeakMap<L, V>>,
  key: K,
): WeakMap<L, V> {
  const entry = map.get(key) ?? new WeakMap<L, V>();
  map.set(key, entry);
  return entry;
}

const knownMentions = new WeakMap<FieldNode, boolean>();

/** Whether a variable stands in the selection set of a field, also in its fragments. */
function mentionsVariable(field: FieldNode, fragments: SelectionContext['fragments']): boolean {
  const known = knownMentions.get(field);
  if (known !== undefined) return known;
  const mentions = field.selectionSet !== undefined && hasVariable(field.selectionSet, fragments);
  knownMentions.set(field, mentions);
  return mentions;
}

function hasVariable(node: ASTNode, fragments: SelectionContext['fragments']): boolean {
  let found = false;
  visit(node, {
    [Kind.VARIABLE]() {
      found = true;
      return BREAK;
    },
    [Kind.FRAGMENT_SPREAD]({ name }) {
      const fragment = fragments[name.value];
      found ||= fragment !== undefined && hasVariable(fragment.selectionSet, fragments);
      return found ? BREAK : undefined;
    },
  });
  return found;
}

/**
 * What is needed to traverse a selection set: fragments by name, variables for `@skip` and `@include`, and the caller,
 * because refused fields do not run.
 */
export interface SelectionContext {
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

/** The fields of selection sets that depend on no variable, by type and by what the caller is allowed. */
const fixedFields = new WeakMap<
  SelectionSetNode,
  WeakMap<GraphQLNamedType, WeakMap<object, readonly SelectedField[]>>
>();
const knownConditions = new WeakMap<SelectionSetNode, boolean>();

/** The fields of one selection set, including those of its fragments and those that the caller is not authorized to select. */
export function collectAllFields(
  set: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
  context: SelectionContext,
): readonly SelectedField[] {
  if (set === undefined) return [];
  const isConditional = knownConditions.get(set) ?? hasVariable(set, context.fragments);
  knownConditions.set(set, isConditional);
  if (isConditional || parent === undefined) return collectNow(set, parent, context);
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

type Arguments = Readonly<Record<string, unknown>>;

/** The arguments of fields that are given without variables. */
const fixedArguments = new WeakMap<FieldNode, WeakMap<SelectedField['field'], Arguments | null>>();
const knownVariables = new WeakMap<FieldNode, boolean>();

/** The arguments of a field. Null if a variable is missing: executing the field reports that. */
export function fieldArguments(
  { field, node }: SelectedField,
  { variableValues }: SelectionContext,
): Arguments | null {
  const isVariable = knownVariables.get(node) ?? (node.arguments ?? []).some((each) => hasVariable(each, {}));
  knownVariables.set(node, isVariable);
  if (isVariable) return argumentsNow(field, node, variableValues);
  const byField = entryOf(fixedArguments, node);
  const known = byField.get(field);
  if (known !== undefined) return known;
  const args = argumentsNow(field, node, variableValues);
  byField.set(field, args);
  return args;
}

function argumentsNow(
  field: SelectedField['field'],
  node: FieldNode,
  variableValues: SelectionContext['variableValues'],
): Arguments | null {
  try {
    return getArgumentValues(field, node, variableValues);
  } catch {
    return null;
  }
}

function isIncluded(node: SelectionNode, variableValues: SelectionContext['variableValues']): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.if !== true && include?.if !== false;
}

const knownSelections = new WeakMap<readonly SelectedField[], Selection>();

/** Describes a selection set, given all that `collectAllFields` has found in it. */
export function selectionFrom(allFields: readonly SelectedField[], context: SelectionContext): Selection {
  const known = knownSelections.get(allFields);
  if (known !== undefined) return known;
  const selection = createSelection(
    allFields.filter(({ isForbidden: isRefused }) => !isRefused),
    context,
  );
  knownSelections.set(allFields, selection);
  return selection;
}

/** Describes a selection set, given its own fields. */
function createSelection(direct: readonly SelectedField[], context: SelectionContext): Selection {
  let all: readonly SelectedField[] | null = null;

  /** The fields at any depth. */
  function fields(): readonly SelectedField[] {
    all ??= direct.flatMap(withDescendants);
    return all;
  }

  function withDescendants(selected: SelectedField): readonly SelectedField[] {
    const below = collectFields(selected.node.selectionSet, getNamedType(selected.field.type), context);
    return [selected, ...below.flatMap(withDescendants)];
  }

  return {
    has: (name) => direct.some(({ field }) => field.name === name),
    includes: <T extends string>(...types: readonly string[]) =>
      new Set(
        fields().flatMap(({ parent, field }) => (types.includes(parent.name) ? includesOf<T>(field) : [])),
      ),
    argumentsOf: <T>(type: string, name: string) =>
      fields()
        .filter(({ parent, field }) => parent.name === type && field.name === name)
        .flatMap((selected) => fieldArguments(selected, context) ?? []) as T[],
    onType: (type) =>
      createSelection(
        direct.filter(({ parent }) => parent.name === type),
        context,
      ),
  };
}

function includesOf<T extends string>({ extensions }: GraphQLField<unknown, unknown>): readonly T[] {
  return (extensions.include as readonly T[] | undefined) ?? [];
}
