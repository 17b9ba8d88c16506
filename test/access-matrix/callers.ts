import type { Authenticator } from '../../src/access/authenticator.ts';
import { ANYONE, type Caller, type Scope } from '../../src/access/caller.ts';
import type { Asker } from './verdicts.ts';

export interface Door extends Asker {
  readonly name: string;
  readonly credential: string | null;
}

export async function openDoors({
  owner,
  other,
}: {
  owner: number;
  other: number;
}): Promise<{ authenticator: Authenticator; doors: readonly Door[]; close(): Promise<void> }> {
  const shopper = (id: number, ...more: Scope[]): Caller => ({
    ...ANYONE,
    kind: 'shopper',
    customerEntityId: id,
    scopes: new Set<Scope>(['customers:read', 'customers:write', ...more]),
  });
  const key = (...scopes: Scope[]): Caller => ({ ...ANYONE, kind: 'key', scopes: new Set(scopes) });
  const callers: Record<string, Caller> = {
    'a read-only key': key('customers:read'),
    'a write key': key('customers:write'),
    'an instruments key': key('customers:read', 'instruments:read'),
    'a full key': ANYONE,
    'the shopper': shopper(owner),
    'another shopper': shopper(other),
    'the shopper with instruments': shopper(owner, 'instruments:read'),
  };
  const doors: Door[] = [
    { name: 'nobody', credential: null, scopes: null, owns: null },
    ...Object.entries(callers).map(([name, caller]) => ({
      name,
      credential: name.replaceAll(' ', '_'),
      scopes: [...caller.scopes],
      owns: caller.kind === 'shopper' ? caller.customerEntityId === owner : null,
    })),
  ];
  return {
    doors,
    authenticator: { identify: async (credential) => callers[credential.replaceAll('_', ' ')] ?? null },
    close: async () => {},
  };
}
