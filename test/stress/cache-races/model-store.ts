import { GatewayError } from '../../../src/errors.ts';
import type { Call, WriteAttempt } from '../../../src/rest/client/http.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { createTruth, type EntityKey, type Truth } from './truth.ts';

// A small store of customers and addresses that remembers what was true when. Responses take time, and show the state of one
// moment within that time.

/** Longest time between the start of a call and the moment whose state its response shows, in milliseconds. */
export const MAX_LATENCY_MS = 1_000;
/** Time for which a write whose response was lost can still take effect, in milliseconds. */
export const LATE_WRITE_MS = 3_000;

/** Number of customers at the start. There are never much fewer. */
export const CUSTOMERS = 30;

/** A change that was made: what it changed, and when. */
export interface Commit {
  readonly entities: readonly EntityKey[];
  readonly at: number;
  readonly scope: string;
  readonly data: object;
  /** Whether a search by date finds it. */
  readonly hasDate: boolean;
}

interface Customer {
  name: string;
  modifiedAt: number;
}

interface Address {
  readonly customerId: number;
  city: string;
}

export interface ModelStore {
  readonly truth: Truth;
  send(call: Call): Promise<unknown>;
  attempt(call: Call): Promise<WriteAttempt>;
  /** Applies a write at once. Empty if it is rejected. */
  apply(call: Pick<Call, 'method' | 'path' | 'query' | 'body'>): readonly Commit[];
  /** The changes of the last write that came through `attempt` with this body or query. */
  commitsOf(call: Call): readonly Commit[];
  customerIds(): readonly number[];
  addressIds(): readonly number[];
}

export const customerKey = (id: number): EntityKey => `customer:${id}`;
export const addressKey = (id: number): EntityKey => `address:${id}`;

