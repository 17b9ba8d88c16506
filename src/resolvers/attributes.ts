import type { Context } from '../context.ts';
import type {
  AttributeValueFilter,
  CustomerAttributeDefinition,
  CustomerAttributeType,
  CustomerAttributeValue,
} from '../rest/attributes.ts';
import type { Customer } from '../rest/customers.ts';
import { SHOWN_ON_CUSTOMER } from '../rest/limits.ts';
import { inOrder } from '../rest/page.ts';
import type { DateRange } from '../rest/query.ts';
import { isDay } from './dates.ts';
import { type DateTimeFilter, matchesNothing, parseDates, parseIds, parseText } from './filters.ts';
import { parseEntityId } from './ids.ts';
import { visibleAttributes } from './own.ts';
import { type Connection, type PagingArguments, parsePaging } from './paging.ts';
import { emptyConnection, storeConnection } from './store-paging.ts';

type Loads = Pick<Context, 'loaders'>;
type Sees = Loads & Pick<Context, 'caller' | 'shopperAttributes'>;

export interface DefinitionFilterArgument {
  readonly entityIds?: readonly number[] | null | undefined;
  readonly name?: string | null | undefined;
  readonly nameLike?: string | null | undefined;
  readonly type?: CustomerAttributeType | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
  readonly updatedAt?: DateTimeFilter | null | undefined;
}

/** The definitions that meet a filter: a store has so few that all are read, and kept, and looked through here. */
export async function attributeDefinitions(
  ctx: Loads,
  filter: DefinitionFilterArgument | null | undefined,
): Promise<readonly CustomerAttributeDefinition[]> {
  const { name, type } = filter ?? {};
  const entityIds = parseIds(filter?.entityIds, 'filter.entityIds');
  const nameLike = filter?.nameLike?.toLowerCase();
  const createdAt = parseDates(filter?.createdAt, 'filter.createdAt');
  const updatedAt = parseDates(filter?.updatedAt, 'filter.updatedAt');
  if (matchesNothing({ entityIds, createdAt, updatedAt })) return [];
  const definitions = await ctx.loaders.attributes.definitions();
  return inOrder(definitions).filter(
    (definition) =>
      (entityIds?.includes(definition.entityId) ?? true) &&
      (name ?? definition.name) === definition.name &&
      (nameLike === undefined || definition.name.toLowerCase().includes(nameLike)) &&
      (type ?? definition.type) === definition.type &&
      isWithin(definition.createdAt, createdAt) &&
      isWithin(definition.updatedAt, updatedAt),
  );
}

function isWithin(moment: Date | null, range: DateRange | undefined): boolean {
  if (range === undefined) return true;
  if (moment === null) return false;
  const { equals = moment, min = moment, max = moment } = range;
  return moment.getTime() === equals.getTime() && moment >= min && moment <= max;
}

/** One definition, or null where the store has it no more. */
export async function definitionById(
  ctx: Loads,
  entityId: number,
): Promise<CustomerAttributeDefinition | null> {
  const definitions = await ctx.loaders.attributes.definitions();
  return definitions.find((definition) => definition.entityId === entityId) ?? null;
}

export interface AttributeValuesArguments extends PagingArguments {
  readonly filter?:
    | {
        readonly customerEntityIds?: readonly number[] | null | undefined;
        readonly attributeEntityIds?: readonly number[] | null | undefined;
        readonly attributeName?: string | null | undefined;
        readonly createdAt?: DateTimeFilter | null | undefined;
        readonly updatedAt?: DateTimeFilter | null | undefined;
      }
    | null
    | undefined;
}

