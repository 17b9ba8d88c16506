import type { CallReport, HttpClient } from '../../rest/client/http.ts';

/** The scopes that the store's access token lacks. They limit every caller. */
export interface StoreTokenScopes {
  /** Learns from the status of a call: 403 means a missing scope, a success means that the scope is there. */
  observe(report: Pick<CallReport, 'operation' | 'method' | 'status'>): void;
  /** The missing scopes, as one sentence each. */
  missing(): readonly string[];
  /** False after the store has refused to read customers. True if nothing is known yet. */
  canReadCustomers(): boolean;
  /** Reads a customer, its stored instruments and the settings, in at most three calls. Failed calls are ignored. */
  probe(http: Pick<HttpClient, 'send'>): Promise<void>;
}

type Permission = 'customers' | 'instruments' | 'settings' | 'writes';

const MISSING_SCOPES: Readonly<Record<Permission, string>> = {
  customers: 'reading customers is forbidden (403): requires the scope store_v2_customers_read_only',
  instruments:
    'reading stored instruments is forbidden (403): requires the scope store_stored_payment_instruments_read_only',
  settings: 'reading settings is forbidden (403): requires the scope store_v2_customers_read_only',
  writes: 'writing is forbidden (403): requires the scope store_v2_customers',
};

// Other reads require the scope to read customers. Checking a password is a POST and requires the scope to write.
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  getCustomerStoredInstruments: 'instruments',
  getCustomersSettings: 'settings',
  getCustomersSettingsChannel: 'settings',
};

/** Infers missing scopes from response statuses: the platform has no endpoint that lists the scopes of a token. */
export function createStoreTokenScopes(): StoreTokenScopes {
  const forbidden = new Set<Permission>();

  function observe({ operation, method, status }: Parameters<StoreTokenScopes['observe']>[0]): void {
    const permission = PERMISSIONS[operation] ?? (method === 'GET' ? 'customers' : 'writes');
    if (status === 403) forbidden.add(permission);
    // Only a success proves the scope: other errors may occur before the store checks scopes.
    else if (status !== null && status < 300) forbidden.delete(permission);
  }

  async function probe({ send }: Pick<HttpClient, 'send'>): Promise<void> {
    const read = (operation: string, path: string, query = '') =>
      send({ operation, method: 'GET', path, query }).catch(() => null);
    const entityId = firstId(await read('getCustomers', '/customers', 'limit=1'));
    if (entityId !== null) {
      await read('getCustomerStoredInstruments', `/customers/${entityId}/stored-instruments`);
    }
    await read('getCustomersSettings', '/customers/settings');
  }

  return {
    observe,
    missing: () => [...forbidden].map((permission) => MISSING_SCOPES[permission]),
    canReadCustomers: () => !forbidden.has('customers'),
    probe,
  };
}

function firstId(body: unknown): number | null {
  const { data } = (body ?? {}) as { readonly data?: unknown };
  const [first] = Array.isArray(data) ? data : [];
  const { id } = (first ?? {}) as { readonly id?: unknown };
  return Number.isSafeInteger(id) ? (id as number) : null;
}
