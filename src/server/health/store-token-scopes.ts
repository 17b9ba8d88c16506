import { GatewayError } from '../../errors.ts';
import type { CallReport, HttpClient } from '../../rest/client/http.ts';
import {
  OPERATIONS,
  type OperationId,
  pathOf,
  permissionOf,
  TOKEN_PERMISSIONS,
  type TokenPermission,
} from '../../rest/operations.ts';

/** The scopes that the store's access token lacks. They limit every caller. */
export interface StoreTokenScopes {
  /**
   * Learns from the end of a call: a success means that the scope is there, 403 that it is missing. The 403 of a write must
   * say so, because it can also be about one record.
   */
  observe(report: Pick<CallReport, 'operation' | 'method' | 'status' | 'missesScope'>): void;
  /** The missing scopes, as one sentence each. */
  missing(): readonly string[];
  /** False after the store has refused to read customers. True if nothing is known yet. */
  canReadCustomers(): boolean;
  /**
   * Reads a customer, its stored instruments and the settings, in at most three calls. Resolves to false if the store did not
   * answer the first one; then the others are not made.
   */
  probe(http: Pick<HttpClient, 'send'>): Promise<boolean>;
}

/** Infers missing scopes from response statuses: the platform has no endpoint that lists the scopes of a token. */
export function createStoreTokenScopes(): StoreTokenScopes {
  const forbidden = new Set<TokenPermission>();

  function observe({
    operation,
    method,
    status,
    missesScope,
  }: Parameters<StoreTokenScopes['observe']>[0]): void {
    const permission = permissionOf(operation, method);
    if (status === 403 && (missesScope || method === 'GET')) forbidden.add(permission);
    // Only a success proves the scope: other errors may occur before the store checks scopes.
    else if (status !== null && status < 300) forbidden.delete(permission);
  }

  async function probe({ send }: Pick<HttpClient, 'send'>): Promise<boolean> {
    const call = (operation: OperationId, ids: readonly number[] = [], query = '') =>
      send({ operation, method: 'GET', path: pathOf(OPERATIONS[operation], ids), query });
    const read = (...of: Parameters<typeof call>) => call(...of).catch(() => null);
    let entityId: number | null = null;
    try {
      entityId = firstId(await call('getCustomers', [], 'limit=1'));
    } catch (error) {
      if (!isAnswer(error)) return false;
    }
    if (entityId !== null) await read('getCustomerStoredInstruments', [entityId]);
    await read('getCustomersSettings');
    return true;
  }

  return {
    observe,
    missing: () => [...forbidden].map(describeMissing),
    canReadCustomers: () => !forbidden.has('readCustomers'),
    probe,
  };
}

function describeMissing(permission: TokenPermission): string {
  const { allows, scope } = TOKEN_PERMISSIONS[permission];
  return `${allows} is forbidden (403): requires the scope ${scope}`;
}

// A rejection shows that the store works.
function isAnswer(error: unknown): boolean {
  return error instanceof GatewayError && error.details.status !== undefined && error.details.status < 500;
}

function firstId(body: unknown): number | null {
  const { data } = (body ?? {}) as { readonly data?: unknown };
  const [first] = Array.isArray(data) ? data : [];
  const { id } = (first ?? {}) as { readonly id?: unknown };
  return Number.isSafeInteger(id) ? (id as number) : null;
}
