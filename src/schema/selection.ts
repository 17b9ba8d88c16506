import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** What the client selected below one field. */
export interface Selection {
  /** Whether the field itself has this subfield. */
  has(field: string): boolean;
  /** What the fields selected on these types, at any depth, say they are served by (`extensions.include`). */
  includes<T extends string>(...types: readonly string[]): ReadonlySet<T>;
  /** The arguments of each selection of a field of a type, at any depth. */
  argumentsOf<T>(type: string, field: string): readonly T[];
}

const selections = new WeakMap<readonly FieldNode[], Selection>();

/** Reads a field's selection. Fields under `@skip` and `@include` count only where they will run. */
export function selectionOf(info: GraphQLResolveInfo): Selection {
  // The executor hands the same nodes to every item of a list, so a selection is read once per operation.
  const known = selections.get(info.fieldNodes);
  if (known !== undefined) return known;
  const selection = readSelection(info);
  selections.set(info.fieldNodes, selection);
  return selection;
}

function readSelection(info: GraphQLResolveInfo): Selection {
  const subfields = new Set<string>();
  const includes = new Map<string, Set<string>>();
  const fields: {
    readonly type: string;
    readonly node: FieldNode;
    readonly definition: GraphQLField<unknown, unknown>;
  }[] = [];
  const type = getNamedType(info.returnType);
  for (const { selectionSet } of info.fieldNodes) visit(selectionSet, type, 0);

  function visit(
    set: SelectionSetNode | undefined,
    parent: GraphQLNamedType | undefined,
    depth: number,
  ): void {
    for (const node of set?.selections ?? []) {
      if (!runs(node)) continue;
      if (node.kind === Kind.FIELD) visitField(node, parent, depth);
      else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? info.fragments[node.name.value] : node;
        visit(fragment?.selectionSet, conditionOf(fragment) ?? parent, depth);
      }
    }
  }

  function visitField(node: FieldNode, parent: GraphQLNamedType | undefined, depth: number): void {
    if (depth === 0) subfields.add(node.name.value);
    if (!isObjectType(parent) && !isInterfaceType(parent)) return;
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return;
    fields.push({ type: parent.name, node, definition: field });
    for (const include of (field.extensions.include as readonly string[] | undefined) ?? []) {
      includes.set(parent.name, (includes.get(parent.name) ?? new Set()).add(include));
    }
    visit(node.selectionSet, getNamedType(field.type), depth + 1);
  }

  function conditionOf(
    fragment:
      | (Pick<FragmentDefinitionNode, never> & { typeCondition?: { name: { value: string } } | undefined })
      | undefined,
  ) {
    return fragment?.typeCondition && info.schema.getType(fragment.typeCondition.name.value);
  }

  function runs(node: Parameters<typeof getDirectiveValues>[1]): boolean {
    if (!node.directives?.length) return true;
    const skip = getDirectiveValues(GraphQLSkipDirective, node, info.variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues);
    return skip?.if !== true && include?.if !== false;
  }

  function argumentValues(definition: GraphQLField<unknown, unknown>, node: FieldNode): unknown[] {
    try {
      return [getArgumentValues(definition, node, info.variableValues)];
    } catch {
      // A missing variable is told of where the field itself is resolved.
      return [];
    }
  }

  return {
    argumentsOf: <T>(type: string, field: string) =>
      fields
        .filter(({ type: parent, node }) => parent === type && node.name.value === field)
        .flatMap(({ definition, node }) => argumentValues(definition, node)) as T[],
    has: (field) => subfields.has(field),
    includes: <T extends string>(...types: readonly string[]) =>
      new Set(types.flatMap((name) => [...(includes.get(name) ?? [])])) as unknown as ReadonlySet<T>,
  };
}
