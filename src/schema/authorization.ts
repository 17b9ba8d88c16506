import { type AuthFailure, RequestCache } from '@pothos/plugin-scope-auth';
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
import {
  forbiddenError,
  hasOwnScope,
  hasScope,
  isKeyOrUser,
  ownCustomerId,
  shoppersOnlyError,
} from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { GatewayError } from '../errors.ts';

/**
 * The authorization of a field or a type: any one of these scopes, a shopper's own record (`own`), a caller without
 * credentials (`public`), or any key or user (`identified`).
 */
type ScopeRequirement = Readonly<
  Partial<Record<Scope, true>> & { own?: Scope; public?: true; identified?: true }
>;
/** Authorization that depends on the owner of the record. */
type OwnerScopeRequirement<R> = (record: R, context: { readonly caller: Caller }) => ScopeRequirement;

const requirements = new Map<string, ScopeRequirement>();

// Pothos caches its decision by the identity of the requirement object, so equal requirements share one object.
function intern(key: string, requirement: ScopeRequirement): ScopeRequirement {
  const interned = requirements.get(key) ?? requirement;
  requirements.set(key, interned);
  return interned;
}

/** For `authScopes`: requires any one of these scopes. Shoppers are always refused. */
export function requireScope(...scopes: readonly Scope[]): ScopeRequirement {
  return intern(scopes.join(), Object.fromEntries(scopes.map((scope) => [scope, true])));
}

/**
 * For `authScopes`: requires a scope; shoppers with that scope are let in too. The resolver must return only their own
 * records to them.
 */
export function requireScopeOrOwn(scope: Scope): ScopeRequirement {
  return intern(`${scope} or own`, { [scope]: true, own: scope });
}

/** For `authScopes`: requires a key or a user, with any scopes. Shoppers and anonymous callers are refused. */
export function requireKeyOrUser(): ScopeRequirement {
  return intern('identified', { identified: true });
}

/** For `authScopes`: requires a shopper with a scope. The field is about the shopper, so other callers are refused. */
export function requireShopper(scope: Scope): ScopeRequirement {
  return intern(`own ${scope}`, { own: scope });
}

/** For `authScopes` of a sign-in: requires a scope, or no credentials. Shoppers are refused: they are signed in. */
export function requireScopeOrNoCredential(scope: Scope): ScopeRequirement {
  return intern(`${scope} or public`, { [scope]: true, public: true });
}

/** For `authScopes` of what ends or renews a sign-in: the same for shoppers too. */
export function requireScopeOrToken(scope: Scope): ScopeRequirement {
  return intern(`${scope} or token`, { [scope]: true, public: true, own: 'customers:read' });
}

/**
 * For `authScopes` of a type whose records have an owner: shoppers get only their own records. It is the last line of
 * defence behind the resolvers.
 */
export function requireScopeOrOwner<R>(
  scope: Scope,
  ownerOf: (record: R) => number,
): OwnerScopeRequirement<R> {
  const [forOthers, forOwner] = [requireScope(scope), requireScopeOrOwn(scope)];
  const requirement: OwnerScopeRequirement<R> = (record, { caller }) =>
    ownCustomerId(caller) === ownerOf(record) ? forOwner : forOthers;
  ownerRequirements.set(requirement, forOwner);
  return requirement;
}

const ownerRequirements = new WeakMap<object, ScopeRequirement>();

/**
 * For the `extensions` of a type that requires no more than the fields that return it, and of a root field that leaves
 * authorization to the type that it returns.
 */
export const INHERITED = { authorization: 'inherited' } as const;

/**
 * For the `extensions` of a field of a customer: every read of it is recorded in the audit log. All mutations are.
 */
export const AUDITED = { isAudited: true } as const;

/** For the `extensions` of a field that tells something of its caller. Its value is never shared between callers. */
export const OF_CALLER = { isOfCaller: true } as const;

/** For the `extensions` of a field whose value authorizes something by itself. Responses with such values are never compressed. */
export const CREDENTIAL = { isCredential: true } as const;

/** For the `extensions` of a field whose result is read as the shopper that it signs in, not as its caller. */
export const SIGNS_IN = { signsIn: true } as const;

