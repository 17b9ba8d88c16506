import { type FieldNode, type GraphQLField, type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Caller } from '../access/caller.ts';
import { permissionsOf } from '../access/permission.ts';
import { fieldArguments } from './selected-arguments.ts';
import {
  collectAllFields,
  collectFields,
  type SelectedField,
  type SelectionContext,
} from './selected-fields.ts';
import { mentionsVariable } from './variable-mentions.ts';
import { entryOf } from './weak-maps.ts';

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

const knownSelections = new WeakMap<readonly SelectedField[], Selection>();

/** Describes the selection set of a node, given all that `collectAllFields` has found in it. */
export function selectionFrom(
  node: FieldNode,
  allFields: readonly SelectedField[],
  context: SelectionContext,
): Selection {
  // The fields can be the same for each request although the arguments and the fields below them are not.
  const isFixed = !mentionsVariable(node, context.fragments);
  const known = isFixed ? knownSelections.get(allFields) : undefined;
  if (known !== undefined) return known;
  const selection = createSelection(
    allFields.filter(({ isForbidden: isRefused }) => !isRefused),
    context,
  );
  if (isFixed) knownSelections.set(allFields, selection);
  return selection;
}

/** Describes a selection set, given its own fields. */
function createSelection(direct: readonly SelectedField[], context: SelectionContext): Selection {
  let all: readonly SelectedField[] | null = null;
  // A field of a list asks for the same of each item.
  const includes = new Map<string, ReadonlySet<string>>();

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
    includes<T extends string>(...types: readonly string[]) {
      const key = types.join();
      const known = includes.get(key);
      if (known !== undefined) return known as ReadonlySet<T>;
      const found = new Set(
        fields().flatMap(({ parent, field }) => (types.includes(parent.name) ? includesOf<T>(field) : [])),
      );
      includes.set(key, found);
      return found;
    },
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
