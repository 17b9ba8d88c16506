import type { CallReport, Http } from '../rest/http.ts';

/** What the store's token itself may not do, whoever asks. */
export interface TokenScopes {
  /** Takes note of what the store forbids, and of what it allows after all. */
  observe(report: Pick<CallReport, 'operation' | 'method' | 'status'>): void;
  /** A sentence each. */
  limits(): readonly string[];
  /** Whether not even customers can be read. */
  isUseless(): boolean;
  /** Asks the store for a customer, its stored instruments and the settings: three calls at the most. */
  probe(http: Pick<Http, 'send'>): Promise<void>;
}

type Right = 'customers' | 'instruments' | 'settings' | 'writes';

const LIMITS: Readonly<Record<Right, string>> = {
  customers: 'reading customers is refused (403): it needs the scope store_v2_customers_read_only',
  instruments:
    'reading stored instruments is refused (403): it needs the scope store_stored_payment_instruments_read_only',
  settings: 'reading settings is refused (403): it needs the scope store_v2_customers_read_only',
  writes: 'writing is refused (403): it needs the scope store_v2_customers',
};

// Reads that are not here need the right to read customers. Checking a password needs the right to write.
const RIGHTS: Readonly<Record<string, Right>> = {
  getCustomerStoredInstruments: 'instruments',
  getCustomersSettings: 'settings',
  getCustomersSettingsChannel: 'settings',
};

/** A missing scope is known from the answers: the platform has no way to ask for the scopes of a token. */
export function createTokenScopes(): TokenScopes {
  const forbidden = new Set<Right>();

  function observe({ operation, method, status }: Parameters<TokenScopes['observe']>[0]): void {
    const right = RIGHTS[operation] ?? (method === 'GET' ? 'customers' : 'writes');
    if (status === 403) forbidden.add(right);
    // Only a success tells that a right is there: errors may come from before rights are looked at.
    else if (status !== null && status < 300) forbidden.delete(right);
  }

  async function probe({ send }: Pick<Http, 'send'>): Promise<void> {
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
    limits: () => [...forbidden].map((right) => LIMITS[right]),
    isUseless: () => forbidden.has('customers'),
    probe,
  };
}

function firstId(body: unknown): number | null {
  const { data } = (body ?? {}) as { readonly data?: unknown };
  const [first] = Array.isArray(data) ? data : [];
  const { id } = (first ?? {}) as { readonly id?: unknown };
  return Number.isSafeInteger(id) ? (id as number) : null;
}