type SchemaElement = GraphQLField<unknown, unknown> | GraphQLObjectType | GraphQLInterfaceType;

/** The requirement that a field or a type declares itself. Null if it declares none. */
export function requirementOf({ extensions }: Pick<SchemaElement, 'extensions'>): ScopeRequirement | null {
  const { authScopes } = (extensions.pothosOptions ?? {}) as {
    authScopes?: ScopeRequirement | OwnerScopeRequirement<never>;
  };
  return (typeof authScopes === 'function' ? ownerRequirements.get(authScopes) : authScopes) ?? null;
}

/** The scopes of a requirement. Any one of them is enough. */
export function acceptedScopes({
  own: _own,
  public: _public,
  identified: _identified,
  ...scopes
}: ScopeRequirement): readonly Scope[] {
  return Object.keys(scopes) as Scope[];
}

/** Whether a caller will be refused a field, so nothing needs to be requested for it. */
export function isForbidden(
  caller: Caller,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): boolean {
  return [parent, field].some((declared) => {
    const requirement = requirementOf(declared);
    if (requirement === null) return false;
    if (requirement.identified) return !isKeyOrUser(caller);
    const isAllowedAsOwner = requirement.own !== undefined && hasOwnScope(caller, requirement.own);
    const isAllowedToAll = requirement.public === true && caller.kind === 'public';
    return (
      !isAllowedAsOwner &&
      !isAllowedToAll &&
      !acceptedScopes(requirement).some((scope) => hasScope(caller, scope))
    );
  });
}

/** The error of a field that the caller is not authorized to select. */
export function forbiddenFieldError(
  caller: Caller,
  { parentType, fieldName }: GraphQLResolveInfo,
  failure: AuthFailure,
): GatewayError {
  const [field, scopes] = [`${parentType.name}.${fieldName}`, missingScopes(failure)];
  return scopes.length === 0 && takesShoppers(failure)
    ? shoppersOnlyError(field)
    : forbiddenError(caller, field, scopes);
}

function takesShoppers(failure: AuthFailure): boolean {
  if ('failures' in failure) return failure.failures.some(takesShoppers);
  return 'scope' in failure && failure.scope === 'own';
}

/** What a requirement can contain besides scopes. */
const OTHER_REQUIREMENTS: ReadonlySet<unknown> = new Set(['own', 'public', 'identified']);

function missingScopes(failure: AuthFailure): readonly Scope[] {
  if ('failures' in failure) return failure.failures.flatMap(missingScopes);
  // Every other scope that the schema declares is a `Scope`.
  const isScope = 'scope' in failure && !OTHER_REQUIREMENTS.has(failure.scope);
  return isScope ? [failure.scope as Scope] : [];
}

/** Throws if a field of the schema has no declared authorization. */
export function assertAllGuarded(schema: GraphQLSchema): void {
  const missing = unguardedFields(schema);
  if (missing.length > 0) throw new Error(`authScopes are missing for ${missing.join(', ')}.`);
}

/** Fields without authorization of their own or of their type. Root fields must declare their own. */
function unguardedFields(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      const isCovered = !roots.some((root) => root === type) && isTypeGuarded(type);
      const fields = Object.values(type.getFields());
      return fields
        .filter((field) => !isCovered && !declaresAuthorization(field))
        .map(({ name }) => `${type.name}.${name}`);
    });
}

function isTypeGuarded(type: GraphQLObjectType | GraphQLInterfaceType): boolean {
  // Pothos applies the authorization of an interface to the objects that implement it.
  const all: readonly SchemaElement[] = [type, ...type.getInterfaces()];
  return declaresAuthorization(type) || all.some((one) => requirementOf(one) !== null);
}

function declaresAuthorization(declared: SchemaElement): boolean {
  return declared.extensions.authorization === INHERITED.authorization || requirementOf(declared) !== null;
}

/**
 * Forgets the decisions of one execution, which refer to its context and to all its records. Pothos keeps them in a map by
 * context. V8 frees the values of such a map only when it collects the whole heap, even if nothing else refers to the key.
 */
export function forgetAuthorization(context: Context): void {
  RequestCache.clearForContext(context);
}
