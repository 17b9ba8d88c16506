import type { Context } from '../context.ts';
import type { CustomerIncludes, CustomerListQuery } from '../loaders/customers.ts';
import type { ExpectedCustomers } from '../loaders/metafields.ts';
import { readTogether } from '../rest/batching/read-together.ts';
import type { CustomerFilter, CustomerSort } from '../rest/customers.ts';
import type { Customer } from '../rest/records/customers.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { sortById } from '../rest/wire/page.ts';
import { type FilterTime, firstSecond } from '../rest/wire/query.ts';
import { type CustomerSelection, prefetchMetafields } from './customers.ts';
import {
  type DateTimeFilter,
  hasMutableConditions,
  limitValues,
  matchesNothing,
  parseDateFilter,
  parseEmails,
  parseIds,
  parseStrings,
} from './inputs/filters.ts';
import {
  type Connection,
  type MemoryOrder,
  memoryConnection,
  type PagingArguments,
  parsePaging,
} from './paging/connection.ts';
import type { DateOrder } from './paging/paged-list.ts';
import { emptyConnection, storeConnection } from './paging/store-connection.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type ListContext = Pick<Context, 'loaders' | 'storeHash'>;

/** The filter of `customers` in the GraphQL input. */
export interface CustomerFilterInput {
  readonly entityIds?: readonly number[] | null | undefined;
  readonly emails?: readonly string[] | null | undefined;
  readonly names?: readonly string[] | null | undefined;
  readonly nameLike?: readonly string[] | null | undefined;
  readonly companies?: readonly string[] | null | undefined;
  readonly phones?: readonly string[] | null | undefined;
  readonly customerGroupIds?: readonly number[] | null | undefined;
  readonly registrationIpAddresses?: readonly string[] | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
  readonly updatedAt?: DateTimeFilter | null | undefined;
}

export interface CustomersArguments extends PagingArguments {
  readonly filter?: CustomerFilterInput | null | undefined;
  readonly sort?: CustomerSort | null | undefined;
}

/** What the operation selects of a page of customers. */
export interface CustomerPageSelection extends CustomerSelection {
  readonly totalCount: boolean;
}

