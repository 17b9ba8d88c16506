import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { SCOPES, type Scope } from '../access/caller.ts';
import { hasOwnScope, hasScope, isKeyOrUser } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { forbiddenFieldError } from './authorization.ts';

/** The types that Pothos uses for context, authorization scopes and scalars. */
export interface SchemaShape {
  Context: Context;
  /**
   * `own`: a scope that a shopper has for their own records. `public`: callers without credentials. `identified`: a key or a
   * user.
   */
  AuthScopes: Record<Scope, boolean> & { own: Scope; public: boolean; identified: boolean };
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
    authScopes: (context) => ({
      ...(Object.fromEntries(SCOPES.map((scope) => [scope, hasScope(context.caller, scope)])) as Record<
        Scope,
        boolean
      >),
      identified: isKeyOrUser(context.caller),
      // A sign-in changes the caller of the context, after which this is called for the first time.
      own: (scope) => hasOwnScope(context.caller, scope),
      public: context.caller.kind === 'public',
    }),
    // Checks each object once instead of each of its fields: a page of customers has thousands of fields.
    runScopesOnType: true,
    unauthorizedError: (_parent, { caller }, info, { failure }) => forbiddenFieldError(caller, info, failure),
  },
});

/** The type parameter of the Pothos types, for functions that take parts of the builder. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.queryType({ description: 'Reads of the customers of the store and their records.' });
