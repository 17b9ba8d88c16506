import { requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors.ts';
import type { MetafieldSelection } from '../loaders/metafield-selection.ts';
import type { MetafieldFilter, MetafieldQuery } from '../rest/metafields.ts';
import type { Customer } from '../rest/records/customers.ts';
import type { CustomerMetafield } from '../rest/records/metafields.ts';
import {
  type DateTimeFilter,
  hasMutableConditions,
  isInRange,
  matchesNothing,
  parseDateFilter,
} from './inputs/filters.ts';
import { parseEntityId, parseSafeId } from './inputs/ids.ts';
import {
  assertListable,
  assertName,
  type NamesArguments,
  nameProblem,
  type OwnerArguments,
  parseNameFilter,
  parseNames,
  parseOwner,
} from './inputs/metafields.ts';
import type { NodeKind } from './nodes.ts';
import { type Connection, memoryConnection, type PagingArguments, parsePaging } from './paging/connection.ts';
import { emptyConnection, storeConnection } from './paging/store-connection.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type ListContext = Pick<Context, 'loaders' | 'storeHash'>;

export interface MetafieldsArguments extends PagingArguments, OwnerArguments {
  readonly filter?:
    | (NamesArguments & {
        readonly namespace?: string | null | undefined;
        readonly key?: string | null | undefined;
        readonly createdAt?: DateTimeFilter | null | undefined;
        readonly updatedAt?: DateTimeFilter | null | undefined;
      })
    | null
    | undefined;
  readonly direction?: 'ASC' | 'DESC' | null | undefined;
}

/** One page of the metafields of all customers, or of one. */
export async function metafields(
  ctx: ListContext,
  args: MetafieldsArguments,
  wantsTotal: boolean,
): Promise<Connection<CustomerMetafield>> {
  const filter: MetafieldFilter = {
    namespaces: parseNameFilter(args.filter?.namespace, args.filter?.namespaces, 'namespace'),
    keys: parseNameFilter(args.filter?.key, args.filter?.keys, 'key'),
    createdAt: parseDateFilter(args.filter?.createdAt, 'filter.createdAt'),
    updatedAt: parseDateFilter(args.filter?.updatedAt, 'filter.updatedAt'),
  };
  const query = { filter, direction: args.direction ?? undefined };
  const customerEntityId = parseOwner(args);
  if (customerEntityId !== null) {
    return metafieldsOfCustomer(ctx, customerEntityId, query, { args, wantsTotal });
  }
  assertListable(filter.namespaces, 'filter.namespaces');
  assertListable(filter.keys, 'filter.keys');
  const paging = parsePaging(ctx, `customerMetafields ${JSON.stringify(query)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  return storeConnection(
    {
      read: (request) => ctx.loaders.metafields.page(request, query),
      count: async () => (await ctx.loaders.metafields.page({ page: 1, limit: 1 }, { filter })).total,
      keyOf: ({ entityId }) => entityId,
      supportsCursors: true,
      allowsInsertions: hasMutableConditions(filter),
    },
    paging,
    { wantsTotal },
  );
}

// The store lists the metafields of one customer by namespace and key. The other conditions and the order are applied to
// the complete list.
async function metafieldsOfCustomer(
  ctx: ListContext,
  customerEntityId: number,
  { filter, direction }: MetafieldQuery,
  { args, wantsTotal }: { readonly args: PagingArguments; readonly wantsTotal: boolean },
): Promise<Connection<CustomerMetafield>> {
  const list = `customerMetafields of ${customerEntityId} ${JSON.stringify({ filter, direction })}`;
  const paging = parsePaging(ctx, list, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  if (paging.count === 0 && !wantsTotal) return emptyConnection(null);
  const all = await ctx.loaders.metafields.ofCustomer(customerEntityId, {
    ...(filter.namespaces && { namespaces: filter.namespaces }),
    ...(filter.keys && { keys: filter.keys }),
  });
  const matching = all.filter(
    (metafield) =>
      isSelected(metafield, filter) &&
      isInRange(metafield.createdAt, filter.createdAt) &&
      isInRange(metafield.updatedAt, filter.updatedAt),
  );
  return direction === 'DESC'
    ? memoryConnection(matching.toReversed(), paging, { sign: -1 })
    : memoryConnection(matching, paging);
}

/** A metafield of a customer, by their ids or names. Null if there is no such customer or metafield. */
export async function metafieldBy(
  ctx: LoadersContext,
  owner: OwnerArguments,
  by: MetafieldBy,
): Promise<CustomerMetafield | null> {
  const entityId = parseOwner(owner);
  if (entityId === null) throw badInput('customerEntityId', 'is required, or resourceId.');
  return metafieldOf(ctx, { entityId }, by);
}

/** One page of a customer's metafields. All that match the namespaces and keys are read. */
export async function metafieldsOf(
  ctx: ListContext,
  customer: Pick<Customer, 'entityId'>,
  args: PagingArguments & NamesArguments,
): Promise<Connection<CustomerMetafield>> {
  const selection = {
    namespaces: parseNames(args.namespaces, 'namespaces'),
    keys: parseNames(args.keys, 'keys'),
  };
  const list = `Customer.metafields of ${customer.entityId} ${JSON.stringify(selection)}`;
  const paging = parsePaging(ctx, list, args);
  if (matchesNothing({ ...selection })) return memoryConnection<CustomerMetafield>([], paging);
  const all = await ctx.loaders.metafields.ofCustomer(customer.entityId, selection);
  return memoryConnection(
    all.filter((metafield) => isSelected(metafield, selection)),
    paging,
  );
}

/** Identifies a metafield. Exactly one field is set. */
export interface MetafieldBy {
  readonly entityId?: number | null | undefined;
  /** The same id without a limit of 32 bits. */
  readonly metafieldId?: number | null | undefined;
  readonly name?: { readonly namespace: string; readonly key: string } | null | undefined;
}

/**
 * One metafield of a customer, or null. If two apps have a metafield with the same namespace and key, the older one
 * counts.
 */
export async function metafieldOf(
  ctx: LoadersContext,
  customer: Pick<Customer, 'entityId'>,
  by: MetafieldBy,
): Promise<CustomerMetafield | null> {
  if (!by.name) {
    const id =
      typeof by.metafieldId === 'number'
        ? parseSafeId(by.metafieldId, 'by.metafieldId')
        : parseEntityId(by.entityId ?? 0, 'by.entityId');
    return ctx.loaders.metafields.one(customer.entityId, id);
  }
  const { namespace, key } = by.name;
  assertName(namespace, 'by.name.namespace');
  assertName(key, 'by.name.key');
  const selection = { namespaces: [namespace], keys: [key] };
  const all = await ctx.loaders.metafields.ofCustomer(customer.entityId, selection);
  return all.find((metafield) => isSelected(metafield, selection)) ?? null;
}

export const metafieldNode: NodeKind<CustomerMetafield> = {
  type: 'CustomerMetafield',
  idCount: 2,
  hasSafeIds: true,
  idsOf: ({ customerEntityId, entityId }) => [customerEntityId, entityId],
  authorize: (caller) => requireScope(caller, 'customers:read', 'A metafield'),
  find: ({ loaders }, [customerEntityId = 0, entityId = 0]) =>
    loaders.metafields.one(customerEntityId, entityId),
};

/** The metafields that a selection on customers contains. They are prefetched while the customers are being read. */
export function metafieldSelections(
  lists: readonly NamesArguments[],
  ones: readonly { readonly by: MetafieldBy }[],
): readonly MetafieldSelection[] {
  const single = ones.flatMap(({ by }) =>
    by.name ? [{ namespaces: [by.name.namespace], keys: [by.name.key] }] : [],
  );
  const listed = lists.map(({ namespaces, keys }) => ({
    ...(namespaces && { namespaces }),
    ...(keys && { keys }),
  }));
  return [...listed, ...single].filter(isValidSelection);
}

/** Whether a selection is valid. Invalid ones are not prefetched; their error is raised when the field is resolved. */
function isValidSelection({ namespaces, keys }: MetafieldSelection): boolean {
  return [namespaces, keys].every(
    (names) => names === undefined || (names.length > 0 && names.every((name) => nameProblem(name) === null)),
  );
}

function isSelected(
  { namespace, key }: CustomerMetafield,
  { namespaces, keys }: MetafieldSelection,
): boolean {
  return (namespaces?.includes(namespace) ?? true) && (keys?.includes(key) ?? true);
}
