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
import { confinedTo, forbidden, holds, mayOwn } from '../access/permission.ts';
import type { GatewayError } from '../errors.ts';

/** What a field or a type asks of its callers: any one of these scopes, or that what it shows is a shopper's own. */
type Needs = Readonly<Partial<Record<Scope, true>> & { own?: Scope }>;
/** The same, where it depends on whose record it is. */
type NeedsOf<R> = (record: R, context: { readonly caller: Caller }) => Needs;

const known = new Map<string, Needs>();

// Pothos remembers what it decided by the object that it was given.
function oneOfEach(name: string, asked: Needs): Needs {
  const same = known.get(name) ?? asked;
  known.set(name, same);
  return same;
}

/** Asks for any one of these scopes, to be given as `authScopes`. No shopper has one. */
export function needs(...scopes: readonly Scope[]): Needs {
  return oneOfEach(scopes.join(), Object.fromEntries(scopes.map((scope) => [scope, true])));
}

/** Asks for a scope, but lets shoppers at what is their own. Whoever uses it sees to it that nothing else is there. */
export function needsUnlessOwn(scope: Scope): Needs {
  return oneOfEach(`${scope} or own`, { [scope]: true, own: scope });
}

/** For types whose records have an owner: the last door, should another have been left open. */
export function needsUnlessOwnOf<R>(scope: Scope, ownerOf: (record: R) => number): NeedsOf<R> {
  const [others, own] = [needs(scope), needsUnlessOwn(scope)];
  const rule: NeedsOf<R> = (record, { caller }) => (confinedTo(caller) === ownerOf(record) ? own : others);
  rules.set(rule, own);
  return rule;
}

const rules = new WeakMap<object, Needs>();

/**
 * For the `extensions` of a type that asks for nothing more than the fields that lead to it, and of a field at the root
 * that leaves it to what it leads to.
 */
export const AS_ABOVE = { needs: 'as above' } as const;

type Declared = GraphQLField<unknown, unknown> | GraphQLObjectType | GraphQLInterfaceType;

/** What a field or a type asks for by itself; null where it asks for nothing. */
export function needsOf({ extensions }: Pick<Declared, 'extensions'>): Needs | null {
  const { authScopes } = (extensions.pothosOptions ?? {}) as { authScopes?: Needs | NeedsOf<never> };
  return (typeof authScopes === 'function' ? rules.get(authScopes) : authScopes) ?? null;
}

/** The scopes among what is asked for, of which one is enough. */
export function scopesIn({ own: _, ...scopes }: Needs): readonly Scope[] {
  return Object.keys(scopes) as Scope[];
}

/** Whether a caller will be refused a field, so that nothing needs to be asked on its behalf. */
export function isRefused(
  caller: Caller,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): boolean {
  return [parent, field].some((declared) => {
    const asked = needsOf(declared);
    if (asked === null) return false;
    const isOpen = asked.own !== undefined && mayOwn(caller, asked.own);
    return !isOpen && !scopesIn(asked).some((scope) => holds(caller, scope));
  });
}

/** The error of a field that its caller may not ask for. */
export function refusal({ parentType, fieldName }: GraphQLResolveInfo, failure: AuthFailure): GatewayError {
  return forbidden(`${parentType.name}.${fieldName}`, lackingIn(failure));
}

function lackingIn(failure: AuthFailure): readonly Scope[] {
  if ('failures' in failure) return failure.failures.flatMap(lackingIn);
  // What is declared here are scopes of ours and nothing else.
  return 'scope' in failure && failure.scope !== 'own' ? [failure.scope as Scope] : [];
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
        .filter((field) => !isCovered && !saysItself(field))
        .map(({ name }) => `${type.name}.${name}`);
    });
}

function isDeclared(type: GraphQLObjectType | GraphQLInterfaceType): boolean {
  // Pothos holds an object to what its interfaces ask for.
  const all: readonly Declared[] = [type, ...type.getInterfaces()];
  return saysItself(type) || all.some((one) => needsOf(one) !== null);
}

function saysItself(declared: Declared): boolean {
  return declared.extensions.needs === AS_ABOVE.needs || needsOf(declared) !== null;
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
  const asked = needsOf({ extensions: extensions ?? {} });
  if (asked === null) return description ?? null;
  const names = scopesIn(asked).map((scope) => `\`${scope}\``);
  const reach = asked.own === undefined ? '' : "; a shopper's reaches what is their own";
  return `${description} Callers need ${names.join(' or ')}${reach}.`;
}

interface Telling {
  readonly description?: string | null | undefined;
  readonly extensions?: Declared['extensions'] | null | undefined;
}
