import { ownCustomerId, requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { valueOrThrow } from '../errors.ts';
import type { AddressIncludes } from '../loaders/addresses.ts';
import type { AddressFilter } from '../rest/addresses.ts';
import { MAX_EMBEDDED } from '../rest/limits.ts';
import type { CustomerAddress } from '../rest/records/addresses.ts';
import type { Customer } from '../rest/records/customers.ts';
import type { FormFieldValue } from '../rest/records/form-fields.ts';
import { sortById } from '../rest/wire/page.ts';
import { type Available, whenKnown } from '../when-known.ts';
import { filterByName } from './form-fields.ts';
import { limitValues, matchesNothing, parseIds, parseStrings } from './inputs/filters.ts';
import { parseEntityId } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';
import { type Connection, memoryConnection, type PagingArguments, parsePaging } from './paging/connection.ts';
import { completeConnection, emptyConnection, storeConnection } from './paging/store-connection.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type ListContext = Pick<Context, 'loaders' | 'storeHash'>;

/** One address. Null if the store does not have it. @throws GatewayError BAD_USER_INPUT */
export async function addressBy(
  ctx: LoadersContext & Pick<Context, 'caller'>,
  entityId: number,
  include: AddressIncludes,
): Promise<CustomerAddress | null> {
  return addressById(ctx, parseEntityId(entityId, 'entityId'), include);
}

/** One address, or null. For a shopper, other customers' addresses do not exist. */
export async function addressById(
  { loaders, caller }: LoadersContext & Pick<Context, 'caller'>,
  entityId: number,
  include: AddressIncludes,
): Promise<CustomerAddress | null> {
  const own = ownCustomerId(caller);
  if (own === null) return loaders.addresses.byId(entityId, include);
  const addresses = await loaders.addresses.ofCustomer(own, include);
  return addresses.find((address) => address.entityId === entityId) ?? null;
}

export const addressNode: NodeKind<CustomerAddress> = {
  type: 'CustomerAddress',
  idCount: 1,
  idsOf: ({ entityId }) => [entityId],
  authorize(caller) {
    // The owner of an address is known only after it is read, so a shopper's access is checked then.
    if (ownCustomerId(caller) === null) requireScope(caller, 'customers:read', 'An address');
  },
  find: (ctx, [entityId = 0], { includes }) => addressById(ctx, entityId, includes('CustomerAddress')),
};

export interface AddressesArguments extends PagingArguments {
  readonly filter?:
    | {
        readonly entityIds?: readonly number[] | null | undefined;
        readonly customerEntityIds?: readonly number[] | null | undefined;
        readonly names?: readonly string[] | null | undefined;
        readonly companies?: readonly string[] | null | undefined;
      }
    | null
    | undefined;
}

/** What the operation selects of a page of addresses. */
export interface AddressPageSelection {
  readonly include: AddressIncludes;
  readonly totalCount: boolean;
}

/** One page of the addresses of all customers. The store has no cursors for them. */
export async function addresses(
  ctx: ListContext,
  args: AddressesArguments,
  { include, totalCount }: AddressPageSelection,
): Promise<Connection<CustomerAddress>> {
  const filter: AddressFilter = limitValues({
    entityIds: parseIds(args.filter?.entityIds, 'filter.entityIds'),
    customerEntityIds: parseIds(args.filter?.customerEntityIds, 'filter.customerEntityIds'),
    names: parseStrings(args.filter?.names, 'filter.names'),
    companies: parseStrings(args.filter?.companies, 'filter.companies'),
  });
  const paging = parsePaging(ctx, `customerAddresses ${JSON.stringify(filter)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  const parts = ctx.loaders.addresses.split(filter);
  if (parts.length > 1) {
    return completeConnection(() => ctx.loaders.addresses.matching(parts, include), paging, totalCount);
  }
  return storeConnection(
    {
      read: (request) => ctx.loaders.addresses.page(request, filter, include),
      count: async () => (await ctx.loaders.addresses.page({ page: 1, limit: 1 }, filter, new Set())).total,
      keyOf: ({ entityId }) => entityId,
      supportsCursors: false,
    },
    paging,
    { wantsTotal: totalCount },
  );
}

/** One page of a customer's addresses. */
export function addressesOf(
  ctx: ListContext,
  customer: Customer,
  args: PagingArguments,
  include: AddressIncludes,
): Available<Connection<CustomerAddress>> {
  const paging = parsePaging(ctx, `Customer.addresses of ${customer.entityId}`, args);
  const all =
    completeAddresses(customer, include) ?? ctx.loaders.addresses.ofCustomer(customer.entityId, include);
  return whenKnown(all, (addresses) => memoryConnection(addresses, paging));
}

/**
 * The addresses that the customer record contains, sorted by id. Null if they are incomplete: it contains at most 10.
 */
function completeAddresses(
  { embeddedAddresses: embedded, addressCount }: Customer,
  include: AddressIncludes,
): readonly CustomerAddress[] | null {
  if (!embedded) return null;
  const isComplete =
    typeof addressCount === 'number' ? addressCount <= embedded.length : embedded.length < MAX_EMBEDDED;
  const hasFormFields =
    !include.has('formFields') || embedded.every(({ formFields }) => formFields !== undefined);
  return isComplete && hasFormFields ? sortById(embedded) : null;
}

/** The form fields of an address, or those with these names. They are read if the record does not contain them. */
export function formFieldsOfAddress(
  ctx: LoadersContext,
  address: CustomerAddress,
  names: readonly string[] | null | undefined,
): Available<readonly FormFieldValue[] | null> {
  const record =
    address.formFields === undefined
      ? ctx.loaders.addresses.byId(address.entityId, WITH_FORM_FIELDS)
      : address;
  return whenKnown<CustomerAddress | null, readonly FormFieldValue[] | null>(record, (complete) =>
    filterByName(valueOrThrow(complete?.formFields) ?? null, names),
  );
}

const WITH_FORM_FIELDS: AddressIncludes = new Set(['formFields']);
