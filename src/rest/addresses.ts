import { type Chunk, decodeChunks } from './batching/chunks.ts';
import { splitLists } from './batching/split-lists.ts';
import type { RequestClient } from './client/request-client.ts';
import { PAGE_SIZE } from './limits.ts';
import { idField, lookUp } from './lookups.ts';
import { type AddressInclude, type CustomerAddress, readAddress } from './records/addresses.ts';
import {
  LONGEST_PAGE_PARAMETERS,
  type PageRequest,
  pageParameters,
  readPage,
  type StorePage,
} from './wire/page.ts';
import { listParameter, type Parameter } from './wire/query.ts';

export interface AddressFilter {
  readonly entityIds?: readonly number[] | undefined;
  readonly customerEntityIds?: readonly number[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
}

/** Reads of `/customers/addresses`. */
export interface AddressesRest {
  page(
    request: PageRequest,
    filter: AddressFilter,
    include: ReadonlySet<AddressInclude>,
  ): Promise<StorePage<CustomerAddress>>;
  /** The filter in parts that fit one URL each. More than one if its lists are too long for one. */
  split(filter: AddressFilter): readonly AddressFilter[];
  /** All addresses that match a filter, in no particular order. */
  matching(filter: AddressFilter, include: ReadonlySet<AddressInclude>): Promise<readonly CustomerAddress[]>;
  byIds(
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
  /** All addresses of these customers. A customer object embeds at most ten. */
  ofCustomers(
    customerIds: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
  /** The highest id of all addresses, 0 if there are none. At most two calls. Null if the store does not tell. */
  highestId(): Promise<number | null>;
}

export function createAddresses(client: RequestClient): AddressesRest {
  const { onUnexpectedField } = client;

  async function page(
    request: PageRequest,
    filter: AddressFilter,
    include: ReadonlySet<AddressInclude>,
  ): Promise<StorePage<CustomerAddress>> {
    const parameters = [...filterParameters(filter), ...pageParameters(request)];
    const body = await client.get('getCustomersAddresses', { parameters, include: includeNames(include) });
    return readPage(body, decode(include));
  }

  function decode(include: ReadonlySet<AddressInclude>): (item: unknown) => CustomerAddress {
    return (item) => readAddress(item, { withFormFields: include.has('formFields'), onUnexpectedField });
  }

  async function byList(
    by: 'entityIds' | 'customerEntityIds',
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]> {
    const chunks = await lookUp(client, {
      operation: 'getCustomersAddresses',
      keys: ids,
      by: KEY_FILTERS[by],
      include: includeNames(include),
    });
    return decodeChunks(chunks, decode(include), KEY_FILTERS[by].keyOf);
  }

  return {
    page,
    split(filter) {
      const names = Object.keys(filter).map((key) => listParameter(FILTERS[key as keyof AddressFilter], []));
      const parameters = [...names, ...LONGEST_PAGE_PARAMETERS];
      const space = client.remainingUrlLength('getCustomersAddresses', {
        include: ['formfields'],
        parameters,
      });
      return splitLists({ ...filter }, space) ?? [filter];
    },
    async matching(filter, include) {
      const body = await client.get('getCustomersAddresses', {
        parameters: filterParameters(filter),
        include: includeNames(include),
        allPages: true,
      });
      return readPage(body, decode(include)).items;
    },
    byIds: (ids, include) => byList('entityIds', ids, include),
    ofCustomers: (customerIds, include) => byList('customerEntityIds', customerIds, include),
    async highestId() {
      const idsOn = async (number: number) => {
        const parameters = pageParameters({ page: number, limit: PAGE_SIZE });
        return readPage(
          await client.get('getCustomersAddresses', { parameters }),
          KEY_FILTERS.entityIds.keyOf,
        );
      };
      const first = await idsOn(1);
      // The store can allow fewer records per page than were asked for.
      const pages = Math.ceil((first.total ?? first.items.length) / Math.max(1, first.items.length));
      const last = pages > 1 ? await idsOn(pages) : first;
      const ids = last.items.filter((id) => id !== null);
      if (ids.length > 0) return Math.max(...ids);
      return first.total === 0 ? 0 : null;
    },
  };
}

const KEY_FILTERS = {
  entityIds: { name: 'id:in', keyOf: idField('id') },
  customerEntityIds: { name: 'customer_id:in', keyOf: idField('customer_id') },
};

const FILTERS = {
  entityIds: 'id:in',
  customerEntityIds: 'customer_id:in',
  names: 'name:in',
  companies: 'company:in',
} as const satisfies Record<keyof AddressFilter, string>;

function filterParameters(filter: AddressFilter): Parameter[] {
  return Object.entries(filter).flatMap(([key, values]) =>
    values === undefined ? [] : [listParameter(FILTERS[key as keyof AddressFilter], values)],
  );
}

function includeNames(include: ReadonlySet<AddressInclude>): readonly string[] {
  return include.has('formFields') ? ['formfields'] : [];
}