export function createModelStore(clock: FakeClock, random: Random, startUnixMs: number): ModelStore {
  const truth = createTruth();
  const customers = new Map<number, Customer>();
  const addresses = new Map<number, Address>();
  const commits = new Map<unknown, readonly Commit[]>();
  let nextCustomer = 1;
  let nextAddress = 1;
  const now = () => startUnixMs + clock.now();

  function commit(
    entities: readonly (readonly [EntityKey, string | null])[],
    scope: string,
    data: object,
    hasDate = true,
  ): Commit {
    const at = now();
    for (const [key, value] of entities) truth.set(key, value, at);
    return { entities: entities.map(([key]) => key), at, scope: `store/customer/${scope}`, data, hasDate };
  }

  function createCustomer({ first_name: name }: Record<string, unknown>): Commit {
    const id = nextCustomer++;
    customers.set(id, { name: String(name), modifiedAt: now() });
    return commit([[customerKey(id), String(name)]], 'created', { type: 'customer', id });
  }

  function updateCustomer(id: number, { first_name: name }: Record<string, unknown>): readonly Commit[] {
    const customer = customers.get(id);
    if (customer === undefined) return [];
    customer.name = String(name);
    customer.modifiedAt = now();
    return [commit([[customerKey(id), customer.name]], 'updated', { type: 'customer', id })];
  }

  function deleteCustomer(id: number): readonly Commit[] {
    if (!customers.delete(id)) return [];
    const own = [...addresses].filter(([, { customerId }]) => customerId === id).map(([each]) => each);
    for (const each of own) addresses.delete(each);
    const gone = [customerKey(id), ...own.map(addressKey)].map((key) => [key, null] as const);
    return [commit(gone, 'deleted', { type: 'customer', id }, false)];
  }

  function addressEvent(id: number, customerId: number, city: string | null, scope: string): Commit {
    const data = { type: 'customer', id, address: { customer_id: customerId } };
    // Half of the customers change their date with their addresses, which the real store may do or not.
    const customer = customers.get(customerId);
    if (customer !== undefined && customerId % 2 === 0) customer.modifiedAt = now();
    return commit([[addressKey(id), city]], `address/${scope}`, data, false);
  }

  function createAddress(body: Record<string, unknown>): readonly Commit[] {
    const customerId = Number(body.customer_id);
    if (!customers.has(customerId)) return [];
    const id = nextAddress++;
    addresses.set(id, { customerId, city: String(body.city) });
    return [addressEvent(id, customerId, String(body.city), 'created')];
  }

  function updateAddress(id: number, { city }: Record<string, unknown>): readonly Commit[] {
    const address = addresses.get(id);
    if (address === undefined) return [];
    address.city = String(city);
    return [addressEvent(id, address.customerId, address.city, 'updated')];
  }

  function deleteAddress(id: number): readonly Commit[] {
    const address = addresses.get(id);
    if (address === undefined) return [];
    addresses.delete(id);
    return [addressEvent(id, address.customerId, null, 'deleted')];
  }

  const apply: ModelStore['apply'] = ({ method, path, query, body }) => {
    const isCustomer = path === '/customers';
    if (method === 'DELETE')
      return idsIn(query, 'id:in').flatMap(isCustomer ? deleteCustomer : deleteAddress);
    const items = body as readonly Record<string, unknown>[];
    if (method === 'POST') return items.flatMap(isCustomer ? createCustomer : createAddress);
    return items.flatMap((item) => (isCustomer ? updateCustomer : updateAddress)(Number(item.id), item));
  };

  const addressRecord = ([id, { customerId, city }]: readonly [number, Address]) => ({
    ...{ id, customer_id: customerId, city },
  });

  function answer(path: string, query: string): object {
    const wanted = (name: string) => (query.includes(`${name}=`) ? new Set(idsIn(query, name)) : null);
    const ids = wanted('id:in');
    const owners = wanted('customer_id:in');
    const isWanted = (set: ReadonlySet<number> | null, id: number) => set === null || set.has(id);
    const withAddresses = query.includes('include=addresses');
    const since = /date_modified:min=([^&]+)/.exec(query)?.[1];
    const data =
      path === '/customers'
        ? [...customers]
            .filter(([id]) => isWanted(ids, id))
            .filter(([, { modifiedAt }]) => since === undefined || modifiedAt >= Date.parse(since))
            .map(([id, { name, modifiedAt }]) => ({
              ...{
                id,
                first_name: name,
                date_modified: `${new Date(modifiedAt).toISOString().slice(0, 19)}Z`,
              },
              ...(withAddresses && {
                addresses: [...addresses]
                  .filter(([, { customerId }]) => customerId === id)
                  .map(addressRecord),
              }),
            }))
        : path === '/customers/addresses'
          ? [...addresses]
              .filter(([id, { customerId }]) => isWanted(ids, id) && isWanted(owners, customerId))
              .map(addressRecord)
          : [];
    const pagination = { total: data.length, current_page: 1, total_pages: 1, per_page: 250 };
    return { data, meta: { pagination } };
  }

  const pause = () => clock.sleep(random.integer(1, MAX_LATENCY_MS / 2));

  return {
    truth,
    apply,
    commitsOf: ({ body, query }) => commits.get(body ?? query) ?? [],
    customerIds: () => [...customers.keys()],
    addressIds: () => [...addresses.keys()],
    async send({ path, query }) {
      await pause();
      if (random.boolean(0.03))
        throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The store answered with 503.');
      const snapshot = structuredClone(answer(path, query));
      await pause();
      return snapshot;
    },
    async attempt(call) {
      const key = call.body ?? call.query;
      await pause();
      const fate = random.next();
      if (fate < 0.1) return rejected();
      if (fate < 0.25) {
        clock.callAt(clock.now() + random.integer(1, LATE_WRITE_MS - 1), () => commits.set(key, apply(call)));
        return lost();
      }
      commits.set(key, apply(call));
      await pause();
      if (fate < 0.3) return lost();
      return commits.get(key)?.length === 0
        ? rejected()
        : { outcome: 'ok', body: reply(call, commits.get(key)) };
    },
  };

  /** What the store answers to a write that it has accepted. */
  function reply({ method, path }: Call, done: readonly Commit[] = []): unknown {
    if (method === 'DELETE') return null;
    const ids = done.map(({ data }) => (data as { id: number }).id);
    if (path === '/customers')
      return { data: ids.map((id) => ({ id, first_name: customers.get(id)?.name })) };
    return { data: ids.flatMap((id) => [...addresses].filter(([each]) => each === id).map(addressRecord)) };
  }
}

function idsIn(query: string, name: string): number[] {
  const value = query.split('&').find((part) => part.startsWith(`${name}=`));
  return value === undefined
    ? []
    : value
        .slice(name.length + 1)
        .split(',')
        .map(Number);
}

function rejected(): WriteAttempt {
  const error = new GatewayError('UPSTREAM_REJECTED', 'The store answered with 422.');
  return { outcome: 'rejected', status: 422, body: null, error };
}

function lost(): WriteAttempt {
  return { outcome: 'unknown', error: new GatewayError('UPSTREAM_TIMEOUT', 'No answer came.') };
}
