import { type Chunk, decodeChunks } from './batching/chunks.ts';
import type { RequestClient } from './client/request-client.ts';
import { idField, lookUp } from './lookups.ts';
import { type AddressInclude, type CustomerAddress, readAddress } from './records/addresses.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
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
  byIds(
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
  /** All addresses of these customers. A customer object embeds at most ten. */
  ofCustomers(
    customerIds: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]>;
}

const PATH = '/customers/addresses';

export function createAddresses(client: RequestClient): AddressesRest {
  const { onUnexpectedField } = client;

  async function page(
    request: PageRequest,
    filter: AddressFilter,
    include: ReadonlySet<AddressInclude>,
  ): Promise<StorePage<CustomerAddress>> {
    const parameters = [...filterParameters(filter), ...pageParameters(request)];
    const body = await client.get('getCustomersAddresses', PATH, parameters, {
      include: includeNames(include),
    });
    return readPage(body, (item) =>
      readAddress(item, { withFormFields: include.has('formFields'), onUnexpectedField }),
    );
  }

  async function byList(
    by: 'entityIds' | 'customerEntityIds',
    ids: readonly number[],
    include: ReadonlySet<AddressInclude>,
  ): Promise<Chunk<number, CustomerAddress>[]> {
    const chunks = await lookUp(client, {
      operation: 'getCustomersAddresses',
      path: PATH,
      keys: ids,
      by: KEY_FILTERS[by],
      include: includeNames(include),
    });
    return decodeChunks(chunks, (record) =>
      readAddress(record, { withFormFields: include.has('formFields'), onUnexpectedField }),
    );
  }

  return {
    page,
    byIds: (ids, include) => byList('entityIds', ids, include),
    ofCustomers: (customerIds, include) => byList('customerEntityIds', customerIds, include),
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
