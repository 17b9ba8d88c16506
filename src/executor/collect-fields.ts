import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What decides which fields of a selection set run. */
export interface CollectContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The values that decide `@skip` and `@include`. */
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** The nodes of each field that is selected on a type of object, by response name, in the order of the response. */
export function collectFields(
  { schema, fragments, variableValues }: CollectContext,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const nodes = new Map<string, FieldNode[]>();
  const visited = new Set<string>();

  function isIncluded(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
  }

  function appliesTo(condition: NamedTypeNode | undefined): boolean {
    if (condition === undefined) return true;
    const named = schema.getType(condition.name.value);
    return named === type || (isAbstractType(named) && schema.isSubType(named, type));
  }

  function collect({ selections }: SelectionSetNode): void {
    for (const node of selections) {
      if (!isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const known = nodes.get(name);
        if (known === undefined) nodes.set(name, [node]);
        else known.push(node);
        continue;
      }
      if (node.kind === Kind.INLINE_FRAGMENT) {
        if (appliesTo(node.typeCondition)) collect(node.selectionSet);
        continue;
      }
      const { value } = node.name;
      if (visited.has(value)) continue;
      visited.add(value);
      const fragment = fragments[value];
      if (fragment !== undefined && appliesTo(fragment.typeCondition)) collect(fragment.selectionSet);
    }
  }

  for (const set of selectionSets) collect(set);
  return nodes;
}