/** One page of customers. @throws GatewayError BAD_USER_INPUT */
export async function customers(
  ctx: ListContext,
  args: CustomersArguments,
  selection: CustomerPageSelection,
): Promise<Connection<Customer>> {
  const filter = parseFilter(args.filter ?? {});
  const sort = args.sort ?? undefined;
  const list: CustomerListQuery = { filter, sort };
  const paging = parsePaging(ctx, `customers ${JSON.stringify(list)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  const expected: ExpectedCustomers = { key: JSON.stringify(paging), size: paging.count };
  const parts = ctx.loaders.customers.split(list);
  const keys = filter.entityIds ?? filter.emails;
  if (keys !== undefined || parts.length > 1) {
    if (paging.count === 0 && !selection.totalCount) return emptyConnection(null);
    const size = Math.min(paging.count, keys?.length ?? paging.count);
    const listed = listedCustomers(ctx, parts, selection.include);
    prefetchMetafields(ctx, { ...expected, size }, selection, listed);
    return memoryConnection(sortCustomers(await listed, sort), paging, sort && memoryOrder(sort));
  }
  const connection = storeConnection(
    {
      read: (request) => ctx.loaders.customers.page(request, list, selection.include),
      count: async () =>
        (await ctx.loaders.customers.page({ page: 1, limit: 1 }, { filter }, NO_INCLUDES)).total,
      keyOf: ({ entityId }) => entityId,
      supportsCursors: sort === undefined,
      allowsInsertions: hasMutableConditions(filter),
      dates: dateOrder(ctx, list, selection.include),
    },
    paging,
    { wantsTotal: selection.totalCount },
  );
  prefetchMetafields(ctx, expected, selection, connection);
  return connection;
}

/** How the list continues by date. Null if it is not sorted by one, oldest first. */
function dateOrder(
  ctx: LoadersContext,
  { filter, sort }: CustomerListQuery,
  include: CustomerIncludes,
): DateOrder<Customer> | null {
  if (sort !== 'CREATED_AT_ASC' && sort !== 'UPDATED_AT_ASC') return null;
  const by = sort === 'CREATED_AT_ASC' ? 'createdAt' : 'updatedAt';
  const range = filter[by];
  const filterFrom = (min: Date): CustomerFilter => ({
    ...filter,
    [by]: { ...range, min: laterOf(min, range?.min) },
  });
  return {
    dateOf: (customer) => customer[by],
    idOf: ({ entityId }) => entityId,
    readFrom:
      range?.equals === undefined
        ? (from, request) => ctx.loaders.customers.page(request, { filter: filterFrom(from), sort }, include)
        : null,
  };
}

function laterOf(min: Date, other: FilterTime | undefined): FilterTime {
  return other !== undefined && firstSecond(other) > min ? other : min;
}

const NO_INCLUDES: CustomerIncludes = new Set();

function parseFilter(argument: CustomerFilterInput): CustomerFilter {
  const filter: CustomerFilter = {
    ...limitValues({
      entityIds: parseIds(argument.entityIds, 'filter.entityIds'),
      emails: parseEmails(argument.emails, 'filter.emails'),
      names: parseStrings(argument.names, 'filter.names'),
      companies: parseStrings(argument.companies, 'filter.companies'),
    }),
    nameLike: parseStrings(argument.nameLike, 'filter.nameLike'),
    phones: parseStrings(argument.phones, 'filter.phones'),
    customerGroupIds: parseGroupIds(argument.customerGroupIds),
    registrationIpAddresses: parseStrings(argument.registrationIpAddresses, 'filter.registrationIpAddresses'),
    createdAt: parseDateFilter(argument.createdAt, 'filter.createdAt'),
    updatedAt: parseDateFilter(argument.updatedAt, 'filter.updatedAt'),
  };
  return filter;
}

// As a group id, 0 matches customers without a group.
function parseGroupIds(ids: readonly number[] | null | undefined): readonly number[] | undefined {
  if (ids?.includes(0))
    return [
      0,
      ...(parseIds(
        ids.filter((id) => id !== 0),
        'filter.customerGroupIds',
      ) ?? []),
    ];
  return parseIds(ids, 'filter.customerGroupIds');
}

// A call to the store can filter by at most 250 ids or e-mails. Both lists do not fit in one URL, and a sort does not
// span several calls. So these lists are read completely, then filtered and sorted in memory.
async function listedCustomers(
  ctx: LoadersContext,
  parts: readonly CustomerFilter[],
  include: CustomerIncludes,
): Promise<readonly Customer[]> {
  const { entityIds, emails } = parts[0] ?? {};
  if (entityIds === undefined && emails === undefined) return ctx.loaders.customers.matching(parts, include);
  const by = entityIds === undefined ? 'emails' : 'entityIds';
  const found = await readTogether(
    parts.map(({ emails: listed, ...others }) => {
      const filter = by === 'emails' ? { ...others, emails: listed } : others;
      return ctx.loaders.customers.byKeys(by, { filter }, include);
    }),
  );
  const customers = sortById(found.flat());
  // The store may fold more letters than A to Z.
  const listed = emails && new Set(emails);
  return listed ? customers.filter(({ email }) => listed.has(foldEmail(email))) : customers;
}

/** Sorts as the store does: ties are sorted by id, in the same direction. */
function sortCustomers(customers: readonly Customer[], sort: CustomerSort | undefined): readonly Customer[] {
  if (sort === undefined) return customers;
  const { by, sign } = SORTS[sort];
  const compare = (one: Customer, other: Customer) =>
    by === 'lastName' ? collator.compare(one.lastName, other.lastName) : Number(one[by]) - Number(other[by]);
  return customers.toSorted((one, other) => sign * (compare(one, other) || one.entityId - other.entityId));
}

// A last name is personal data, so it is not part of a cursor.
function memoryOrder(sort: CustomerSort): MemoryOrder<Customer> | null {
  const { by, sign } = SORTS[sort];
  return by === 'lastName' ? null : { sortValue: (customer) => Number(customer[by]), sign };
}

const collator = new Intl.Collator('en', { sensitivity: 'base' });

const SORTS: Readonly<
  Record<CustomerSort, { readonly by: 'createdAt' | 'updatedAt' | 'lastName'; readonly sign: 1 | -1 }>
> = {
  CREATED_AT_ASC: { by: 'createdAt', sign: 1 },
  CREATED_AT_DESC: { by: 'createdAt', sign: -1 },
  UPDATED_AT_ASC: { by: 'updatedAt', sign: 1 },
  UPDATED_AT_DESC: { by: 'updatedAt', sign: -1 },
  LAST_NAME_ASC: { by: 'lastName', sign: 1 },
  LAST_NAME_DESC: { by: 'lastName', sign: -1 },
};
