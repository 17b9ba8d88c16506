import type { Caller } from '../access/caller.ts';
import { OWN_CUSTOMER } from '../cost/customers.ts';
import { noCost } from '../cost/reads.ts';
import { viewerCustomer } from '../resolvers/customers.ts';
import { viewerId } from '../resolvers/viewer.ts';
import { INHERITED, OF_CALLER } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs } from './descriptions.ts';
import { CustomerRef } from './refs.ts';
import { selectionOf } from './selection.ts';

const ViewerKind = builder.enumType('ViewerKind', {
  description: 'Kind of caller.',
  values: {
    ANYONE: {
      value: 'anyone',
      description: 'Anonymous caller: the gateway does not require authentication.',
    },
    KEY: { value: 'key', description: 'Backend with an API key.' },
    USER: { value: 'user', description: 'User of an OpenID Connect provider.' },
    SHOPPER: {
      value: 'shopper',
      description: 'Customer of the store. Shoppers can access only their own records.',
    },
    PUBLIC: {
      value: 'public',
      description: 'Caller without credentials, which may only sign in a shopper.',
    },
  } as const,
});

export const ViewerRef = builder.objectRef<Caller>('Viewer').implement({
  description: 'The caller.',
  extensions: INHERITED,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'Identifies the caller, for client caches: two callers never have the same. `node` does not take it: read `viewer` again. Opaque.',
      resolve: viewerId,
    }),
    kind: t.expose('kind', { type: ViewerKind, nullable: false, description: 'Kind of caller.' }),
    scopes: t.stringList({
      nullable: false,
      description: 'Scopes of the caller. Those of a shopper apply only to their own records.',
      resolve: ({ scopes }) => [...scopes],
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer record of a shopper. Null for all other callers.',
      extensions: costs(OWN_CUSTOMER),
      resolve: (_caller, _args, ctx, info) =>
        viewerCustomer(ctx, customerSelectionOf(selectionOf(info, ctx))),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    nullable: false,
    extensions: {
      ...INHERITED,
      ...OF_CALLER,
      ...costs(noCost('no REST call; its field `customer` costs one')),
    },
    description: 'The caller: its scopes and, for a shopper, its customer record.',
    resolve: (_root, _args, { caller }) => caller,
  }),
}));
