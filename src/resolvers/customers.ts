import { ownCustomerId, requireCustomerAccess, requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { badInput, GatewayError, valueOrThrow } from '../errors.ts';
import type { CustomerIncludes, CustomerListQuery } from '../loaders/customers.ts';
import type { MetafieldSelection } from '../loaders/metafield-selection.ts';
import type { ExpectedCustomers } from '../loaders/metafields.ts';
import type { CustomerFilter, CustomerSort } from '../rest/customers.ts';
import type { Customer, CustomerInclude } from '../rest/records/customers.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { sortById } from '../rest/wire/page.ts';
import { PARTS_IN_RESPONSE } from '../rest/writes/customers.ts';
import {
  assertEmail,
  type DateTimeFilter,
  hasMutableConditions,
  limitValues,
  matchesNothing,
  parseDateFilter,
  parseEmails,
  parseIds,
  parseStrings,
} from './inputs/filters.ts';
import { parseEntityId, parseGlobalIdOf } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';
import {
  type Connection,
  type MemoryOrder,
  memoryConnection,
  type PagingArguments,
  parsePaging,
} from './paging/connection.ts';
import { emptyConnection, storeConnection } from './paging/store-connection.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type CallerContext = Pick<Context, 'caller'>;

/** What the operation selects of customers. */
export interface CustomerSelection {
  readonly include: CustomerIncludes;
  /** Their metafields, which are prefetched. */
  readonly metafields: readonly MetafieldSelection[];
}

/** Identifies a customer. Exactly one field is set. */
export interface CustomerBy {
  readonly id?: string | null | undefined;
  readonly entityId?: number | null | undefined;
  readonly email?: string | null | undefined;
}

/** One customer. Null if the store does not have it. @throws GatewayError BAD_USER_INPUT, FORBIDDEN */
export async function customerBy(
  ctx: LoadersContext & CallerContext,
  by: CustomerBy,
  selection: CustomerSelection,
): Promise<Customer | null> {
  // The owner of an e-mail address is known only after a lookup, so a lookup needs the scope for all customers.
  if (typeof by.email === 'string') requireScope(ctx.caller, 'customers:read', 'A customer by e-mail');
  if (typeof by.email === 'string') return customerByEmail(ctx, by.email, selection);
  const entityId =
    typeof by.id === 'string'
      ? parseGlobalIdOf('Customer', by.id, 'by.id')
      : parseEntityId(by.entityId ?? 0, 'by.entityId');
  requireCustomerAccess(ctx.caller, entityId);
  return customerById(ctx, entityId, selection);
}

/** The shopper's own customer. Null if the store no longer has it, or if the caller is not a shopper. */
export async function viewerCustomer(
  ctx: LoadersContext & CallerContext,
  selection: CustomerSelection,
): Promise<Customer | null> {
  const entityId = ownCustomerId(ctx.caller);
  return entityId === null ? null : customerById(ctx, entityId, selection);
}

export function customerById(
  ctx: LoadersContext,
  entityId: number,
  selection: CustomerSelection,
): Promise<Customer | null> {
  const customer = ctx.loaders.customers.byId(entityId, selection.include);
  prefetchMetafields(ctx, { key: `id ${entityId}`, size: 1 }, selection, customer);
  return customer;
}

export const customerNode: NodeKind<Customer> = {
  type: 'Customer',
  idCount: 1,
  idsOf: ({ entityId }) => [entityId],
  authorize: (caller, [entityId = 0]) => requireCustomerAccess(caller, entityId),
  find: (ctx, [entityId = 0], { includes, metafields }) =>
    // Records that share a call can share their includes at no cost.
    customerById(ctx, entityId, { include: includes('Customer', 'CustomerAddress'), metafields }),
};

/**
 * A customer that a write returned. If the operation selects more of it, all customers of the write are read in one
 * call.
 */
export async function reloadWrittenCustomer(
  ctx: LoadersContext,
  customer: Customer | null,
  selection: CustomerSelection,
): Promise<Customer | null> {
  if (customer === null) return null;
  const isComplete =
    selection.include.isSubsetOf(PARTS_IN_RESPONSE) &&
    (!selection.include.has('storeCredit') || customer.storeCredit !== undefined);
  if (isComplete) ctx.loaders.customers.prime(customer, selection.include);
  if (isComplete && selection.metafields.length === 0) return customer;
  const read = isComplete
    ? Promise.resolve(customer)
    : ctx.loaders.customers.byId(customer.entityId, selection.include);
  prefetchMetafields(ctx, { key: `id ${customer.entityId}`, size: 1 }, selection, read);
  try {
    return (await read) ?? customer;
  } catch (error) {
    // The written fields are known. The others fail when they are resolved.
    if (error instanceof GatewayError) return customer;
    throw error;
  }
}

function prefetchMetafields(
  ctx: LoadersContext,
  expected: ExpectedCustomers,
  { metafields }: CustomerSelection,
  customers: Promise<unknown>,
): void {
  for (const selection of metafields) ctx.loaders.metafields.prefetch(expected, selection, customers);
}

async function customerByEmail(
  ctx: LoadersContext,
  email: string,
  selection: CustomerSelection,
): Promise<Customer | null> {
  assertEmail(email, 'by.email');
  const found = ctx.loaders.customers.byEmail(email, selection.include);
  prefetchMetafields(ctx, { key: `email ${foldEmail(email)}`, size: 1 }, selection, found);
  const customers = await found;
  if (customers.length > 1) {
    const ids = customers.map(({ entityId }) => entityId).join(', ');
    throw badInput('by.email', `matches several customers: ${ids}. Use entityId.`);
  }
  return customers[0] ?? null;
}

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
  ctx: LoadersContext,
  args: CustomersArguments,
  selection: CustomerPageSelection,
): Promise<Connection<Customer>> {
  const filter = parseFilter(args.filter ?? {});
  const sort = args.sort ?? undefined;
  const list: CustomerListQuery = { filter, sort };
  const paging = parsePaging(`customers ${JSON.stringify(list)}`, args);
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
    },
    paging,
    { wantsTotal: selection.totalCount },
  );
  prefetchMetafields(ctx, expected, selection, connection);
  return connection;
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
  const found = await Promise.all(
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

/** An optional part of a customer. It is read if the record does not contain it. @throws GatewayError if it cannot be decoded */
export async function loadIncluded<
  K extends
    | 'formFields'
    | 'storeCredit'
    | 'shopperProfileId'
    | 'segmentIds'
    | 'addressCount'
    | 'attributeCount',
>(
  ctx: LoadersContext,
  customer: Customer,
  part: K,
): Promise<Exclude<Customer[K], undefined | GatewayError> | null> {
  const read =
    customer[part] === undefined
      ? await ctx.loaders.customers.byId(customer.entityId, INCLUDE_OF[part])
      : customer;
  const value = valueOrThrow<Customer[K] | undefined>(read?.[part]);
  return (value ?? null) as Exclude<Customer[K], undefined | GatewayError> | null;
}

const INCLUDE_OF = {
  formFields: including('formFields'),
  storeCredit: including('storeCredit'),
  shopperProfileId: including('shopperProfileId'),
  segmentIds: including('segmentIds'),
  addressCount: including('addresses'),
  attributeCount: including('attributes'),
} as const;

function including(include: CustomerInclude): CustomerIncludes {
  return new Set([include]);
}
