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

type Loads = Pick<Context, 'loaders'>;
type Asks = Pick<Context, 'caller'>;

/** What of customers the caller selected. */
export interface CustomerWanted {
  readonly include: CustomerIncludes;
  /** Their metafields, which are asked for beside them where they are many. */
  readonly metafields: readonly MetafieldSelection[];
}

/** One way to name a customer; exactly one is given. */
export interface CustomerBy {
  readonly id?: string | null | undefined;
  readonly entityId?: number | null | undefined;
  readonly email?: string | null | undefined;
}

/** One customer, or null where the store has none such. */
export async function customerBy(
  ctx: Loads & Asks,
  by: CustomerBy,
  wanted: CustomerWanted,
): Promise<Customer | null> {
  // Whose e-mail address it is would have to be asked first.
  if (typeof by.email === 'string') demand(ctx.caller, 'customers:read', 'A customer by e-mail');
  if (typeof by.email === 'string') return customerByEmail(ctx, by.email, wanted);
  const entityId =
    typeof by.id === 'string'
      ? parseIdOf('Customer', by.id, 'by.id')
      : parseEntityId(by.entityId ?? 0, 'by.entityId');
  demandCustomer(ctx.caller, entityId);
  return customerById(ctx, entityId, wanted);
}

/** The customer that a shopper is, or null where the store has them no more; null for everyone else. */
export async function customerOfViewer(ctx: Loads & Asks, wanted: CustomerWanted): Promise<Customer | null> {
  const entityId = confinedTo(ctx.caller);
  return entityId === null ? null : customerById(ctx, entityId, wanted);
}

export function customerById(ctx: Loads, entityId: number, wanted: CustomerWanted): Promise<Customer | null> {
  const customer = ctx.loaders.customers.byId(entityId, wanted.include);
  anticipateMetafields(ctx, { name: `id ${entityId}`, size: 1 }, wanted, customer);
  return customer;
}

/** A customer as the store answered a write, with what else of it is wanted, which is read for all in one call. */
export async function writtenCustomer(
  ctx: Loads,
  customer: Customer | null,
  wanted: CustomerWanted,
): Promise<Customer | null> {
  if (customer === null) return null;
  const isWhole = [...wanted.include].every((part) => part === 'storeCredit' && customer.storeCredit);
  if (isWhole && wanted.metafields.length === 0) return customer;
  const read = isWhole
    ? Promise.resolve(customer)
    : ctx.loaders.customers.byId(customer.entityId, wanted.include);
  anticipateMetafields(ctx, { name: `id ${customer.entityId}`, size: 1 }, wanted, read);
  try {
    return (await read) ?? customer;
  } catch (error) {
    // What was written is known; the parts that cannot be read fail by themselves.
    if (error instanceof GatewayError) return customer;
    throw error;
  }
}

function anticipateMetafields(
  ctx: Loads,
  crowd: Crowd,
  { metafields }: CustomerWanted,
  customers: Promise<unknown>,
): void {
  for (const selection of metafields) ctx.loaders.metafields.anticipate(crowd, selection, customers);
}

async function customerByEmail(ctx: Loads, email: string, wanted: CustomerWanted): Promise<Customer | null> {
  checkEmail(email, 'by.email');
  const found = ctx.loaders.customers.byEmail(email, wanted.include);
  anticipateMetafields(ctx, { name: `email ${email.toLowerCase()}`, size: 1 }, wanted, found);
  const customers = await found;
  if (customers.length > 1) {
    const ids = customers.map(({ entityId }) => entityId).join(', ');
    throw badInput('by.email', `belongs to several customers: ${ids}. Ask by entityId.`);
  }
  return customers[0] ?? null;
}

/** The filter of `customers` as GraphQL hands it over. */
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

/** What of a page of customers the caller selected. */
export interface CustomersWanted extends CustomerWanted {
  readonly totalCount: boolean;
}

/** A page of customers. */
export async function customers(
  ctx: Loads,
  args: CustomersArguments,
  wanted: CustomersWanted,
): Promise<Connection<Customer>> {
  const filter = parseFilter(args.filter ?? {});
  const sort = args.sort ?? undefined;
  const list: CustomerList = { filter, sort };
  const paging = parsePaging(`customers ${JSON.stringify(list)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  const crowd: Crowd = { name: JSON.stringify(paging), size: paging.count };
  if (filter.entityIds !== undefined || filter.emails !== undefined) {
    if (paging.count === 0 && !wanted.totalCount) return emptyConnection(null);
    const size = Math.min(paging.count, (filter.entityIds ?? filter.emails ?? []).length);
    const listed = listedCustomers(ctx, list, wanted.include);
    anticipateMetafields(ctx, { ...crowd, size }, wanted, listed);
    return memoryConnection(await listed, paging);
  }
  const connection = storeConnection(
    {
      read: (request) => ctx.loaders.customers.page(request, list, wanted.include),
      count: async () => (await ctx.loaders.customers.page({ page: 1, limit: 1 }, { filter }, NOTHING)).total,
      keyOf: ({ entityId }) => entityId,
      mayUseCursors: sort === undefined,
      growsInside: isMutable(filter),
    },
    paging,
    { wantsTotal: wanted.totalCount },
  );
  anticipateMetafields(ctx, crowd, wanted, connection);
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

// 0 is a group id here: it finds the customers who are in none.
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

// The store can be asked for up to 250 ids or e-mails, but neither for both at once in one URL nor in an order that
// holds over several calls. So such lists are read whole, and narrowed and sorted here.
async function listedCustomers(
  ctx: Loads,
  { filter, sort }: CustomerList,
  include: CustomerIncludes,
): Promise<readonly Customer[]> {
  const { emails, ...withoutEmails } = filter;
  if (filter.entityIds === undefined) {
    return sorted(await ctx.loaders.customers.among('emails', { filter }, include), sort);
  }
  const listed = await ctx.loaders.customers.among('entityIds', { filter: withoutEmails }, include);
  const wantedEmails = emails && new Set(emails.map((email) => email.toLowerCase()));
  return sorted(
    wantedEmails ? listed.filter(({ email }) => wantedEmails.has(email.toLowerCase())) : listed,
    sort,
  );
}

/** Sorts as the store does: records that are equal stand by id, in the same direction. */
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

/** A part of a customer that comes only when asked for: what is at hand, else what one more read shows. */
export async function includedPart<
  K extends
    | 'formFields'
    | 'storeCredit'
    | 'shopperProfileId'
    | 'segmentIds'
    | 'addressCount'
    | 'attributeCount',
>(ctx: Loads, customer: Customer, part: K): Promise<Exclude<Customer[K], undefined> | null> {
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
