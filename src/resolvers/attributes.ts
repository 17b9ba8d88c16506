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

type LoadersContext = Pick<Context, 'loaders'>;
type AttributeContext = LoadersContext & Pick<Context, 'caller' | 'shopperAttributes'>;

export interface DefinitionFilterArgument {
  readonly entityIds?: readonly number[] | null | undefined;
  readonly name?: string | null | undefined;
  readonly nameLike?: string | null | undefined;
  readonly type?: CustomerAttributeType | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
  readonly updatedAt?: DateTimeFilter | null | undefined;
}

/** The definitions that match a filter. A store has at most 50, so all are read, cached and filtered in memory. */
export async function attributeDefinitions(
  ctx: LoadersContext,
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

function isWithin(date: Date | null, range: DateRange | undefined): boolean {
  if (range === undefined) return true;
  if (date === null) return false;
  const { equals = date, min = date, max = date } = range;
  return date.getTime() === equals.getTime() && date >= min && date <= max;
}

/** One definition. Null if the store does not have it. */
export async function definitionById(
  ctx: LoadersContext,
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

/** One page of the attribute values of all customers. The store has no cursors for them. */
export async function attributeValues(
  ctx: LoadersContext,
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

/** The attribute values of a customer that the caller can see, sorted by id. */
export async function attributesOf(
  ctx: AttributeContext,
  customer: Customer,
): Promise<readonly CustomerAttributeValue[]> {
  return seen(ctx, () => allAttributesOf(ctx, customer));
}

async function seen(
  ctx: AttributeContext,
  read: () => Promise<readonly CustomerAttributeValue[]>,
): Promise<readonly CustomerAttributeValue[]> {
  const visible = await visibleAttributes(ctx);
  if (visible === null) return read();
  if (visible.size === 0) return [];
  return (await read()).filter(({ attributeEntityId }) => visible.has(attributeEntityId));
}

async function allAttributesOf(
  ctx: LoadersContext,
  customer: Customer,
): Promise<readonly CustomerAttributeValue[]> {
  const { shownAttributes: embedded, attributeCount } = customer;
  const isComplete =
    typeof attributeCount === 'number'
      ? attributeCount <= (embedded?.length ?? 0)
      : (embedded?.length ?? SHOWN_ON_CUSTOMER) < SHOWN_ON_CUSTOMER;
  return embedded && isComplete
    ? inOrder(embedded)
    : ctx.loaders.attributes.valuesOfCustomer(customer.entityId);
}

/** Identifies an attribute. Exactly one field is set. */
export interface AttributeBy {
  readonly name?: string | null | undefined;
  readonly attributeEntityId?: number | null | undefined;
}

/** A customer's value of one attribute, or null. If two attributes have the same name, the older one counts. */
export async function attributeOf(
  ctx: AttributeContext,
  customer: Customer,
  { name, attributeEntityId }: AttributeBy,
): Promise<CustomerAttributeValue | null> {
  const definitionId =
    typeof name === 'string'
      ? definitionIdNamed(ctx, name)
      : parseEntityId(attributeEntityId ?? 0, 'by.attributeEntityId');
  const [attributeId, values] = await Promise.all([definitionId, attributesOf(ctx, customer)]);
  return values.find((value) => value.attributeEntityId === attributeId) ?? null;
}

async function definitionIdNamed(ctx: LoadersContext, name: string): Promise<number | null> {
  const [oldest] = await attributeDefinitions(ctx, { name });
  return oldest?.entityId ?? null;
}

/** A value by id. It is looked up among its customer's values, because the store has no filter by value id. */
export async function attributeValueById(
  ctx: AttributeContext,
  customerEntityId: number,
  entityId: number,
): Promise<CustomerAttributeValue | null> {
  const values = await seen(ctx, () => ctx.loaders.attributes.valuesOfCustomer(customerEntityId));
  return values.find((value) => value.entityId === entityId) ?? null;
}

/** The value of a NUMBER attribute as a number. Null for other types, or if it is not a number. */
export async function numberValueOf(
  ctx: LoadersContext,
  value: CustomerAttributeValue,
): Promise<number | null> {
  if (!NUMBER.test(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'NUMBER' ? Number(value.value) : null;
}

/** The value of a DATE attribute. Null for other types, or if it is not a calendar date. */
export async function dateValueOf(
  ctx: LoadersContext,
  value: CustomerAttributeValue,
): Promise<string | null> {
  if (!isDay(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'DATE' ? value.value : null;
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?\s*$/i;
