import { type GraphQLSchema, getVariableValues, type VariableDefinitionNode } from 'graphql';

/**
 * Coerces variables before an execution. Undefined if they are invalid: the execution reports that. Looks for no names that errors
 * could suggest, since they are not shown, and a long value takes long to compare.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  return getVariableValues(schema, definitions, variables, { maxErrors: 1, hideSuggestions: true }).coerced;
}
