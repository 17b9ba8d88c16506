import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { AuthFailure } from '@pothos/plugin-scope-auth';
import {
  type GraphQLField,
  type GraphQLFieldConfig,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Caller, Scope } from '../access/caller.ts';
import { forbidden, holds } from '../access/permission.ts';
import type { GatewayError } from '../errors.ts';

type Needs = Readonly<Partial<Record<Scope, true>>>;

const known = new Map<string, Needs>();

/** What a field or a type asks of its callers, to be given as `authScopes`: any one of these scopes. */
export function needs(...scopes: readonly Scope[]): Needs {
  const name = scopes.join();
  // Pothos remembers what it decided by the object that it was given.
  const asked = known.get(name) ?? Object.fromEntries(scopes.map((scope) => [scope, true]));
  known.set(name, asked);
  return asked;
}

/** For the `extensions` of a type that asks nothing more than the fields that lead to it. */
export const AS_ABOVE = { needs: 'as above' } as const;

type Declared = GraphQLField<unknown, unknown> | GraphQLObjectType | GraphQLInterfaceType;

/** The scopes that a field or a type asks for by itself, of which one is enough; none where it asks for nothing. */
export function scopesOf({ extensions }: Pick<Declared, 'extensions'>): readonly Scope[] {
  const { authScopes = {} } = (extensions.pothosOptions ?? {}) as { authScopes?: Needs };
  return Object.keys(authScopes) as Scope[];
}

/** Whether a caller will be refused a field, so that nothing needs to be asked on its behalf. */
export function isRefused(
  caller: Caller,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): boolean {
  return [parent, field].some((declared) => {
    const scopes = scopesOf(declared);
    return scopes.length > 0 && !scopes.some((scope) => holds(caller, scope));
  });
}

/** The error of a field that its caller may not ask for. */
export function refusal({ parentType, fieldName }: GraphQLResolveInfo, failure: AuthFailure): GatewayError {
  return forbidden(`${parentType.name}.${fieldName}`, scopesIn(failure));
}

function scopesIn(failure: AuthFailure): readonly Scope[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesIn);
  // What is declared here are scopes of ours and nothing else.
  return 'scope' in failure ? [failure.scope as Scope] : [];
}

/** Refuses a schema in which something is open because nobody thought of it, and tells in its descriptions what is not. */
export function guarded(schema: GraphQLSchema): GraphQLSchema {
  const silent = undeclared(schema);
  if (silent.length > 0) {
    throw new Error(`the schema does not say who may ask for ${silent.join(', ')}: authScopes are missing`);
  }
  return withScopesTold(schema);
}

/** Fields for which neither they nor their types say what they need. Those of the roots have to say it themselves. */
function undeclared(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      const isCovered = !roots.some((root) => root === type) && isDeclared(type);
      const fields = Object.values(type.getFields());
      return fields
        .filter((field) => !isCovered && scopesOf(field).length === 0)
        .map(({ name }) => `${type.name}.${name}`);
    });
}

function isDeclared(type: GraphQLObjectType | GraphQLInterfaceType): boolean {
  // Pothos holds an object to what its interfaces ask for.
  const all: readonly Declared[] = [type, ...type.getInterfaces()];
  return type.extensions.needs === AS_ABOVE.needs || all.some((one) => scopesOf(one).length > 0);
}

function withScopesTold(schema: GraphQLSchema): GraphQLSchema {
  const tellField = (field: GraphQLFieldConfig<unknown, unknown>) => ({ ...field, description: told(field) });
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) =>
      new GraphQLObjectType({ ...type.toConfig(), description: told(type.toConfig()) }),
    [MapperKind.INTERFACE_TYPE]: (type) =>
      new GraphQLInterfaceType({ ...type.toConfig(), description: told(type.toConfig()) }),
    [MapperKind.OBJECT_FIELD]: tellField,
    [MapperKind.INTERFACE_FIELD]: tellField,
  });
}

function told({ extensions, description }: Telling): string | null {
  const names = scopesOf({ extensions: extensions ?? {} }).map((scope) => `\`${scope}\``);
  return names.length === 0 ? (description ?? null) : `${description} Callers need ${names.join(' or ')}.`;
}

interface Telling {
  readonly description?: string | null | undefined;
  readonly extensions?: Declared['extensions'] | null | undefined;
}
