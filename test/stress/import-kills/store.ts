import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../../src/sandbox/index.ts';

/** A customer as the store has it, with all that belongs to it. */
export interface StoredCustomer {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly streets: readonly string[];
  readonly attributes: readonly string[];
  /** The value of each metafield, as `namespace.key=value`. */
  readonly metafields: readonly string[];
}

/** All customers of the store. Waits while the quota is used up. */
export async function readCustomers(sandbox: Sandbox): Promise<readonly StoredCustomer[]> {
  // The lists inside a customer end after ten.
  const customers = await readAll<Omit<StoredCustomer, 'streets' | 'attributes' | 'metafields'>>(
    sandbox,
    'customers',
  );
  const addresses = await readAll<{ customer_id: number; address1: string }>(sandbox, 'customers/addresses');
  const values = await readAll<{ customer_id: number; attribute_value: string }>(
    sandbox,
    'customers/attribute-values',
  );
  const metafields = await readAll<{ resource_id: number; namespace: string; key: string; value: string }>(
    sandbox,
    'customers/metafields',
  );
  const [streetsOf, attributesOf, metafieldsOf] = [
    Map.groupBy(addresses, ({ customer_id }) => customer_id),
    Map.groupBy(values, ({ customer_id }) => customer_id),
    Map.groupBy(metafields, ({ resource_id }) => resource_id),
  ];
  return customers.map(({ id, email, first_name, last_name, company }) => ({
    ...{ id, email, first_name, last_name, company },
    streets: (streetsOf.get(id) ?? []).map(({ address1 }) => address1).toSorted(),
    attributes: (attributesOf.get(id) ?? []).map(({ attribute_value }) => attribute_value).toSorted(),
    metafields: (metafieldsOf.get(id) ?? [])
      .map(({ namespace, key, value }) => `${namespace}.${key}=${value}`)
      .toSorted(),
  }));
}

async function readAll<T>({ url, token }: Sandbox, path: string): Promise<readonly T[]> {
  const records: T[] = [];
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${url}/${path}?limit=250&page=${page}`, {
      headers: { 'X-Auth-Token': token },
    });
    if (response.status === 429) {
      await sleep(Number(response.headers.get('x-rate-limit-time-reset-ms')));
      page -= 1;
      continue;
    }
    const { data } = (await response.json()) as { readonly data: readonly T[] };
    records.push(...data);
    if (data.length < 250) return records;
  }
}
