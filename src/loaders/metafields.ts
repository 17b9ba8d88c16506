import { setImmediate } from 'node:timers/promises';
import DataLoader from 'dataloader';
import { GatewayError } from '../errors.ts';
import type { Rest } from '../rest/index.ts';
import { PAGE_SIZE } from '../rest/limits.ts';
import type { MetafieldQuery } from '../rest/metafields.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import { type PageRequest, readAllPages, type StorePage, sortById } from '../rest/wire/page.ts';
import {
  createFieldsetLoader,
  createQueryLoader,
  createSingleLoader,
  NO_PARTS,
  type OnCoalesced,
} from './fieldset-loader.ts';
import type { Outcome } from './group-by-key.ts';
import {
  covers,
  type MetafieldSelection,
  parseSelections,
  selectionKey,
  unionOf,
} from './metafield-selection.ts';

/** Loads metafields in the way that costs fewer calls: one call per customer, or the store's complete list. */
export interface MetafieldLoader {
  /** The metafields of one customer that match the selection, sorted by id. The result can contain others too. */
  ofCustomer(customerEntityId: number, selection: MetafieldSelection): Promise<readonly CustomerMetafield[]>;
  /**
   * Announces that the metafields of some customers will be needed, before the customers are loaded. If they are many,
   * requests the first page of the store's complete list.
   *
   * @param customers the read of the customers
   */
  prefetch(crowd: ExpectedCustomers, selection: MetafieldSelection, customers: Promise<unknown>): void;
  one(customerEntityId: number, entityId: number): Promise<CustomerMetafield | null>;
  page(request: PageRequest, query: MetafieldQuery): Promise<StorePage<CustomerMetafield>>;
}

/** Customers that are not loaded yet. */
export interface ExpectedCustomers {
  /** Identifies how they are read. Customers with the same name are counted once. */
  readonly key: string;
  /** Maximum number of customers. */
  readonly size: number;
}

/** Up to this many customers the store's complete list is not read: its first page alone costs a call. */
export const MAX_CUSTOMERS_WITHOUT_LIST = 2;

export function createMetafieldLoader(
  { metafields }: Pick<Rest, 'metafields'>,
  onCoalesced?: OnCoalesced,
): MetafieldLoader {
  const announced = new Map<string, MetafieldSelection>();
  const failed = new Set<string>();
  const prefetched: MetafieldSelection[] = [];
  const listFor = (selection: MetafieldSelection) => prefetched.find((list) => covers(list, selection));
  const lists = new Map<MetafieldSelection, Promise<ReadonlyMap<number, readonly CustomerMetafield[]>>>();

  const pages = createQueryLoader<
    { request: PageRequest; query: MetafieldQuery },
    never,
    StorePage<CustomerMetafield>
  >(({ request, query }) => metafields.page(request, query), onCoalesced);
  const listPage = (selection: MetafieldSelection, request: PageRequest) =>
    pages({ request, query: { filter: selection } }, NO_PARTS);

  const expectations = new DataLoader<{ crowd: ExpectedCustomers; selection: MetafieldSelection }, null>(
    async (expected) => {
      // Customer reads that fail before a call is sent have failed after this tick. Then nothing is prefetched.
      await setImmediate();
      const unlisted = expected.filter(
        ({ crowd, selection }) => !failed.has(crowd.key) && !listFor(selection),
      );
      const sizes = new Map(unlisted.map(({ crowd }) => [crowd.key, crowd.size]));
      const customers = sizes.values().reduce((sum, size) => sum + size, 0);
      if (customers > MAX_CUSTOMERS_WITHOUT_LIST) {
        const selection = unionOf(unlisted.map((each) => each.selection));
        prefetched.push(selection);
        // A failure is reported to the loads that need this page later.
        listPage(selection, { page: 1, limit: PAGE_SIZE }).catch(() => {});
      }
      return expected.map(() => null);
    },
    { cache: false },
  );

  // One batch for all customers whose metafields are on the same list.
  const ofCustomer = createFieldsetLoader<number, string, readonly CustomerMetafield[]>((wanted) => {
    const byList = Map.groupBy(wanted, ([, parts]) => listFor(unionOf(parseSelections(parts))));
    return [...byList].map(([list, entries]) => {
      const customers = entries.map(([customer]) => customer);
      // Selections that deeper levels will need are included: they cost no extra call.
      const upcoming = announced.entries().filter(([, selection]) => !list || covers(list, selection));
      const parts = new Set([...entries.flatMap(([, some]) => [...some]), ...upcoming.map(([part]) => part)]);
      const selection = unionOf(parseSelections(parts));
      return { keys: customers, parts, outcomes: readCheapest(customers, selection, list) };
    });
  }, onCoalesced);

  async function readCheapest(
    customers: readonly number[],
    selection: MetafieldSelection,
    list: MetafieldSelection | undefined,
  ) {
    return (list && (await readFromList(customers, list))) ?? readPerCustomer(customers, selection);
  }

  /** Null if the list is unavailable, or has more pages left than there are customers. */
  async function readFromList(
    customers: readonly number[],
    selection: MetafieldSelection,
  ): Promise<ReadonlyMap<number, Outcome<readonly CustomerMetafield[]>> | null> {
    if (!lists.has(selection)) {
      const first = await nullIfRejected(listPage(selection, { page: 1, limit: PAGE_SIZE }));
      if (first === null || first.total === null) return null;
      const pagesLeft = Math.ceil(first.total / PAGE_SIZE) - 1;
      if (pagesLeft > customers.length) return null;
      lists.set(selection, readList(selection));
    }
    const list = await lists.get(selection);
    return new Map(customers.map((customer) => [customer, { value: list?.get(customer) ?? [] }]));
  }

  async function readList(
    selection: MetafieldSelection,
  ): Promise<ReadonlyMap<number, readonly CustomerMetafield[]>> {
    const all = await readAllPages((request) => listPage(selection, request));
    return Map.groupBy(sortById(all), ({ customerEntityId }) => customerEntityId);
  }

  async function readPerCustomer(customers: readonly number[], selection: MetafieldSelection) {
    const outcomes = customers.map(
      async (customer): Promise<[number, Outcome<readonly CustomerMetafield[]>]> => {
        try {
          return [customer, { value: sortById(await metafields.ofCustomer(customer, selection)) }];
        } catch (error) {
          return [customer, { error }];
        }
      },
    );
    return new Map(await Promise.all(outcomes));
  }

  const one = createSingleLoader((key: string) => {
    const [customer = 0, entityId = 0] = key.split(':').map(Number);
    return metafields.one(customer, entityId);
  }, onCoalesced);

  return {
    ofCustomer: (customer, selection) => ofCustomer.load(customer, new Set([selectionKey(selection)])),
    prefetch(crowd, selection, customers) {
      customers.catch(() => failed.add(crowd.key));
      announced.set(selectionKey(selection), selection);
      void expectations.load({ crowd, selection });
    },
    one: (customer, entityId) => one(`${customer}:${entityId}`),
    page: (request, query) => pages({ request, query }, NO_PARTS),
  };
}

/** Null if the store rejects the list, which stores without that endpoint do. Other errors are rethrown. */
async function nullIfRejected<T>(page: Promise<T>): Promise<T | null> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'UPSTREAM_REJECTED') return null;
    throw error;
  }
}
