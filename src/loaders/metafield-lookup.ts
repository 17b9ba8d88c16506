import { GatewayError, type Readable } from '../errors.ts';
import type { Rest } from '../rest/index.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import type { Shortcuts } from '../rest/shortcuts.ts';
import { createMetafieldList } from './metafield-list.ts';
import { type MetafieldSelection, unionOf } from './metafield-selection.ts';
import { MAX_CUSTOMERS_WITHOUT_LIST } from './metafields.ts';

/** The metafields of customers, by the id of the customer, or why they could not be read. */
export type HeldMetafields = ReadonlyMap<number, Readable<readonly CustomerMetafield[]>>;

/**
 * Reads the metafields of customers that match these selections, and perhaps others: in one call per customer, or as the
 * store's list if that takes fewer calls.
 */
export type MetafieldLookup = (
  selections: ReadonlyMap<number, MetafieldSelection>,
) => Promise<HeldMetafields>;

/** Makes the reads that precede a write of metafields. @param rest bypasses the cache */
export function createMetafieldLookup(rest: Pick<Rest, 'metafields'>, shortcuts: Shortcuts): MetafieldLookup {
  /** Null if the list is too long, cannot be read, or is not worth its first page. */
  async function readListed(
    selections: ReadonlyMap<number, MetafieldSelection>,
  ): Promise<HeldMetafields | null> {
    if (selections.size <= MAX_CUSTOMERS_WITHOUT_LIST) return null;
    const list = createMetafieldList(rest, shortcuts);
    const union = unionOf([...selections.values()]);
    list.prefetch(union);
    if (list.covering(union) === undefined) return null;
    const found = await orFailure(list.read(union, selections.size));
    if (found === null) return null;
    const of = (customer: number) => (found instanceof GatewayError ? found : (found.get(customer) ?? []));
    return new Map([...selections.keys()].map((customer) => [customer, of(customer)]));
  }

  return async (selections) => {
    const listed = await readListed(selections);
    if (listed !== null) return listed;
    const reads = [...selections].map(
      async ([customer, selection]) =>
        [customer, (await orFailure(rest.metafields.ofCustomer(customer, selection))) ?? []] as const,
    );
    return new Map(await Promise.all(reads));
  };
}

async function orFailure<T>(read: Promise<T>): Promise<Readable<T>> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
