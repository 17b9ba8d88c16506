import { ANONYMOUS, type Caller, SCOPES, type Scope } from '../../src/access/caller.ts';

/** A backend with a key that has these scopes. */
export function keyWith(...scopes: readonly Scope[]): Caller {
  return { ...ANONYMOUS, kind: 'key', name: `key with ${scopes.join(' ')}`, scopes: new Set(scopes) };
}

/** A backend whose key has all scopes but these. */
export function keyWithout(...lacking: readonly Scope[]): Caller {
  return keyWith(...SCOPES.filter((scope) => !lacking.includes(scope)));
}

/** A customer of the store, with these scopes in addition to those of every shopper. */
export function shopper(customerEntityId: number, ...scopes: readonly Scope[]): Caller {
  const name = `shopper ${customerEntityId}`;
  const all = new Set<Scope>(['customers:read', 'customers:write', ...scopes]);
  return { ...ANONYMOUS, kind: 'shopper', name, scopes: all, customerEntityId };
}
