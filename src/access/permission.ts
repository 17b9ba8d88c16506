import { GatewayError } from '../errors.ts';
import type { Caller, Scope } from './caller.ts';

/** Whether a caller may do something with everyone's data. No shopper may, whatever scopes it holds. */
export function holds({ kind, scopes }: Caller, scope: Scope): boolean {
  return kind !== 'shopper' && scopes.has(scope);
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
