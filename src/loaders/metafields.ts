import { setImmediate } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { Rest } from '../rest/index.ts';
import type { MetafieldQuery } from '../rest/metafields.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import { SHORTCUT_TIMEOUT_MS, type Shortcuts } from '../rest/shortcuts.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import {
  type BatchingOptions,
  batchSchedule,
  createFieldsetLoader,
  createQueryLoader,
  createSingleLoader,
  NO_PARTS,
} from './fieldset-loader.ts';
import type { Outcome } from './group-by-key.ts';
import { createMetafieldList, type MetafieldList } from './metafield-list.ts';
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

/** The metafields of one customer, or why they could not be read. */
type MetafieldsOutcome = Outcome<readonly CustomerMetafield[]>;

/** Up to this many customers the store's complete list is not read: its first page alone costs a call. */
export const MAX_CUSTOMERS_WITHOUT_LIST = 2;

export function createMetafieldLoader(
  rest: Pick<Rest, 'metafields'>,
  shortcuts: Shortcuts,
  batching?: BatchingOptions,
): MetafieldLoader {
  const { metafields } = rest;
  const announced = new Map<string, MetafieldSelection>();
  const failed = new Set<string>();
  const list = createMetafieldList(rest, shortcuts, batching);

  const pages = createQueryLoader<
    { request: PageRequest; query: MetafieldQuery },
    never,
    StorePage<CustomerMetafield>
  >(({ request, query }) => metafields.page(request, query), batching);

  const expectations = createExpectations(list, failed, batching);

  // One batch for all customers whose metafields are on the same list.
  const ofCustomer = createFieldsetLoader<number, string, readonly CustomerMetafield[]>((wanted) => {
    const byList = Map.groupBy(wanted, ([, parts]) => list.covering(unionOf(parseSelections(parts))));
    return [...byList].map(([listed, entries]) => {
      const customers = entries.map(([customer]) => customer);
      // Selections that deeper levels will need are included: they cost no extra call.
      const upcoming = announced.entries().filter(([, selection]) => !listed || covers(listed, selection));
      const parts = new Set([...entries.flatMap(([, some]) => [...some]), ...upcoming.map(([part]) => part)]);
      const selection = unionOf(parseSelections(parts));
      return { keys: customers, parts, outcomes: readCheapest(customers, selection, listed) };
    });
  }, batching);

  async function readCheapest(
    customers: readonly number[],
    selection: MetafieldSelection,
    listed: MetafieldSelection | undefined,
  ): Promise<ReadonlyMap<number, MetafieldsOutcome>> {
    const found = listed ? await list.read(listed, customers.length) : null;
    if (found === null) return readPerCustomer(metafields, customers, selection);
    return new Map(customers.map((customer) => [customer, { value: found.get(customer) ?? [] }]));
  }

  const one = createSingleLoader((key: string) => {
    const [customer = 0, entityId = 0] = key.split(':').map(Number);
    return shortcuts.take(
      'metafield-by-id',
      () => metafields.one(customer, entityId, { timeoutMs: SHORTCUT_TIMEOUT_MS }),
      async () => {
        const all = await ofCustomer.load(customer, new Set([selectionKey({})]));
        return all.find((metafield) => metafield.entityId === entityId) ?? null;
      },
    );
  }, batching);

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

/** Requests the list before it is needed, if the customers that are expected in one tick are many. */
function createExpectations(
  list: MetafieldList,
  failed: ReadonlySet<string>,
  batching: BatchingOptions | undefined,
): DataLoader<{ crowd: ExpectedCustomers; selection: MetafieldSelection }, null> {
  return new DataLoader(
    async (expected) => {
      // Customer reads that fail before a call is sent have failed after this tick. Then nothing is prefetched.
      await setImmediate();
      const unlisted = expected.filter(
        ({ crowd, selection }) => !failed.has(crowd.key) && !list.covering(selection),
      );
      const sizes = new Map(unlisted.map(({ crowd }) => [crowd.key, crowd.size]));
      const customers = sizes.values().reduce((sum, size) => sum + size, 0);
      if (customers > MAX_CUSTOMERS_WITHOUT_LIST) {
        list.prefetch(unionOf(unlisted.map((each) => each.selection)));
      }
      return expected.map(() => null);
    },
    { cache: false, batchScheduleFn: batchSchedule(batching?.deferredWork) },
  );
}

async function readPerCustomer(
  metafields: Rest['metafields'],
  customers: readonly number[],
  selection: MetafieldSelection,
): Promise<ReadonlyMap<number, MetafieldsOutcome>> {
  const outcomes = customers.map((customer) =>
    metafields.ofCustomer(customer, selection).then(
      (found): [number, MetafieldsOutcome] => [customer, { value: sortById(found ?? []) }],
      (error: unknown): [number, MetafieldsOutcome] => [customer, { error }],
    ),
  );
  return new Map(await Promise.all(outcomes));
}
