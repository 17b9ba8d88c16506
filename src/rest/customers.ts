import { type Chunk, decodeChunks } from './batching/chunks.ts';
import { splitLists } from './batching/split-lists.ts';
import type { RequestClient } from './client/request-client.ts';
import { emailField, idField, lookUp } from './lookups.ts';
import { type Customer, type CustomerInclude, readCustomer } from './records/customers.ts';
import { foldEmail } from './wire/email.ts';
import {
  LONGEST_PAGE_PARAMETERS,
  type PageRequest,
  pageParameters,
  readPage,
  type StorePage,
} from './wire/page.ts';
import {
  type DateRange,
  dateRangeParameters,
  listParameter,
  type Parameter,
  parameter,
} from './wire/query.ts';

/** Conditions on customers, combined with AND. A list matches any of its values. */
export interface CustomerFilter {
  readonly entityIds?: readonly number[] | undefined;
  readonly emails?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly nameLike?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
  readonly phones?: readonly string[] | undefined;
  readonly customerGroupIds?: readonly number[] | undefined;
  readonly registrationIpAddresses?: readonly string[] | undefined;
  readonly createdAt?: DateRange | undefined;
  readonly updatedAt?: DateRange | undefined;
}

export type CustomerSort =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'LAST_NAME_ASC'
  | 'LAST_NAME_DESC';

/** Filter, sort order (by id if undefined) and included parts of a list of customers. */
export interface CustomerQuery {
  readonly filter: CustomerFilter;
  readonly sort?: CustomerSort | undefined;
  readonly include: ReadonlySet<CustomerInclude>;
}

/** Reads of `/customers`. */
export interface CustomersRest {
  page(request: PageRequest, query: CustomerQuery): Promise<StorePage<Customer>>;
  /**
   * The filter in parts that fit one URL each, with room for its ids or e-mails. More than one if its names and companies
   * are too long for one.
   */
  split(filter: CustomerFilter, sort: CustomerSort | undefined): readonly CustomerFilter[];
  /** All customers that match the filter, in no particular order. */
  matching(filter: CustomerFilter, include: ReadonlySet<CustomerInclude>): Promise<readonly Customer[]>;
  /** All customers with one of these ids that also match the query's filter, in no particular order. */
  byIds(entityIds: readonly number[], query: CustomerQuery): Promise<Chunk<number, Customer>[]>;
  /** The same by e-mail, which the store compares case-insensitively. */
  byEmails(emails: readonly string[], query: CustomerQuery): Promise<Chunk<string, Customer>[]>;
}

export function createCustomers(client: RequestClient): CustomersRest {
  async function page(
    request: PageRequest,
    { filter, sort, include }: CustomerQuery,
  ): Promise<StorePage<Customer>> {
    const parameters = [...filterParameters(filter), ...sortParameters(sort), ...pageParameters(request)];
    const body = await client.get('getCustomers', { parameters, include: includeNames(include) });
    return readPage(body, (item) => readCustomer(item, include, client.onUnexpectedField));
  }

  async function byList<K extends string | number>(
    by: 'entityIds' | 'emails',
    values: readonly K[],
    { filter, sort, include }: CustomerQuery,
  ): Promise<Chunk<K, Customer>[]> {
    const { [by]: _keys, ...others } = filter;
    const chunks = await lookUp<K>(client, {
      operation: 'getCustomers',
      keys: values,
      by: KEY_FILTERS[by],
      include: includeNames(include),
      parameters: [...filterParameters(others), ...sortParameters(sort)],
      // A batched record is assigned to a request by its folded key, so only such keys can be merged.
      mergeable: values.every(isFolded),
    });
    const decode = (record: unknown) => readCustomer(record, include, client.onUnexpectedField);
    return decodeChunks(chunks, decode, (record) => KEY_FILTERS[by].keyOf(record) as K | null);
  }

  function split(filter: CustomerFilter, sort: CustomerSort | undefined): readonly CustomerFilter[] {
    const { entityIds, emails, names, companies, ...others } = filter;
    const parameters = [
      ...filterParameters({ ...others, ...(entityIds && { entityIds: [] }), ...(emails && { emails: [] }) }),
      ...filterParameters({ names: [], companies: [] }),
      ...sortParameters(sort),
      ...LONGEST_PAGE_PARAMETERS,
      LONGEST_CURSOR,
    ];
    const space = client.remainingUrlLength('getCustomers', { include: Object.values(INCLUDES), parameters });
    const parts = splitLists({ names, companies }, entityIds || emails ? space / 2 : space);
    return parts?.map((part) => ({ ...filter, ...part })) ?? [filter];
  }

  return {
    page,
    split,
    async matching(filter, include) {
      const parameters = filterParameters(filter);
      const call = { parameters, include: includeNames(include), allPages: true };
      const body = await client.get('getCustomers', call);
      return readPage(body, (item) => readCustomer(item, include, client.onUnexpectedField)).items;
    },
    byIds: (entityIds, query) => byList('entityIds', entityIds, query),
    byEmails: (emails, query) => byList('emails', emails, query),
  };
}

/** The cursors of the store are opaque. Known ones have at most half of this length. */
const LONGEST_CURSOR = parameter('after', 'x'.repeat(100));

const isFolded = (value: string | number) => typeof value === 'number' || value === foldEmail(value);

const KEY_FILTERS = {
  entityIds: { name: 'id:in', keyOf: idField('id') },
  emails: { name: 'email:in', keyOf: emailField('email') },
};

const LIST_FILTERS = {
  entityIds: 'id:in',
  emails: 'email:in',
  names: 'name:in',
  nameLike: 'name:like',
  companies: 'company:in',
  phones: 'phone:in',
  customerGroupIds: 'customer_group_id:in',
  registrationIpAddresses: 'registration_ip_address:in',
} as const;

function filterParameters({ createdAt, updatedAt, ...lists }: CustomerFilter): Parameter[] {
  const conditions = Object.entries(lists).flatMap(([key, values]) =>
    values === undefined ? [] : [listParameter(LIST_FILTERS[key as keyof typeof LIST_FILTERS], values)],
  );
  return [
    ...conditions,
    ...dateRangeParameters('date_created', createdAt),
    ...dateRangeParameters('date_modified', updatedAt),
  ];
}

const INCLUDES = {
  addresses: 'addresses',
  attributes: 'attributes',
  formFields: 'formfields',
  storeCredit: 'storecredit',
  shopperProfileId: 'shopper_profile_id',
  segmentIds: 'segment_ids',
} as const satisfies Record<CustomerInclude, string>;

function includeNames(include: ReadonlySet<CustomerInclude>): readonly string[] {
  return Object.entries(INCLUDES).flatMap(([key, name]) =>
    include.has(key as CustomerInclude) ? [name] : [],
  );
}

const SORTS = {
  CREATED_AT_ASC: 'date_created:asc',
  CREATED_AT_DESC: 'date_created:desc',
  UPDATED_AT_ASC: 'date_modified:asc',
  UPDATED_AT_DESC: 'date_modified:desc',
  LAST_NAME_ASC: 'last_name:asc',
  LAST_NAME_DESC: 'last_name:desc',
} as const satisfies Record<CustomerSort, string>;

function sortParameters(sort: CustomerSort | undefined): Parameter[] {
  return sort === undefined ? [] : [['sort', SORTS[sort]]];
}
