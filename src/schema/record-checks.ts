import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { hasScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { acceptedScopes, requirementOf } from './authorization.ts';

/**
 * Lets a caller that has a scope for all records of a type have each of them without a check of its own. Pothos checks each
 * record, and remembers its decision until the operation ends.
 */
export function skipChecksOfRecords(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) skipChecksOf(type);
}

function skipChecksOf(type: GraphQLObjectType<unknown, Context>): void {
  const { isTypeOf } = type;
  const requirement = requirementOf(type);
  // An interface can require more than the type.
  if (!isTypeOf || requirement === null || type.getInterfaces().some(requirementOf)) return;
  const scopes = acceptedScopes(requirement);
  type.isTypeOf = (record, context, info) =>
    scopes.some((scope) => hasScope(context.caller, scope)) || isTypeOf(record, context, info);
}
