import { confinedTo, demand, demandCustomer } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { badInput, GatewayError } from '../errors.ts';
import type { CustomerIncludes, CustomerList } from '../loaders/customers.ts';
import type { Crowd, MetafieldSelection } from '../loaders/metafields.ts';
import type { Customer, CustomerFilter, CustomerInclude, CustomerSort } from '../rest/customers.ts';
import { LIST_VALUES } from '../rest/limits.ts';
import {
  checkCount,
  checkEmail,
  type DateTimeFilter,
  isMutable,
  matchesNothing,
  parseDates,
  parseIds,
  parseWords,
} from './filters.ts';
import { parseEntityId, parseIdOf } from './ids.ts';
import { type Connection, memoryConnection, type PagingArguments, parsePaging } from './paging.ts';
import { emptyConnection, storeConnection } from './store-paging.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type CallerContext = Pick<Context, 'caller'>;

/** What the operation selects of customers. */
export interface CustomerWanted {
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
  selection: CustomerWanted,
): Promise<Customer | null> {
  // The owner of an e-mail address is known only after a lookup, so a lookup needs the scope for all customers.
  if (typeof by.email === 'string') demand(ctx.caller, 'customers:read', 'A customer by e-mail');
  if (typeof by.email === 'string') return customerByEmail(ctx, by.email, selection);
  const entityId =
    typeof by.id === 'string'
      ? parseIdOf('Customer', by.id, 'by.id')
      : parseEntityId(by.entityId ?? 0, 'by.entityId');
  demandCustomer(ctx.caller, entityId);
  return customerById(ctx, entityId, selection);
}

/** The shopper's own customer. Null if the store no longer has it, or if the caller is not a shopper. */
export async function customerOfViewer(
  ctx: LoadersContext & CallerContext,
  selection: CustomerWanted,
): Promise<Customer | null> {
  const entityId = confinedTo(ctx.caller);
  return entityId === null ? null : customerById(ctx, entityId, selection);
}

export function customerById(
  ctx: LoadersContext,
  entityId: number,
  selection: CustomerWanted,
): Promise<Customer | null> {
  const customer = ctx.loaders.customers.byId(entityId, selection.include);
  anticipateMetafields(ctx, { name: `id ${entityId}`, size: 1 }, selection, customer);
  return customer;
}

/**
 * A customer that a write returned. If the operation selects more of it, all customers of the write are read in one
 * call.
 */
export async function writtenCustomer(
  ctx: LoadersContext,
  customer: Customer | null,
  selection: CustomerWanted,
): Promise<Customer | null> {
  if (customer === null) return null;
  const isComplete = [...selection.include].every((part) => part === 'storeCredit' && customer.storeCredit);
  if (isComplete && selection.metafields.length === 0) return customer;
  const read = isComplete
    ? Promise.resolve(customer)
    : ctx.loaders.customers.byId(customer.entityId, selection.include);
  anticipateMetafields(ctx, { name: `id ${customer.entityId}`, size: 1 }, selection, read);
  try {
    return (await read) ?? customer;
  } catch (error) {
    // The written fields are known. The others fail when they are resolved.
    if (error instanceof GatewayError) return customer;
    throw error;
  }
}

function anticipateMetafields(
  ctx: LoadersContext,
  expected: Crowd,
  { metafields }: CustomerWanted,
  customers: Promise<unknown>,
): void {
  for (const selection of metafields) ctx.loaders.metafields.anticipate(expected, selection, customers);
}

async function customerByEmail(
  ctx: LoadersContext,
  email: string,
  selection: CustomerWanted,
): Promise<Customer | null> {
  checkEmail(email, 'by.email');
  const found = ctx.loaders.customers.byEmail(email, selection.include);
  anticipateMetafields(ctx, { name: `email ${email.toLowerCase()}`, size: 1 }, selection, found);
  const customers = await found;
  if (customers.length > 1) {
    const ids = customers.map(({ entityId }) => entityId).join(', ');
    throw badInput('by.email', `matches several customers: ${ids}. Use entityId.`);
  }
  return customers[0] ?? null;
}

/** The filter of `customers` in the GraphQL input. */
export interface CustomerFilterArgument {
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
  readonly filter?: CustomerFilterArgument | null | undefined;
  readonly sort?: CustomerSort | null | undefined;
}

/** What the operation selects of a page of customers. */
export interface CustomersWanted extends CustomerWanted {
  readonly totalCount: boolean;
}

