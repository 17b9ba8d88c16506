import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { FIXED_LIMITS, type Limited, type Limits, tooLarge } from './limits.ts';

/**
 * Rejects a document that exceeds a limit after fragment expansion, and stops counting at the limit: a few lines can
 * expand to billions of fields. It runs before validation, so it must accept every document that can be parsed.
 */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  checkParts(document, limits);
  const count = counter({ ...limits, ...FIXED_LIMITS });
  const { walk, spread } = walker(document, limits, count);
  const fragments: FragmentDefinitionNode[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      count('fragments');
      fragments.push(node);
    }
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    count('operations');
    count('variables', node.variableDefinitions?.length ?? 0);
    walk(node.selectionSet, true);
  }
  // Validation visits unused fragments too.
  for (const { name, selectionSet } of fragments) if (!spread.has(name.value)) walk(selectionSet, false);
}

/** @param amount @default 1 */
type Count = (what: Limited, amount?: number) => void;

function counter(limits: Readonly<Record<Limited, number>>): Count {
  const counts: Partial<Record<Limited, number>> = {};
  return (what, amount = 1) => {
    const count = (counts[what] ?? 0) + amount;
    counts[what] = count;
    if (count > limits[what]) throw tooLarge(what, count, limits[what]);
  };
}

// Visits each node of the document once, without expanding fragments.
function checkParts(document: DocumentNode, { listItems }: Limits): void {
  visit(document, {
    enter(node) {
      if (node.kind === Kind.LIST && node.values.length > listItems)
        throw tooLarge('listItems', node.values.length, listItems);
      const directives = 'directives' in node ? (node.directives?.length ?? 0) : 0;
      const limit = FIXED_LIMITS.directivesAtOnePlace;
      if (directives > limit) throw tooLarge('directivesAtOnePlace', directives, limit);
    },
  });
}

/** One object of the response, to which several selection sets may contribute fields. */
interface Place {
  readonly below: Map<string, Place>;
  /** How often each field was selected, by response name and by signature (field name and arguments). */
  readonly met: Map<string, number>;
}

interface Level {
  readonly place: Place;
  readonly depth: number;
  readonly nesting: number;
  /** Names of the enclosing fields, without aliases. */
  readonly above: readonly string[];
  readonly isRoot: boolean;
}

interface Walker {
  walk(set: SelectionSetNode, isOperation: boolean): void;
  /** Names of the fragments visited so far. */
  readonly spread: ReadonlySet<string>;
}

function walker(document: DocumentNode, limits: Limits, count: Count): Walker {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const spread = new Set<string>();
  const signatures = new Map<FieldNode, string>();
  /** The fragments being expanded, to detect cycles. */
  const expanding = new Set<string>();

  function walkSet(set: SelectionSetNode, level: Level): void {
    if (level.nesting > FIXED_LIMITS.nesting) throw tooLarge('nesting', level.nesting, FIXED_LIMITS.nesting);
    const deeper = { ...level, nesting: level.nesting + 1 };
    for (const node of set.selections) {
      count('selections');
      for (const _ of node.directives ?? []) count('directives');
      if (node.kind === Kind.FIELD) walkField(node, level);
      else if (node.kind === Kind.INLINE_FRAGMENT) walkSet(node.selectionSet, deeper);
      else walkFragment(node, deeper);
    }
  }

  function walkField(node: FieldNode, { place, depth, nesting, above, isRoot }: Level): void {
    if (depth > limits.depth) throw tooLarge('depth', depth, limits.depth);
    if (isRoot) count('rootFields');
    if (node.name.value === 'validateCustomerCredentials') count('passwordChecks');
    if (node.alias) count('aliases');
    const name = node.alias?.value ?? node.name.value;
    count('comparisons', countSelection(place, name));
    countSelection(place, signatureOf(node));
    if (!node.selectionSet) return;
    const below = place.below.get(name) ?? newPlace();
    place.below.set(name, below);
    const path = [...above, node.name.value];
    checkRecursion(path);
    walkSet(node.selectionSet, {
      place: below,
      depth: depth + 1,
      nesting: nesting + 1,
      above: path,
      isRoot: false,
    });
  }

  // Introspection types are recursive. GraphQL's own validation limits the depth of introspection queries.
  function checkRecursion(path: readonly string[]): void {
    if (path[0]?.startsWith('__')) return;
    const times = path.filter((name) => name === path.at(-1)).length;
    if (times > limits.recursion) throw tooLarge('recursion', times, limits.recursion);
  }

  // Validation reports an unknown fragment. A cycle has to be rejected here: validation might not terminate on it.
  function walkFragment(node: FragmentSpreadNode, level: Level): void {
    const name = node.name.value;
    const set = fragments.get(name);
    if (set === undefined) return;
    if (expanding.has(name)) throw spreadWithinItself(node);
    spread.add(name);
    expanding.add(name);
    walkSet(set, level);
    expanding.delete(name);
  }

  // Returns how often the key was counted before.
  function countSelection({ met }: Place, key: string): number {
    const before = met.get(key) ?? 0;
    met.set(key, before + 1);
    if (before + 1 > limits.repeats) throw tooLarge('repeats', before + 1, limits.repeats);
    return before;
  }

  // The same field with the same arguments counts as a repeat under any alias.
  function signatureOf(node: FieldNode): string {
    const known = signatures.get(node);
    if (known !== undefined) return known;
    const [first] = node.arguments ?? [];
    const text = first?.loc?.source.body.slice(first.loc.start, node.arguments?.at(-1)?.loc?.end) ?? '';
    const signature = `${node.name.value}(${text})`;
    signatures.set(node, signature);
    return signature;
  }

  return {
    walk: (set, isOperation) =>
      walkSet(set, { place: newPlace(), depth: 1, nesting: 1, above: [], isRoot: isOperation }),
    spread,
  };
}

function spreadWithinItself(node: FragmentSpreadNode): GraphQLError {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
  return new GraphQLError(`Cannot spread fragment "${node.name.value}" within itself.`, {
    nodes: node,
    extensions,
  });
}

function newPlace(): Place {
  return { below: new Map(), met: new Map() };
}
