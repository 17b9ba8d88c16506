import type { AddressFilter, AddressInclude, CustomerAddress } from '../rest/addresses.ts';
import type { Rest } from '../rest/index.ts';
import type { PageRequest, StorePage } from '../rest/page.ts';
import {
  createPartsLoader,
  createReadsLoader,
  manyByKey,
  type OnShared,
  oneByKey,
  together,
} from './batch.ts';

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
  onShared?: OnShared,
): AddressLoader {
  const byId = createPartsLoader<number, AddressInclude, CustomerAddress | null>(
    (partsByKey) =>
      together(partsByKey, async (ids, include) =>
        oneByKey(await addresses.byIds(ids, include), ({ entityId }) => entityId),
      ),
    onShared,
  );
  const ofCustomer = createPartsLoader<number, AddressInclude, readonly CustomerAddress[]>(
    (partsByKey) =>
      together(partsByKey, async (customerIds, include) =>
        manyByKey(
          await addresses.ofCustomers(customerIds, include),
          ({ customerEntityId }) => customerEntityId,
        ),
      ),
    onShared,
  );
  const pages = createReadsLoader<
    { request: PageRequest; filter: AddressFilter },
    AddressInclude,
    StorePage<CustomerAddress>
  >(async ({ request, filter }, include) => {
    const page = await addresses.page(request, filter, include);
    for (const address of page.items) byId.prime(address.entityId, include, address);
    return page;
  }, onShared);

  return {
    byId: byId.load,
    ofCustomer: ofCustomer.load,
    page: (request, filter, include) => pages({ request, filter }, include),
  };
}
