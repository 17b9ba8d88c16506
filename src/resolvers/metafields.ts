import type { Context } from '../context.ts';
import { badInput } from '../errors.ts';
import type { MetafieldSelection } from '../loaders/metafields.ts';
import type { Customer } from '../rest/customers.ts';
import { LONGEST_METAFIELD_NAME } from '../rest/limits.ts';
import type { CustomerMetafield, MetafieldFilter } from '../rest/metafields.ts';
import {
  type DateTimeFilter,
  isMutable,
  matchesNothing,
  parseDates,
  parseWords,
  wordProblem,
} from './filters.ts';
import { parseEntityId } from './ids.ts';
import { type Connection, memoryConnection, type PagingArguments, parsePaging } from './paging.ts';
import { emptyConnection, storeConnection } from './store-paging.ts';

type Loads = Pick<Context, 'loaders'>;

interface NamesArguments {
  readonly namespaces?: readonly string[] | null | undefined;
  readonly keys?: readonly string[] | null | undefined;
}

export interface MetafieldsArguments extends PagingArguments {
  readonly filter?:
    | (NamesArguments & {
        readonly createdAt?: DateTimeFilter | null | undefined;
        readonly updatedAt?: DateTimeFilter | null | undefined;
      })
    | null
    | undefined;
  readonly direction?: 'ASC' | 'DESC' | null | undefined;
}

/** A page of all customers' metafields. */
export async function metafields(
  ctx: Loads,
  args: MetafieldsArguments,
  wantsTotal: boolean,
): Promise<Connection<CustomerMetafield>> {
  const filter: MetafieldFilter = {
    ...parseNames(args.filter ?? {}, 'filter.'),
    createdAt: parseDates(args.filter?.createdAt, 'filter.createdAt'),
    updatedAt: parseDates(args.filter?.updatedAt, 'filter.updatedAt'),
  };
  const query = { filter, direction: args.direction ?? undefined };
  const paging = parsePaging(`customerMetafields ${JSON.stringify(query)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  return storeConnection(
    {
      read: (request) => ctx.loaders.metafields.page(request, query),
      count: async () => (await ctx.loaders.metafields.page({ page: 1, limit: 1 }, { filter })).total,
      keyOf: ({ entityId }) => entityId,
      mayUseCursors: true,
      growsInside: isMutable(filter),
    },
    paging,
    { wantsTotal },
  );
}

/** A page of one customer's metafields, out of all that meet the names. */
export async function metafieldsOf(
  ctx: Loads,
  customer: Customer,
  args: PagingArguments & NamesArguments,
): Promise<Connection<CustomerMetafield>> {
  const selection = parseNames(args, '');
  const paging = parsePaging('Customer.metafields', args);
  if (matchesNothing({ ...selection })) return memoryConnection<CustomerMetafield>([], paging);
  const all = await ctx.loaders.metafields.ofCustomer(customer.entityId, selection);
  return memoryConnection(
    all.filter((metafield) => isSelected(metafield, selection)),
    paging,
  );
}

/** One way to name a metafield; exactly one is given. */
export interface MetafieldBy {
  readonly entityId?: number | null | undefined;
  readonly name?: { readonly namespace: string; readonly key: string } | null | undefined;
}

/** One of a customer's metafields, or null. Of two apps' metafields with one name the older counts. */
export async function metafieldOf(
  ctx: Loads,
  customer: Customer,
  by: MetafieldBy,
): Promise<CustomerMetafield | null> {
  if (!by.name) {
    return ctx.loaders.metafields.one(customer.entityId, parseEntityId(by.entityId ?? 0, 'by.entityId'));
  }
  const { namespace, key } = by.name;
  checkName(namespace, 'by.name.namespace');
  checkName(key, 'by.name.key');
  const selection = { namespaces: [namespace], keys: [key] };
  const all = await ctx.loaders.metafields.ofCustomer(customer.entityId, selection);
  return all.find((metafield) => isSelected(metafield, selection)) ?? null;
}

/** What a selection below customers asks for of their metafields: what is to be anticipated while they are on their way. */
export function metafieldsWanted(
  lists: readonly NamesArguments[],
  ones: readonly { readonly by: MetafieldBy }[],
): readonly MetafieldSelection[] {
  const named = ones.flatMap(({ by }) =>
    by.name ? [{ namespaces: [by.name.namespace], keys: [by.name.key] }] : [],
  );
  const listed = lists.map(({ namespaces, keys }) => ({
    ...(namespaces && { namespaces }),
    ...(keys && { keys }),
  }));
  return [...listed, ...named].filter(canBeAsked);
}

/** What cannot be asked for is refused where it stands; it is not to be asked for beforehand. */
function canBeAsked({ namespaces, keys }: MetafieldSelection): boolean {
  return [namespaces, keys].every(
    (names) => names === undefined || (names.length > 0 && names.every((name) => problemOf(name) === null)),
  );
}

function parseNames({ namespaces, keys }: NamesArguments, prefix: string): MetafieldSelection {
  const selection = {
    namespaces: parseWords(namespaces, `${prefix}namespaces`),
    keys: parseWords(keys, `${prefix}keys`),
  };
  for (const namespace of selection.namespaces ?? []) checkName(namespace, `${prefix}namespaces`);
  for (const key of selection.keys ?? []) checkName(key, `${prefix}keys`);
  return selection;
}

function checkName(name: string, argument: string): void {
  const problem = problemOf(name);
  if (problem !== null) throw badInput(argument, problem);
}

function problemOf(name: string): string | null {
  if (name.length > LONGEST_METAFIELD_NAME)
    return `is longer than the ${LONGEST_METAFIELD_NAME} characters that the store takes.`;
  return wordProblem(name);
}

function isSelected(
  { namespace, key }: CustomerMetafield,
  { namespaces, keys }: MetafieldSelection,
): boolean {
  return (namespaces?.includes(namespace) ?? true) && (keys?.includes(key) ?? true);
}
