import { globalIdOf, type NodeSelection, nodeBy, nodesBy } from '../resolvers/nodes.ts';
import { INHERITED } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { servedBy } from './descriptions.ts';
import { NodeRef } from './refs.ts';
import { type Selection, selectionOf } from './selection.ts';

builder.interfaceType(NodeRef, {
  extensions: INHERITED,
  description: 'A record that has a global id.',
  resolveType: ({ nodeType }) => nodeType,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id, for `node`. Opaque: it contains what a refetch needs.',
      resolve: globalIdOf,
    }),
  }),
});

function nodeSelectionOf(selection: Selection): NodeSelection {
  // Records that share a call can share their includes at no cost. Metafields cost calls, so only those of customers
  // that are nodes themselves are requested.
  const { include } = customerSelectionOf(selection);
  const { metafields } = customerSelectionOf(selection.onType('Customer'));
  return { customer: { include, metafields }, address: selection.includes('CustomerAddress') };
}

const NODE_LOOKUP = servedBy(
  [
    'getCustomers',
    'getCustomersAddresses',
    'getCustomersAttributes',
    'getCustomersAttributeValues',
    'getMetafieldsCustomerId',
    'getCustomersSettings',
    'getCustomersSettingsChannel',
  ],
  'all ids of the operation are looked up together by type. One REST call per 250 customers, per 250 addresses and per 250 attribute values that their customers have. One for all attribute definitions (then none for 60 seconds) and one for the settings of the store. One for each metafield and each channel',
);

builder.queryFields((t) => ({
  node: t.field({
    type: NodeRef,
    extensions: { ...INHERITED, ...NODE_LOOKUP },
    description: 'The record with a global id. Null if the store no longer has it.',
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx, info) => nodeBy(ctx, id, nodeSelectionOf(selectionOf(info, ctx))),
  }),
  nodes: t.field({
    type: [NodeRef],
    extensions: { ...INHERITED, ...NODE_LOOKUP },
    nullable: { list: false, items: true },
    description:
      'The records with these global ids, in the order of the ids. Null for each that the store no longer has.',
    args: { ids: t.arg.idList({ required: true, description: 'Global ids.' }) },
    resolve: (_root, { ids }, ctx, info) => nodesBy(ctx, ids, nodeSelectionOf(selectionOf(info, ctx))),
  }),
}));
