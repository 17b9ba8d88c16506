import { GatewayError } from '../errors.ts';
import type { Caller, Scope } from './caller.ts';

/** Whether a caller has a scope for all records. A shopper never has, and a caller without credentials has none. */
export function hasScope({ kind, scopes }: Caller, scope: Scope): boolean {
  return kind !== 'shopper' && scopes.has(scope);
}

/** Whether a caller is a shopper with a scope, which covers their own records only. */
export function hasOwnScope({ kind, scopes }: Caller, scope: Scope): boolean {
  return kind === 'shopper' && scopes.has(scope);
}

/** Whether a caller is a backend with a key or a user: neither anonymous nor a shopper. */
export function isKeyOrUser({ kind }: Caller): boolean {
  return kind === 'key' || kind === 'user';
}

const permissionsByCaller = new WeakMap<Caller, object>();
const permissionsByText = new Map<string, object>();

/** One object for all callers of a kind with the same scopes, under which can be remembered what depends on these alone. */
export function permissionsOf(caller: Caller): object {
  const known = permissionsByCaller.get(caller);
  if (known !== undefined) return known;
  const text = [caller.kind, ...[...caller.scopes].sort()].join();
  const permissions = permissionsByText.get(text) ?? {};
  permissionsByText.set(text, permissions);
  permissionsByCaller.set(caller, permissions);
  return permissions;
}

/** The only customer that a caller can access; null if the caller is not limited to one. */
export function ownCustomerId({ kind, customerEntityId }: Caller): number | null {
  // Fails closed: no customer has the id 0.
  return kind === 'shopper' ? (customerEntityId ?? 0) : null;
}

/**
 * The error for a caller who has none of the scopes that would permit an access. The scopes of all shoppers are the same, so
 * none is named to them.
 *
 * @param scopes none if the access takes no scope, but a key or a user
 */
export function forbiddenError({ kind }: Caller, resource: string, scopes: readonly Scope[]): GatewayError {
  if (kind === 'shopper') return new GatewayError('FORBIDDEN', `${resource} is not available to shoppers.`);
  if (scopes.length === 0) {
    return new GatewayError('FORBIDDEN', `${resource} requires an API key or the token of a user.`);
  }
  const scope = scopes.join(' or ');
  return new GatewayError('FORBIDDEN', `${resource} requires the scope ${scope}.`, { scope });
}

/** The error for a caller who is no shopper, at what is about the shopper. */
export function shoppersOnlyError(resource: string): GatewayError {
  return new GatewayError('FORBIDDEN', `${resource} is available to shoppers only.`);
}

/** Requires a scope for all records. @throws GatewayError FORBIDDEN */
export function requireScope(caller: Caller, scope: Scope, resource: string): void {
  if (!hasScope(caller, scope)) throw forbiddenError(caller, resource, [scope]);
}

/**
 * Requires access to the records of a customer. It runs before they are looked up, so it does not reveal whether the
 * customer exists.
 *
 * @param scope the scope for the records of all customers
 * @throws GatewayError FORBIDDEN
 */
export function requireCustomerAccess(
  caller: Caller,
  entityId: number,
  scope: Scope = 'customers:read',
): void {
  const own = ownCustomerId(caller);
  if (own !== entityId) requireScope(caller, scope, own === null ? 'A customer' : 'Another customer');
}
