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
import { FIXED_LIMITS, type LimitName, type Limits, limitExceeded } from './limits.ts';

/**
 * Rejects a document that exceeds a limit after fragment expansion, and stops counting at the limit: a few lines can
 * expand to billions of fields. It runs before validation, so it must accept every document that can be parsed.
 */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  checkNodes(document, limits);
  const count = createCounter({ ...limits, ...FIXED_LIMITS });
  const { walk, visitedFragments } = createWalker(document, limits, count);
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
  for (const { name, selectionSet } of fragments)
    if (!visitedFragments.has(name.value)) walk(selectionSet, false);
}

/** Fields that check a password. */
const PASSWORD_CHECKS: ReadonlySet<string> = new Set([
  'validateCustomerCredentials',
  'signInShopper',
  'changeViewerPassword',
]);

/** @param amount @default 1 */
type Count = (what: LimitName, amount?: number) => void;

function createCounter(limits: Readonly<Record<LimitName, number>>): Count {
  const counts: Partial<Record<LimitName, number>> = {};
  return (what, amount = 1) => {
    const count = (counts[what] ?? 0) + amount;
    counts[what] = count;
    if (count > limits[what]) throw limitExceeded(what, count, limits[what]);
  };
}

// Visits each node of the document once, without expanding fragments.
function checkNodes(document: DocumentNode, { listItems }: Limits): void {
  visit(document, {
    enter(node) {
      if (node.kind === Kind.LIST && node.values.length > listItems)
        throw limitExceeded('listItems', node.values.length, listItems);
      const directives = 'directives' in node ? (node.directives?.length ?? 0) : 0;
      const limit = FIXED_LIMITS.directivesAtOnePlace;
      if (directives > limit) throw limitExceeded('directivesAtOnePlace', directives, limit);
    },
  });
}

/** One object of the response, to which several selection sets may contribute fields. */
interface ResponseObject {
  readonly children: Map<string, ResponseObject>;
  /** How often each field was selected, by response name and by signature (field name and arguments). */
  readonly selectionCounts: Map<string, number>;
}

interface Level {
  readonly responseObject: ResponseObject;
  readonly depth: number;
  readonly nesting: number;
  /** Names of the enclosing fields, without aliases. */
  readonly parentFields: readonly string[];
  readonly isRoot: boolean;
}

interface Walker {
  walk(set: SelectionSetNode, isOperation: boolean): void;
  /** Names of the fragments visited so far. */
  readonly visitedFragments: ReadonlySet<string>;
}

function createWalker(document: DocumentNode, limits: Limits, count: Count): Walker {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const visitedFragments = new Set<string>();
  const signatures = new Map<FieldNode, string>();
  /** The fragments being expanded, to detect cycles. */
  const expanding = new Set<string>();

  function walkSet(set: SelectionSetNode, level: Level): void {
    if (level.nesting > FIXED_LIMITS.nesting)
      throw limitExceeded('nesting', level.nesting, FIXED_LIMITS.nesting);
    const deeper = { ...level, nesting: level.nesting + 1 };
    for (const node of set.selections) {
      count('selections');
      for (const _ of node.directives ?? []) count('directives');
      if (node.kind === Kind.FIELD) walkField(node, level);
      else if (node.kind === Kind.INLINE_FRAGMENT) walkSet(node.selectionSet, deeper);
      else walkFragment(node, deeper);
    }
  }

  function walkField(node: FieldNode, { responseObject, depth, nesting, parentFields, isRoot }: Level): void {
    if (depth > limits.depth) throw limitExceeded('depth', depth, limits.depth);
    if (isRoot) count('rootFields');
    if (PASSWORD_CHECKS.has(node.name.value)) count('passwordChecks');
    if (node.alias) count('aliases');
    const name = node.alias?.value ?? node.name.value;
    count('comparisons', countSelection(responseObject, name, limits.repeats));
    countSelection(responseObject, signatureOf(node), limits.repeats);
    if (!node.selectionSet) return;
    const below = responseObject.children.get(name) ?? newResponseObject();
    responseObject.children.set(name, below);
    const path = [...parentFields, node.name.value];
    checkRecursion(path, limits.recursion);
    walkSet(node.selectionSet, {
      responseObject: below,
      depth: depth + 1,
      nesting: nesting + 1,
      parentFields: path,
      isRoot: false,
    });
  }

  // Validation reports an unknown fragment. A cycle has to be rejected here: validation might not terminate on it.
  function walkFragment(node: FragmentSpreadNode, level: Level): void {
    const name = node.name.value;
    const set = fragments.get(name);
    if (set === undefined) return;
    if (expanding.has(name)) throw fragmentCycleError(node);
    visitedFragments.add(name);
    expanding.add(name);
    walkSet(set, level);
    expanding.delete(name);
  }

  function signatureOf(node: FieldNode): string {
    const signature = signatures.get(node) ?? signatureFor(node);
    signatures.set(node, signature);
    return signature;
  }

  return {
    walk: (set, isOperation) =>
      walkSet(set, {
        responseObject: newResponseObject(),
        depth: 1,
        nesting: 1,
        parentFields: [],
        isRoot: isOperation,
      }),
    visitedFragments,
  };
}

/** The same for the same field with the same arguments, so it counts as a repeat under any alias. */
function signatureFor({ name, arguments: given = [] }: FieldNode): string {
  const [first] = given;
  const text = first?.loc?.source.body.slice(first.loc.start, given.at(-1)?.loc?.end) ?? '';
  return `${name.value}(${text})`;
}

// Introspection types are recursive. GraphQL's own validation limits the depth of introspection queries.
function checkRecursion(path: readonly string[], limit: number): void {
  if (path[0]?.startsWith('__')) return;
  const times = path.filter((name) => name === path.at(-1)).length;
  if (times > limit) throw limitExceeded('recursion', times, limit);
}

/** Returns how often the key was counted before. */
function countSelection({ selectionCounts }: ResponseObject, key: string, limit: number): number {
  const before = selectionCounts.get(key) ?? 0;
  selectionCounts.set(key, before + 1);
  if (before + 1 > limit) throw limitExceeded('repeats', before + 1, limit);
  return before;
}

function fragmentCycleError(node: FragmentSpreadNode): GraphQLError {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
  return new GraphQLError(`Cannot spread fragment "${node.name.value}" within itself.`, {
    nodes: node,
    extensions,
  });
}

function newResponseObject(): ResponseObject {
  return { children: new Map(), selectionCounts: new Map() };
}
