import type { Rest } from '../rest/index.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import { SHORTCUT_TIMEOUT_MS, type Shortcuts } from '../rest/shortcuts.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import { gridOf } from '../rest/wire/page-grid.ts';
import { readAllPages } from '../rest/wire/read-all-pages.ts';
import { type BatchingOptions, createQueryLoader, NO_PARTS } from './fieldset-loader.ts';
import { covers, type MetafieldSelection } from './metafield-selection.ts';

type MetafieldsByCustomer = ReadonlyMap<number, readonly CustomerMetafield[]>;

/**
 * The store's complete list of metafields. For many customers it takes fewer calls than one list per customer. Some
 * tokens may not read it, and some stores do not have it or leave out whose the metafields are.
 */
export interface MetafieldList {
  /** Requests the first page of the list, unless the list has failed recently. */
  prefetch(selection: MetafieldSelection): void;
  /** The selection of a prefetched list that contains all metafields of another selection. */
  covering(selection: MetafieldSelection): MetafieldSelection | undefined;
  /**
   * Reads a prefetched list. Null if it cannot be read, or has more pages left than there are customers.
   *
   * @param selection the selection of the list
   */
  read(selection: MetafieldSelection, customers: number): Promise<MetafieldsByCustomer | null>;
}

export function createMetafieldList(
  { metafields }: Pick<Rest, 'metafields'>,
  shortcuts: Shortcuts,
  batching?: BatchingOptions,
): MetafieldList {
  const prefetched: MetafieldSelection[] = [];
  const complete = new Map<MetafieldSelection, Promise<MetafieldsByCustomer>>();
  const pages = createQueryLoader<
    { selection: MetafieldSelection; request: PageRequest },
    never,
    StorePage<unknown>
  >(
    // Most lists turn out to be too long, so no item is decoded before.
    ({ selection, request }) =>
      metafields.undecodedPage(request, { filter: selection }, { timeoutMs: SHORTCUT_TIMEOUT_MS }),
    batching,
  );
  const pageOf = (selection: MetafieldSelection, request: PageRequest) =>
    pages({ selection, request }, NO_PARTS);

  async function readComplete(selection: MetafieldSelection): Promise<MetafieldsByCustomer> {
    const all = await readAllPages((request) => pageOf(selection, request));
    return Map.groupBy(sortById(all.map(metafields.decode)), ({ customerEntityId }) => customerEntityId);
  }

  async function readIfShort(
    selection: MetafieldSelection,
    customers: number,
  ): Promise<MetafieldsByCustomer | null> {
    const known = complete.get(selection);
    if (known !== undefined) return known;
    const request = { page: 1, limit: PAGE_SIZE };
    const first = await pageOf(selection, request);
    if (first.total === null || Math.ceil(first.total / gridOf(first, request).size) - 1 > customers)
      return null;
    const list = complete.get(selection) ?? readComplete(selection);
    complete.set(selection, list);
    return list;
  }

  return {
    prefetch(selection) {
      if (shortcuts.failureOf('metafield-list') !== null) return;
      prefetched.push(selection);
      // A failure is handled when the list is read.
      pageOf(selection, { page: 1, limit: PAGE_SIZE }).catch(() => {});
    },
    covering: (selection) => prefetched.find((list) => covers(list, selection)),
    read: (selection, customers) =>
      shortcuts.take(
        'metafield-list',
        () => readIfShort(selection, customers),
        async () => null,
      ),
  };
}
