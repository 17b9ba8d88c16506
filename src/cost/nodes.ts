import { type NodeKind, parseNodeId } from '../resolvers/nodes.ts';
import { type FieldCost, type Population, ROOT, type RuleInput } from './population.ts';
import type { NodeCost } from './reads.ts';

/** A type whose records have a global id. */
export interface NodeType {
  readonly kind: NodeKind;
  readonly cost: NodeCost;
}

/** The cost of looking up records by global id. @param types all types, by name; complete when the cost is first read */
export function nodesCost(types: ReadonlyMap<string, NodeType>): FieldCost {
  return {
    get operations() {
      return [...types.values()].flatMap(({ cost }) => cost.operations);
    },
    get summary() {
      const summaries = [...types].map(([type, { cost }]) => `\`${type}\`: ${cost.summary}`);
      return `all ids of the operation are looked up together by type. ${summaries.join('. ')}`;
    },
    rule(input) {
      const { id, ids = [id] } = input.args;
      return planNodes(input, types, ids as readonly string[]);
    },
  };
}

function planNodes(
  input: RuleInput,
  types: ReadonlyMap<string, NodeType>,
  globalIds: readonly string[],
): Population {
  const parsed = globalIds.flatMap((globalId) => parsedOrNone(types, globalId));
  const byType = Map.groupBy(parsed, ({ kind }) => kind.type);
  const populations = [...byType].map(([type, nodes]): [string, Population | undefined] => [
    type,
    types.get(type)?.cost.rule(input, distinct(nodes.map(({ ids }) => ids))),
  ]);
  return { ...ROOT, byType: Object.fromEntries(populations.filter(isPlanned)) };
}

/** A record whose id is listed twice is read once, and so are its parts. */
function distinct(nodes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(nodes.map((ids) => [ids.join(), ids])).values()];
}

function isPlanned(entry: [string, Population | undefined]): entry is [string, Population] {
  return entry[1] !== undefined;
}

// An invalid id fails its own field and costs nothing.
function parsedOrNone(types: ReadonlyMap<string, NodeType>, globalId: string) {
  try {
    return [parseNodeId((type) => types.get(type)?.kind, globalId, 'id')];
  } catch {
    return [];
  }
}