/** A page of all customers' attribute values. The store has no cursors for them. */
export async function attributeValues(
  ctx: Loads,
  args: AttributeValuesArguments,
  wantsTotal: boolean,
): Promise<Connection<CustomerAttributeValue>> {
  const filter: AttributeValueFilter = {
    customerEntityIds: parseIds(args.filter?.customerEntityIds, 'filter.customerEntityIds'),
    attributeEntityIds: parseIds(args.filter?.attributeEntityIds, 'filter.attributeEntityIds'),
    attributeName: parseText(args.filter?.attributeName, 'filter.attributeName'),
    createdAt: parseDates(args.filter?.createdAt, 'filter.createdAt'),
    updatedAt: parseDates(args.filter?.updatedAt, 'filter.updatedAt'),
  };
  const paging = parsePaging(`customerAttributeValues ${JSON.stringify(filter)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  return storeConnection(
    {
      read: (request) => ctx.loaders.attributes.valuesPage(request, filter),
      count: async () => (await ctx.loaders.attributes.valuesPage({ page: 1, limit: 1 }, filter)).total,
      keyOf: ({ entityId }) => entityId,
      mayUseCursors: false,
    },
    paging,
    { wantsTotal },
  );
}

/** The attribute values of a customer that the caller may see, by id. */
export async function attributesOf(
  ctx: Sees,
  customer: Customer,
): Promise<readonly CustomerAttributeValue[]> {
  return seen(ctx, () => allAttributesOf(ctx, customer));
}

async function seen(
  ctx: Sees,
  read: () => Promise<readonly CustomerAttributeValue[]>,
): Promise<readonly CustomerAttributeValue[]> {
  const visible = await visibleAttributes(ctx);
  if (visible === null) return read();
  if (visible.size === 0) return [];
  return (await read()).filter(({ attributeEntityId }) => visible.has(attributeEntityId));
}

async function allAttributesOf(ctx: Loads, customer: Customer): Promise<readonly CustomerAttributeValue[]> {
  const { shownAttributes: shown, attributeCount } = customer;
  const isComplete =
    typeof attributeCount === 'number'
      ? attributeCount <= (shown?.length ?? 0)
      : (shown?.length ?? SHOWN_ON_CUSTOMER) < SHOWN_ON_CUSTOMER;
  return shown && isComplete ? inOrder(shown) : ctx.loaders.attributes.valuesOfCustomer(customer.entityId);
}

/** One way to name an attribute; exactly one is given. */
export interface AttributeBy {
  readonly name?: string | null | undefined;
  readonly attributeEntityId?: number | null | undefined;
}

/** What a customer has for one attribute, or null. Of two attributes with one name the older counts. */
export async function attributeOf(
  ctx: Sees,
  customer: Customer,
  { name, attributeEntityId }: AttributeBy,
): Promise<CustomerAttributeValue | null> {
  const wanted =
    typeof name === 'string'
      ? definitionIdNamed(ctx, name)
      : parseEntityId(attributeEntityId ?? 0, 'by.attributeEntityId');
  const [attributeId, values] = await Promise.all([wanted, attributesOf(ctx, customer)]);
  return values.find((value) => value.attributeEntityId === attributeId) ?? null;
}

async function definitionIdNamed(ctx: Loads, name: string): Promise<number | null> {
  const [oldest] = await attributeDefinitions(ctx, { name });
  return oldest?.entityId ?? null;
}

/** The value that a global id leads to, found again through its customer: the store has no filter by value id. */
export async function attributeValueById(
  ctx: Sees,
  customerEntityId: number,
  entityId: number,
): Promise<CustomerAttributeValue | null> {
  const values = await seen(ctx, () => ctx.loaders.attributes.valuesOfCustomer(customerEntityId));
  return values.find((value) => value.entityId === entityId) ?? null;
}

/** The number that a value of a NUMBER attribute holds, or null. */
export async function numberValueOf(ctx: Loads, value: CustomerAttributeValue): Promise<number | null> {
  if (!NUMBER.test(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'NUMBER' ? Number(value.value) : null;
}

/** The day that a value of a DATE attribute holds, or null. */
export async function dateValueOf(ctx: Loads, value: CustomerAttributeValue): Promise<string | null> {
  if (!isDay(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'DATE' ? value.value : null;
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?\s*$/i;
