import type { AddressFilter } from '../rest/addresses.ts';
import { readTogether } from '../rest/batching/read-together.ts';
import type { Rest } from '../rest/index.ts';
import type { AddressInclude, CustomerAddress } from '../rest/records/addresses.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import {
  type BatchingOptions,
  createFieldsetLoader,
  createQueryLoader,
  oneBatch,
} from './fieldset-loader.ts';
import { manyByKey, oneByKey } from './group-by-key.ts';

export type AddressIncludes = ReadonlySet<AddressInclude>;

/** Loads addresses, batched and cached for one request. */
export interface AddressLoader {
  byId(entityId: number, include: AddressIncludes): Promise<CustomerAddress | null>;
  /** All addresses of one customer, sorted by id. */
  ofCustomer(customerEntityId: number, include: AddressIncludes): Promise<readonly CustomerAddress[]>;
  page(
    request: PageRequest,
    filter: AddressFilter,
    include: AddressIncludes,
  ): Promise<StorePage<CustomerAddress>>;
  /** The filter in parts that fit one URL each. */
  split(filter: AddressFilter): readonly AddressFilter[];
  /** All addresses that match one of these filters, sorted by id. */
  matching(filters: readonly AddressFilter[], include: AddressIncludes): Promise<readonly CustomerAddress[]>;
}

export function createAddressLoader(
  { addresses }: Pick<Rest, 'addresses'>,
  batching?: BatchingOptions,
): AddressLoader {
  const byId = createFieldsetLoader<number, AddressInclude, CustomerAddress | null>(
    (partsByKey) =>
      oneBatch(partsByKey, async (ids, include) =>
        oneByKey(await addresses.byIds(ids, include), ({ entityId }) => entityId),
      ),
    batching,
  );
  const ofCustomer = createFieldsetLoader<number, AddressInclude, readonly CustomerAddress[]>(
    (partsByKey) =>
      oneBatch(partsByKey, async (customerIds, include) =>
        manyByKey(
          await addresses.ofCustomers(customerIds, include),
          ({ customerEntityId }) => customerEntityId,
        ),
      ),
    batching,
  );
  const pages = createQueryLoader<
    { request: PageRequest; filter: AddressFilter },
    AddressInclude,
    StorePage<CustomerAddress>
  >(async ({ request, filter }, include) => {
    const page = await addresses.page(request, filter, include);
    for (const address of page.items) byId.prime(address.entityId, include, address);
    return page;
  }, batching);

  const matching = createQueryLoader<readonly AddressFilter[], AddressInclude, readonly CustomerAddress[]>(
    async (filters, include) => {
      const parts = await readTogether(filters.map((filter) => addresses.matching(filter, include)));
      const found = sortById(parts.flat());
      for (const address of found) byId.prime(address.entityId, include, address);
      return found;
    },
    batching,
  );

  return {
    split: addresses.split,
    matching,
    byId: byId.load,
    ofCustomer: ofCustomer.load,
    page: (request, filter, include) => pages({ request, filter }, include),
  };
}
