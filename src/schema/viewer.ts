import type { Caller } from '../access/caller.ts';
import { customerOfViewer } from '../resolvers/customers.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { CustomerRef } from './refs.ts';
import { AS_ABOVE } from './scopes.ts';
import { selectionOf } from './selection.ts';

const ViewerKind = builder.enumType('ViewerKind', {
  description: 'What kind of caller someone is.',
  values: {
    ANYONE: { value: 'anyone', description: 'Whoever comes in: this gateway asks nobody who they are.' },
    KEY: { value: 'key', description: 'A backend with a key.' },
    USER: { value: 'user', description: 'Someone whom an OpenID provider vouches for.' },
    SHOPPER: { value: 'shopper', description: 'A customer of the store, who sees no one else.' },
  } as const,
});

const ViewerRef = builder.objectRef<Caller>('Viewer').implement({
  description: 'Whoever asks.',
  extensions: AS_ABOVE,
  fields: (t) => ({
    kind: t.expose('kind', { type: ViewerKind, nullable: false, description: 'What kind of caller it is.' }),
    scopes: t.stringList({
      nullable: false,
      description: "What the caller may do: with everyone's data, or a shopper with what is their own.",
      resolve: ({ scopes }) => [...scopes],
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer that a shopper is, at one REST call; null for everyone else.',
      resolve: (_caller, _args, ctx, info) => customerOfViewer(ctx, customerWanted(selectionOf(info, ctx))),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    nullable: false,
    extensions: AS_ABOVE,
    description:
      'Whoever asks: what they may, and who they are where they are a shopper. Costs nothing by itself.',
    resolve: (_root, _args, { caller }) => caller,
  }),
}));
