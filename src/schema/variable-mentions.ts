import { type ASTNode, BREAK, type FieldNode, type FragmentDefinitionNode, Kind, visit } from 'graphql';

/** Fragments by name. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const knownMentions = new WeakMap<FieldNode, boolean>();

/** Whether a variable stands in the selection set of a field, also in its fragments. */
export function mentionsVariable(field: FieldNode, fragments: Fragments): boolean {
  const known = knownMentions.get(field);
  if (known !== undefined) return known;
  const mentions = field.selectionSet !== undefined && hasVariable(field.selectionSet, fragments);
  knownMentions.set(field, mentions);
  return mentions;
}

/** Whether a variable stands anywhere in a node, also in its fragments. */
export function hasVariable(node: ASTNode, fragments: Fragments): boolean {
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
