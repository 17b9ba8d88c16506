import type { AddressFilter } from '../rest/addresses.ts';
import type { Rest } from '../rest/index.ts';
import type { AddressInclude, CustomerAddress } from '../rest/records/addresses.ts';
import type { PageRequest, StorePage } from '../rest/wire/page.ts';
import { createFieldsetLoader, createQueryLoader, type OnCoalesced, oneBatch } from './fieldset-loader.ts';
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
}

export function createAddressLoader(
  { addresses }: Pick<Rest, 'addresses'>,
  onCoalesced?: OnCoalesced,
): AddressLoader {
  const byId = createFieldsetLoader<number, AddressInclude, CustomerAddress | null>(
    (partsByKey) =>
      oneBatch(partsByKey, async (ids, include) =>
        oneByKey(await addresses.byIds(ids, include), ({ entityId }) => entityId),
      ),
    onCoalesced,
  );
  const ofCustomer = createFieldsetLoader<number, AddressInclude, readonly CustomerAddress[]>(
    (partsByKey) =>
      oneBatch(partsByKey, async (customerIds, include) =>
        manyByKey(
          await addresses.ofCustomers(customerIds, include),
          ({ customerEntityId }) => customerEntityId,
        ),
      ),
    onCoalesced,
  );
  const pages = createQueryLoader<
    { request: PageRequest; filter: AddressFilter },
    AddressInclude,
    StorePage<CustomerAddress>
  >(async ({ request, filter }, include) => {
    const page = await addresses.page(request, filter, include);
    for (const address of page.items) byId.prime(address.entityId, include, address);
    return page;
  }, onCoalesced);

  return {
    byId: byId.load,
    ofCustomer: ofCustomer.load,
    page: (request, filter, include) => pages({ request, filter }, include),
  };
}
