import type { AuthFailure } from '@pothos/plugin-scope-auth';
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Caller, Scope } from '../access/caller.ts';
import { confinedTo, forbidden, holds, mayOwn } from '../access/permission.ts';
import type { GatewayError } from '../errors.ts';

/** The authorization of a field or a type: any one of these scopes, or a shopper's own record (`own`). */
type Needs = Readonly<Partial<Record<Scope, true>> & { own?: Scope }>;
/** Authorization that depends on the owner of the record. */
type NeedsOf<R> = (record: R, context: { readonly caller: Caller }) => Needs;

const known = new Map<string, Needs>();

// Pothos caches its decision by the identity of the requirement object, so equal requirements share one object.
function oneOfEach(key: string, requirement: Needs): Needs {
  const interned = known.get(key) ?? requirement;
  known.set(key, interned);
  return interned;
}

/** For `authScopes`: requires any one of these scopes. Shoppers are always refused. */
export function needs(...scopes: readonly Scope[]): Needs {
  return oneOfEach(scopes.join(), Object.fromEntries(scopes.map((scope) => [scope, true])));
}

/**
 * For `authScopes`: requires a scope; shoppers with that scope are let in too. The resolver must return only their own
 * records to them.
 */
export function needsUnlessOwn(scope: Scope): Needs {
  return oneOfEach(`${scope} or own`, { [scope]: true, own: scope });
}

/**
 * For `authScopes` of a type whose records have an owner: shoppers get only their own records. It is the last line of
 * defence behind the resolvers.
 */
export function needsUnlessOwnOf<R>(scope: Scope, ownerOf: (record: R) => number): NeedsOf<R> {
  const [forOthers, forOwner] = [needs(scope), needsUnlessOwn(scope)];
  const requirement: NeedsOf<R> = (record, { caller }) =>
    confinedTo(caller) === ownerOf(record) ? forOwner : forOthers;
  rules.set(requirement, forOwner);
  return requirement;
}

const rules = new WeakMap<object, Needs>();

/**
 * For the `extensions` of a type that requires no more than the fields that return it, and of a root field that leaves
 * authorization to the type that it returns.
 */
export const AS_ABOVE = { authorization: 'inherited' } as const;

type Declared = GraphQLField<unknown, unknown> | GraphQLObjectType | GraphQLInterfaceType;

/** The requirement that a field or a type declares itself. Null if it declares none. */
export function needsOf({ extensions }: Pick<Declared, 'extensions'>): Needs | null {
  const { authScopes } = (extensions.pothosOptions ?? {}) as { authScopes?: Needs | NeedsOf<never> };
  return (typeof authScopes === 'function' ? rules.get(authScopes) : authScopes) ?? null;
}

/** The scopes of a requirement. Any one of them is enough. */
export function scopesIn({ own: _, ...scopes }: Needs): readonly Scope[] {
  return Object.keys(scopes) as Scope[];
}

/** Whether a caller will be refused a field, so nothing needs to be requested for it. */
export function isRefused(
  caller: Caller,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): boolean {
  return [parent, field].some((declared) => {
    const requirement = needsOf(declared);
    if (requirement === null) return false;
    const isAllowedAsOwner = requirement.own !== undefined && mayOwn(caller, requirement.own);
    return !isAllowedAsOwner && !scopesIn(requirement).some((scope) => holds(caller, scope));
  });
}

/** The error of a field that the caller is not authorized to select. */
export function refusal({ parentType, fieldName }: GraphQLResolveInfo, failure: AuthFailure): GatewayError {
  return forbidden(`${parentType.name}.${fieldName}`, lackingIn(failure));
}

function lackingIn(failure: AuthFailure): readonly Scope[] {
  if ('failures' in failure) return failure.failures.flatMap(lackingIn);
  // Every other scope that the schema declares is a `Scope`.
  return 'scope' in failure && failure.scope !== 'own' ? [failure.scope as Scope] : [];
}

/** Throws if a field of the schema has no declared authorization. */
export function assertAllGuarded(schema: GraphQLSchema): void {
  const missing = undeclared(schema);
  if (missing.length > 0) throw new Error(`authScopes are missing for ${missing.join(', ')}.`);
}

/** Fields without authorization of their own or of their type. Root fields must declare their own. */
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
  // Pothos applies the authorization of an interface to the objects that implement it.
  const all: readonly Declared[] = [type, ...type.getInterfaces()];
  return saysItself(type) || all.some((one) => needsOf(one) !== null);
}

function saysItself(declared: Declared): boolean {
  return declared.extensions.authorization === AS_ABOVE.authorization || needsOf(declared) !== null;
}
