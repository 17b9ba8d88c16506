import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { SCOPES, type Scope } from '../access/caller.ts';
import { holds, mayOwn } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { refusal } from './scopes.ts';

/** What the fields of this schema know beside their types. */
export interface SchemaShape {
  Context: Context;
  /** `own`: what a shopper may do with what is their own. */
  AuthScopes: Record<Scope, boolean> & { own: Scope };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: string };
  };
}

export const builder = new SchemaBuilder<SchemaShape>({
  plugins: [ScopeAuthPlugin],
  scopeAuth: {
    authScopes: ({ caller }) => ({
      ...(Object.fromEntries(SCOPES.map((scope) => [scope, holds(caller, scope)])) as Record<Scope, boolean>),
      own: (scope) => mayOwn(caller, scope),
    }),
    // Once for each object, and not for each of its fields: a page of customers has thousands of those.
    runScopesOnType: true,
    unauthorizedError: (_parent, _context, info, { failure }) => refusal(info, failure),
  },
});

/** What Pothos made of the shape: needed where a function takes a piece of the builder. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.queryType({ description: "Reads of the store's customers and all that belongs to them." });
