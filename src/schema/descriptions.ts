import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldConfig,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { FieldCost } from '../cost/population.ts';
import { OPERATIONS, type OperationId, TOKEN_PERMISSIONS } from '../rest/operations.ts';
import { acceptedScopes, requirementOf } from './authorization.ts';
import { INPUT_EXAMPLES } from './input-examples.ts';

interface RestUsage {
  readonly operations: readonly OperationId[];
  /** Without a final full stop. Null for a type: its fields have the cost. */
  readonly summary: string | null;
}

/** For the `extensions` of a type: the REST operations behind it. Its description names them. */
export function servedBy(...operations: readonly OperationId[]): { readonly rest: RestUsage } {
  return { rest: { operations, summary: null } };
}

/** For the `extensions` of a field: its cost. Its description states it, and estimates are computed from it. */
export function costs(cost: FieldCost): { readonly cost: FieldCost } {
  return { cost };
}

interface Described {
  readonly description?: string | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Completes the descriptions of types and fields with the REST operations, the cost and the required scope, and those of inputs
 * with an example.
 */
export function withGeneratedDescriptions(schema: GraphQLSchema): GraphQLSchema {
  const describeField = (
    field: GraphQLFieldConfig<unknown, unknown>,
    _name: string,
    typeName: string,
  ): GraphQLFieldConfig<unknown, unknown> => ({
    ...field,
    description: describe(field, fieldScopeSentence(schema, typeName, field)),
  });
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) =>
      new GraphQLObjectType({ ...type.toConfig(), description: describe(type, scopeSentence(type)) }),
    [MapperKind.INTERFACE_TYPE]: (type) =>
      new GraphQLInterfaceType({ ...type.toConfig(), description: describe(type, scopeSentence(type)) }),
    [MapperKind.INPUT_OBJECT_TYPE]: (type) =>
      new GraphQLInputObjectType({ ...type.toConfig(), description: withExample(type) }),
    [MapperKind.OBJECT_FIELD]: describeField,
    [MapperKind.INTERFACE_FIELD]: describeField,
  });
}

function describe(described: Described, scope: string | null): string | null {
  const rest = restOf(described);
  const { description } = described;
  if (rest === null) return scope === null ? (description ?? null) : `${description} ${scope}`;
  const facts = [
    operationSentence(rest.operations),
    ...(rest.summary === null ? [] : [`Cost: ${rest.summary}.`]),
    ...(scope === null ? [] : [scope]),
  ];
  return `${description}\n\n${facts.join('\n')}`;
}

function withExample({ name, description }: GraphQLInputObjectType): string {
  const example = INPUT_EXAMPLES[name];
  return example === undefined ? `${description}` : `${description}\n\nExample: \`${example}\`.`;
}

function restOf({ extensions }: Described): RestUsage | null {
  return ((extensions?.cost ?? extensions?.rest) as RestUsage | undefined) ?? null;
}

function operationSentence(operations: readonly OperationId[]): string {
  if (operations.length === 0) return 'REST operation: none.';
  const label = operations.length === 1 ? 'REST operation' : 'REST operations';
  const calls = operations.map((id) => `\`${OPERATIONS[id].method} ${OPERATIONS[id].path}\``);
  const scopes = tokenScopesOf(operations).map((scope) => `\`${scope}\``);
  return `${label}: ${calls.join(', ')} (scope of the store's API token: ${scopes.join(', ')}).`;
}

/** The OAuth scopes that the operations need. A scope to modify includes the scope to read the same. */
function tokenScopesOf(operations: readonly OperationId[]): readonly string[] {
  const scopes = new Set<string>(operations.map((id) => TOKEN_PERMISSIONS[OPERATIONS[id].permission].scope));
  return [...scopes].filter((scope) => {
    const modify = scope.replace(/_read_only$/, '');
    return modify === scope || !scopes.has(modify);
  });
}

/** The scope sentence of a field. A field that has no REST calls of its own inherits that of its type. */
function fieldScopeSentence(
  schema: GraphQLSchema,
  typeName: string,
  field: GraphQLFieldConfig<unknown, unknown>,
): string | null {
  const own = scopeSentence(field);
  if (own !== null || restOf(field) === null) return own;
  const parent = schema.getType(typeName);
  const inherited = isObjectType(parent) || isInterfaceType(parent) ? scopeSentence(parent) : null;
  return inherited ?? returnedScopeSentence(schema, getNamedType(field.type).name);
}

/** The scope sentence of a field that leaves authorization to the type that it returns. */
function returnedScopeSentence(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  const own = isObjectType(type) || isInterfaceType(type) ? scopeSentence(type) : null;
  if (own !== null) return own;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return possible.some((one) => scopeSentence(one) !== null)
    ? 'Requires the scope of the returned type.'
    : 'Requires no scope.';
}

function scopeSentence({ extensions }: Described): string | null {
  const requirement = requirementOf({ extensions: extensions ?? {} });
  if (requirement === null) return null;
  if (requirement.identified) {
    return 'Requires an API key or the token of a user, with any scope. Not available to shoppers.';
  }
  const scopes = acceptedScopes(requirement).map((scope) => `\`${scope}\``);
  const shoppers =
    requirement.own === undefined
      ? 'Not available to shoppers.'
      : 'Shoppers can access only their own records.';
  const others = requirement.public
    ? ' If the sign-in is public, callers without credentials have access too.'
    : '';
  const required = scopes.length === 0 ? 'Requires a shopper.' : `Requires scope ${scopes.join(' or ')}.`;
  return `${required} ${shoppers}${others}`;
}