/** One page of customers. @throws GatewayError BAD_USER_INPUT */
export async function customers(
  ctx: LoadersContext,
  args: CustomersArguments,
  selection: CustomersWanted,
): Promise<Connection<Customer>> {
  const filter = parseFilter(args.filter ?? {});
  const sort = args.sort ?? undefined;
  const list: CustomerList = { filter, sort };
  const paging = parsePaging(`customers ${JSON.stringify(list)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  const expected: Crowd = { name: JSON.stringify(paging), size: paging.count };
  if (filter.entityIds !== undefined || filter.emails !== undefined) {
    if (paging.count === 0 && !selection.totalCount) return emptyConnection(null);
    const size = Math.min(paging.count, (filter.entityIds ?? filter.emails ?? []).length);
    const listed = listedCustomers(ctx, list, selection.include);
    anticipateMetafields(ctx, { ...expected, size }, selection, listed);
    return memoryConnection(await listed, paging);
  }
  const connection = storeConnection(
    {
      read: (request) => ctx.loaders.customers.page(request, list, selection.include),
      count: async () => (await ctx.loaders.customers.page({ page: 1, limit: 1 }, { filter }, NOTHING)).total,
      keyOf: ({ entityId }) => entityId,
      mayUseCursors: sort === undefined,
      growsInside: isMutable(filter),
    },
    paging,
    { wantsTotal: selection.totalCount },
  );
  anticipateMetafields(ctx, expected, selection, connection);
  return connection;
}

const NOTHING: CustomerIncludes = new Set();

function parseFilter(argument: CustomerFilterArgument): CustomerFilter {
  const filter: CustomerFilter = {
    entityIds: parseIds(argument.entityIds, 'filter.entityIds'),
    emails: parseWords(argument.emails, 'filter.emails'),
    names: parseWords(argument.names, 'filter.names'),
    nameLike: parseWords(argument.nameLike, 'filter.nameLike'),
    companies: parseWords(argument.companies, 'filter.companies'),
    phones: parseWords(argument.phones, 'filter.phones'),
    customerGroupIds: parseGroupIds(argument.customerGroupIds),
    registrationIpAddresses: parseWords(argument.registrationIpAddresses, 'filter.registrationIpAddresses'),
    createdAt: parseDates(argument.createdAt, 'filter.createdAt'),
    updatedAt: parseDates(argument.updatedAt, 'filter.updatedAt'),
  };
  checkCount(filter.entityIds, LIST_VALUES, 'filter.entityIds');
  checkCount(filter.emails, LIST_VALUES, 'filter.emails');
  for (const email of filter.emails ?? []) checkEmail(email, 'filter.emails');
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
  { filter, sort }: CustomerList,
  include: CustomerIncludes,
): Promise<readonly Customer[]> {
  const { emails, ...withoutEmails } = filter;
  if (filter.entityIds === undefined) {
    return sorted(await ctx.loaders.customers.among('emails', { filter }, include), sort);
  }
  const listed = await ctx.loaders.customers.among('entityIds', { filter: withoutEmails }, include);
  const emailSet = emails && new Set(emails.map((email) => email.toLowerCase()));
  return sorted(emailSet ? listed.filter(({ email }) => emailSet.has(email.toLowerCase())) : listed, sort);
}

/** Sorts as the store does: ties are sorted by id, in the same direction. */
function sorted(customers: readonly Customer[], sort: CustomerSort | undefined): readonly Customer[] {
  if (sort === undefined) return customers;
  const [compare, sign] = ORDERS[sort];
  return customers.toSorted((one, other) => sign * (compare(one, other) || one.entityId - other.entityId));
}

type Compare = (one: Customer, other: Customer) => number;

const collator = new Intl.Collator('en', { sensitivity: 'base' });
const byCreation: Compare = (one, other) => Number(one.createdAt) - Number(other.createdAt);
const byUpdate: Compare = (one, other) => Number(one.updatedAt) - Number(other.updatedAt);
const byLastName: Compare = (one, other) => collator.compare(one.lastName, other.lastName);

const ORDERS: Readonly<Record<CustomerSort, readonly [compare: Compare, sign: 1 | -1]>> = {
  CREATED_AT_ASC: [byCreation, 1],
  CREATED_AT_DESC: [byCreation, -1],
  UPDATED_AT_ASC: [byUpdate, 1],
  UPDATED_AT_DESC: [byUpdate, -1],
  LAST_NAME_ASC: [byLastName, 1],
  LAST_NAME_DESC: [byLastName, -1],
};

/** An optional part of a customer. It is read if the record does not contain it. */
export async function includedPart<
  K extends
    | 'formFields'
    | 'storeCredit'
    | 'shopperProfileId'
    | 'segmentIds'
    | 'addressCount'
    | 'attributeCount',
>(ctx: LoadersContext, customer: Customer, part: K): Promise<Exclude<Customer[K], undefined> | null> {
  const read =
    customer[part] === undefined
      ? await ctx.loaders.customers.byId(customer.entityId, INCLUDE_OF[part])
      : customer;
  return (read?.[part] ?? null) as Exclude<Customer[K], undefined> | null;
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
