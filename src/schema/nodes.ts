import { type NodeType, nodesCost } from '../cost/nodes.ts';
import type { NodeCost } from '../cost/reads.ts';
import {
  globalIdOf,
  type Node,
  type NodeKind,
  type NodeSelection,
  nodeBy,
  nodesBy,
} from '../resolvers/nodes.ts';
import { INHERITED } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs } from './descriptions.ts';
import { NodeRef } from './refs.ts';
import { type Selection, selectionOf } from './selection.ts';

const nodeTypes = new Map<string, NodeType>();

/** Lets `node` and `nodes` find the records of a type. The type itself implements `NodeRef`. */
export function defineNode<R extends Node>(kind: NodeKind<R>, cost: NodeCost): void {
  nodeTypes.set(kind.type, { kind, cost });
}

const kindOf = (type: string): NodeKind | undefined => nodeTypes.get(type)?.kind;

builder.interfaceType(NodeRef, {
  extensions: INHERITED,
  description: 'A record that has a global id.',
  resolveType: ({ nodeType }) => nodeType,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id, for `node`. Opaque: it contains what a refetch needs.',
      resolve: (record) => globalIdOf(kindOf, record),
    }),
  }),
});

function nodeSelectionOf(selection: Selection): NodeSelection {
  return {
    includes: selection.includes,
    metafields: customerSelectionOf(selection.onType('Customer')).metafields,
  };
}

const NODE_COST = nodesCost(nodeTypes);

builder.queryFields((t) => ({
  node: t.field({
    type: NodeRef,
    extensions: { ...INHERITED, ...costs(NODE_COST) },
    description: 'The record with a global id. Null if the store no longer has it.',
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx, info) => nodeBy(ctx, kindOf, id, nodeSelectionOf(selectionOf(info, ctx))),
  }),
  nodes: t.field({
    type: [NodeRef],
    extensions: { ...INHERITED, ...costs(NODE_COST) },
    nullable: { list: false, items: true },
    description:
      'The records with these global ids, in the order of the ids. Null for each that the store no longer has.',
    args: { ids: t.arg.idList({ required: true, description: 'Global ids.' }) },
    resolve: (_root, { ids }, ctx, info) =>
      nodesBy(ctx, kindOf, ids, nodeSelectionOf(selectionOf(info, ctx))),
  }),
}));
