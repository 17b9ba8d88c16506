import type { Random } from '../../src/sandbox/random.ts';

/** A valid query of the faulty schema, and its variables. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Other values for the same variables. */
  readonly otherVariables: Readonly<Record<string, unknown>>;
}

const LEAVES = [
  'id',
  'name',
  'depth',
  'late',
  'required',
  'date',
  'kind',
  'wrong',
  'flag',
  'where',
  'numbers',
  'odd',
  'odds',
  '__typename',
];
const NESTED = ['child', 'thing', 'must', 'nodes', 'musts'] as const;
const DECLARED = '$n: Int, $m: Int = 7, $yes: Boolean!, $no: Boolean = false, $filter: Filter, $name: String';

/** Draws a query with aliases, arguments, variables, fragments, merged fields, `@skip` and `@include`. */
export function randomQuery(random: Random): RandomQuery {
  const chance = (probability: number) => random.next() < probability;
  const below = (count: number) => Math.floor(random.next() * count);
  const oneOf = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[below(list.length)] as T;
  const fragments: string[] = [];

  const condition = () =>
    chance(0.85)
      ? ''
      : oneOf([' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: true)', ' @include(if: $no)']);
  // A name under which no two different fields can meet.
  const alias = (field: string) => (chance(0.25) ? `${field}_${below(3)}: ` : '');
  const echo = () => {
    const args = oneOf([
      '',
      '(n: 5)',
      '(n: $n)',
      '(n: $m)',
      '(n: null)',
      '(filter: { id: 1 })',
      '(filter: $filter)',
      '(filter: { names: ["a", $name] })',
    ]);
    return `echo_${args.replaceAll(/\W/g, '')}: echo${args}`;
  };

  function leaf(): string {
    const field = oneOf(LEAVES);
    return chance(0.15) ? echo() : `${alias(field)}${field}${condition()}`;
  }

  function selectionSet(type: string, depth: number): string {
    const isAbstract = type === 'Node' || type === 'Result';
    const own = isAbstract ? ['__typename', ...(type === 'Node' ? ['id'] : [])] : [];
    const parts = Array.from({ length: 1 + below(4) }, () => (isAbstract ? oneOf(own) : leaf()));
    if (depth > 0) for (let count = below(3); count >= 0; count -= 1) parts.push(nested(type, depth - 1));
    return `{ ${parts.join(' ')} }`;
  }

  function nested(type: string, depth: number): string {
    if (type === 'Node' || type === 'Result' || chance(0.25)) return fragment(type, depth);
    const field = oneOf(NESTED);
    const target = { child: 'Node', nodes: 'Node', musts: 'Result', thing: 'Thing', must: 'Thing' }[field];
    return `${alias(field)}${field}${condition()} ${selectionSet(target, depth)}`;
  }

  function fragment(type: string, depth: number): string {
    const target = type === 'Query' ? 'Query' : oneOf(['Thing', 'Other', 'Thing']);
    const onType = type === 'Thing' || type === 'Other' ? type : target;
    if (chance(0.5)) return `... on ${onType}${condition()} ${selectionSet(onType, depth)}`;
    const known = fragments.length > 0 && chance(0.3) ? below(fragments.length) : -1;
    const reused = fragments[known];
    if (reused?.startsWith(`fragment F${known} on ${onType} `)) return `...F${known}${condition()}`;
    const index = fragments.length;
    fragments.push('');
    fragments[index] = `fragment F${index} on ${onType} ${selectionSet(onType, depth)}`;
    return `...F${index}${condition()}`;
  }

  const body = selectionSet('Query', 1 + below(4));
  const used = `${body} ${fragments.join(' ')}`;
  const declared = DECLARED.split(', ').filter((each) => new RegExp(`\\${each.split(':')[0]}\\b`).test(used));
  const drawVariables = () => ({
    ...(chance(0.7) && { n: oneOf([1, null, 40]) }),
    ...(chance(0.5) && { m: oneOf([2, null]) }),
    yes: chance(0.5),
    ...(chance(0.6) && { no: chance(0.5) }),
    ...(chance(0.6) && { filter: oneOf([{ id: 2 }, { kind: 'LARGE' }, null]) }),
    ...(chance(0.5) && { name: oneOf(['b', null]) }),
  });
  const head = declared.length > 0 ? `query Q(${declared.join(', ')})` : 'query Q';
  return { query: `${head} ${used}`, variables: drawVariables(), otherVariables: drawVariables() };
}
