import { GatewayError } from '../errors.ts';
import type { Caller, Scope } from './caller.ts';

/** Whether a caller may do something with everyone's data. No shopper may, whatever scopes it holds. */
export function holds({ kind, scopes }: Caller, scope: Scope): boolean {
  return kind !== 'shopper' && scopes.has(scope);
}

/** Whether a caller is a shopper who may do something with what is their own: that is as far as a shopper's scopes reach. */
export function mayOwn({ kind, scopes }: Caller, scope: Scope): boolean {
  return kind === 'shopper' && scopes.has(scope);
}

/** The customer that a caller is confined to; null where it is confined to none. */
export function confinedTo({ kind, customerEntityId }: Caller): number | null {
  // A shopper of whom it is not known who they are is nobody, and no customer has the id 0.
  return kind === 'shopper' ? (customerEntityId ?? 0) : null;
}

/** The refusal of something to a caller who lacks all of the scopes that would open it. */
export function forbidden(what: string, scopes: readonly Scope[]): GatewayError {
  const scope = scopes.join(' or ');
  return new GatewayError('FORBIDDEN', `${what} needs the scope ${scope}.`, { scope });
}

/** Refuses a caller who lacks a scope, before anything is sent. */
export function demand(caller: Caller, scope: Scope, what: string): void {
  if (!holds(caller, scope)) throw forbidden(what, [scope]);
}

/** Refuses a shopper another customer, before it could be learned whether there is one. */
export function demandCustomer(caller: Caller, entityId: number): void {
  const own = confinedTo(caller);
  if (own !== entityId) demand(caller, 'customers:read', own === null ? 'A customer' : 'Another customer');
}
