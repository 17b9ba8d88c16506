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
 * Refuses a document that is too large once its fragments are spread out, and stops counting there: a few lines can
 * spread out to billions of fields. It runs before validation, and so takes whatever can be parsed.
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
  // Validation looks at those that nobody uses as well.
  for (const { name, selectionSet } of fragments) if (!spread.has(name.value)) walk(selectionSet, false);
}

/** Counts one more, or so many more. */
type Count = (what: Limited, more?: number) => void;

function counter(limits: Readonly<Record<Limited, number>>): Count {
  const counts: Partial<Record<Limited, number>> = {};
  return (what, more = 1) => {
    const count = (counts[what] ?? 0) + more;
    counts[what] = count;
    if (count > limits[what]) throw tooLarge(what, count, limits[what]);
  };
}

// Each part of the document once, however often it is spread.
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

/** Where fields stand that end up in one object of the answer. */
interface Place {
  readonly below: Map<string, Place>;
  /** How often each field was met here, by its name in the answer and by its arguments. */
  readonly met: Map<string, number>;
}

interface Level {
  readonly place: Place;
  readonly depth: number;
  readonly nesting: number;
  /** The fields above, by their own names. */
  readonly above: readonly string[];
  readonly isRoot: boolean;
}

interface Walker {
  walk(set: SelectionSetNode, isOperation: boolean): void;
  /** The fragments that were met. */
  readonly spread: ReadonlySet<string>;
}

function walker(document: DocumentNode, limits: Limits, count: Count): Walker {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const spread = new Set<string>();
  const calls = new Map<FieldNode, string>();
  const trail = new Set<string>();

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
    count('comparisons', meet(place, name));
    meet(place, callOf(node));
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

  // The schema describes itself in circles, to which the language has a limit of its own.
  function checkRecursion(path: readonly string[]): void {
    if (path[0]?.startsWith('__')) return;
    const times = path.filter((name) => name === path.at(-1)).length;
    if (times > limits.recursion) throw tooLarge('recursion', times, limits.recursion);
  }

  // A fragment that is not there is left to validation. One within itself is not: validation may never come to an end.
  function walkFragment(node: FragmentSpreadNode, level: Level): void {
    const name = node.name.value;
    const set = fragments.get(name);
    if (set === undefined) return;
    if (trail.has(name)) throw spreadWithinItself(node);
    spread.add(name);
    trail.add(name);
    walkSet(set, level);
    trail.delete(name);
  }

  // Answers how often it was met before.
  function meet({ met }: Place, what: string): number {
    const before = met.get(what) ?? 0;
    met.set(what, before + 1);
    if (before + 1 > limits.repeats) throw tooLarge('repeats', before + 1, limits.repeats);
    return before;
  }

  // Two fields with other arguments are two questions; the same question under many names is one too many.
  function callOf(node: FieldNode): string {
    const known = calls.get(node);
    if (known !== undefined) return known;
    const [first] = node.arguments ?? [];
    const text = first?.loc?.source.body.slice(first.loc.start, node.arguments?.at(-1)?.loc?.end) ?? '';
    const call = `${node.name.value}(${text})`;
    calls.set(node, call);
    return call;
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
