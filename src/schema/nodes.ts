import { globalIdOf, type NodeWanted, nodeBy, nodesBy } from '../resolvers/nodes.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { NodeRef } from './refs.ts';
import { AS_ABOVE } from './scopes.ts';
import { type Selection, selectionOf } from './selection.ts';

builder.interfaceType(NodeRef, {
  extensions: AS_ABOVE,
  description: 'Whatever can be found again by a global id.',
  resolveType: ({ nodeType }) => nodeType,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'The global id, for `node`. Opaque; it holds what a refetch needs.',
      resolve: globalIdOf,
    }),
  }),
});

function wantedOf(selection: Selection): NodeWanted {
  // Whoever is asked for beside others brings what those want too, at no cost. Metafields have one: they are only
  // asked for where the customers are nodes themselves.
  const { include } = customerWanted(selection);
  const { metafields } = customerWanted(selection.on('Customer'));
  return { customer: { include, metafields }, address: selection.includes('CustomerAddress') };
}

builder.queryFields((t) => ({
  node: t.field({
    type: NodeRef,
    extensions: AS_ABOVE,
    description:
      'The record with a global id, or null where the store has it no more. Costs what the look-up of its type costs: any number of one type in one operation, one REST call per 250. Callers need what its type needs.',
    args: { id: t.arg.id({ required: true, description: 'The global id.' }) },
    resolve: (_root, { id }, ctx, info) => nodeBy(ctx, id, wantedOf(selectionOf(info, ctx))),
  }),
  nodes: t.field({
    type: [NodeRef],
    extensions: AS_ABOVE,
    nullable: { list: false, items: true },
    description:
      'The records with these global ids, in their order; null for each that the store has no more. Callers need what the type of each needs.',
    args: { ids: t.arg.idList({ required: true, description: 'The global ids.' }) },
    resolve: (_root, { ids }, ctx, info) => nodesBy(ctx, ids, wantedOf(selectionOf(info, ctx))),
  }),
}));
