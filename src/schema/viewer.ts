import type { Caller } from '../access/caller.ts';
import { customerOfViewer } from '../resolvers/customers.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { servedBy } from './descriptions.ts';
import { CustomerRef } from './refs.ts';
import { AS_ABOVE } from './scopes.ts';
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
  } as const,
});

const ViewerRef = builder.objectRef<Caller>('Viewer').implement({
  description: 'The caller.',
  extensions: AS_ABOVE,
  fields: (t) => ({
    kind: t.expose('kind', { type: ViewerKind, nullable: false, description: 'Kind of caller.' }),
    scopes: t.stringList({
      nullable: false,
      description: 'Scopes of the caller. Those of a shopper apply only to their own records.',
      resolve: ({ scopes }) => [...scopes],
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer record of a shopper. Null for all other callers.',
      extensions: servedBy('getCustomers', 'one REST call'),
      resolve: (_caller, _args, ctx, info) => customerOfViewer(ctx, customerWanted(selectionOf(info, ctx))),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    nullable: false,
    extensions: { ...AS_ABOVE, ...servedBy([], 'no REST call; its field `customer` costs one') },
    description: 'The caller: its scopes and, for a shopper, its customer record.',
    resolve: (_root, _args, { caller }) => caller,
  }),
}));
