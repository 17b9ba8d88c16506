import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { SCOPES, type Scope } from '../access/caller.ts';
import { hasOwnScope, hasScope, isKeyOrUser } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { forbiddenFieldError } from './authorization.ts';

/** The types that Pothos uses for context, authorization scopes and scalars. */
export interface SchemaShape {
  Context: Context;
  /** `own`: a scope that a shopper has for their own records. `identified`: a key or a user. */
  AuthScopes: Record<Scope, boolean> & { own: Scope; identified: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    /** An input can be a calendar date, as a string. */
    DateTime: { Input: Date | string; Output: Date };
    Date: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
  };
}

export const builder = new SchemaBuilder<SchemaShape>({
  plugins: [ScopeAuthPlugin],
  scopeAuth: {
    authScopes: ({ caller }) => ({
      ...(Object.fromEntries(SCOPES.map((scope) => [scope, hasScope(caller, scope)])) as Record<
        Scope,
        boolean
      >),
      identified: isKeyOrUser(caller),
      own: (scope) => hasOwnScope(caller, scope),
    }),
    // Checks each object once instead of each of its fields: a page of customers has thousands of fields.
    runScopesOnType: true,
    unauthorizedError: (_parent, { caller }, info, { failure }) => forbiddenFieldError(caller, info, failure),
  },
});

/** The type parameter of the Pothos types, for functions that take parts of the builder. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.queryType({ description: 'Reads of the customers of the store and their records.' });
