import {
  type ASTNode,
  BREAK,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';

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

const knownConditions = new WeakMap<SelectionSetNode, boolean>();

/** Whether a variable decides which fields a selection set has itself, also in its fragments. Their arguments and subfields do not count. */
export function isConditional(set: SelectionSetNode, fragments: Fragments): boolean {
  const known = knownConditions.get(set);
  if (known !== undefined) return known;
  const found = set.selections.some((selection) => {
    if (selection.directives?.some((directive) => hasVariable(directive, fragments))) return true;
    if (selection.kind === Kind.FIELD) return false;
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    return fragment !== undefined && isConditional(fragment.selectionSet, fragments);
  });
  knownConditions.set(set, found);
  return found;
}

/** Whether a variable stands anywhere in a node, also in its fragments. */
function hasVariable(node: ASTNode, fragments: Fragments): boolean {
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
