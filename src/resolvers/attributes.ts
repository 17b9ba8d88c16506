import { requireCustomerAccess, requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { AttributeValueFilter } from '../rest/attributes.ts';
import { readTogether } from '../rest/batching/read-together.ts';
import { MAX_EMBEDDED } from '../rest/limits.ts';
import type {
  CustomerAttributeDefinition,
  CustomerAttributeType,
  CustomerAttributeValue,
} from '../rest/records/attributes.ts';
import type { Customer } from '../rest/records/customers.ts';
import { sortById } from '../rest/wire/page.ts';
import { type Available, whenKnown } from '../when-known.ts';
import { isCalendarDate } from './inputs/dates.ts';
import {
  type DateTimeFilter,
  isInRange,
  limitValues,
  matchesNothing,
  parseDateFilter,
  parseIds,
  parseString,
} from './inputs/filters.ts';
import { parseEntityId, parseGlobalIdOf } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';
import { type Connection, type PagingArguments, parsePaging } from './paging/connection.ts';
import { completeConnection, emptyConnection, storeConnection } from './paging/store-connection.ts';
import { visibleAttributeIds } from './shopper.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type ListContext = Pick<Context, 'loaders' | 'storeHash'>;
type AttributeContext = LoadersContext & Pick<Context, 'caller' | 'shopperAttributes'>;

export interface DefinitionFilterInput {
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
  filter: DefinitionFilterInput | null | undefined,
): Promise<readonly CustomerAttributeDefinition[]> {
  const { name, type } = filter ?? {};
  const entityIds = parseIds(filter?.entityIds, 'filter.entityIds');
  const nameLike = filter?.nameLike?.toLowerCase();
  const createdAt = parseDateFilter(filter?.createdAt, 'filter.createdAt');
  const updatedAt = parseDateFilter(filter?.updatedAt, 'filter.updatedAt');
  if (matchesNothing({ entityIds, createdAt, updatedAt })) return [];
  const definitions = await ctx.loaders.attributes.definitions();
  return sortById(definitions).filter(
    (definition) =>
      (entityIds?.includes(definition.entityId) ?? true) &&
      (name ?? definition.name) === definition.name &&
      (nameLike === undefined || definition.name.toLowerCase().includes(nameLike)) &&
      (type ?? definition.type) === definition.type &&
      isInRange(definition.createdAt, createdAt) &&
      isInRange(definition.updatedAt, updatedAt),
  );
}

/** One definition. Null if the store does not have it. */
export async function definitionById(
  ctx: LoadersContext,
  entityId: number,
): Promise<CustomerAttributeDefinition | null> {
  const definitions = await ctx.loaders.attributes.definitions();
  return definitions.find((definition) => definition.entityId === entityId) ?? null;
}

/** Identifies a definition. Exactly one field is set. */
export interface DefinitionBy {
  readonly id?: string | null | undefined;
  readonly entityId?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/** One definition, or null. If two attributes have the same name, the older one counts. */
export async function definitionBy(
  ctx: LoadersContext,
  { id, entityId, name }: DefinitionBy,
): Promise<CustomerAttributeDefinition | null> {
  if (typeof name === 'string') return oldestNamed(ctx, name);
  const definitionId =
    typeof id === 'string'
      ? parseGlobalIdOf('CustomerAttributeDefinition', id, 'by.id')
      : parseEntityId(entityId ?? 0, 'by.entityId');
  return definitionById(ctx, definitionId);
}

async function oldestNamed(ctx: LoadersContext, name: string): Promise<CustomerAttributeDefinition | null> {
  const [oldest] = await attributeDefinitions(ctx, { name });
  return oldest ?? null;
}

export const definitionNode: NodeKind<CustomerAttributeDefinition> = {
  type: 'CustomerAttributeDefinition',
  idCount: 1,
  idsOf: ({ entityId }) => [entityId],
  authorize: (caller) => requireScope(caller, 'customers:read', 'An attribute definition'),
  find: (ctx, [entityId = 0]) => definitionById(ctx, entityId),
};

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
  ctx: ListContext,
  args: AttributeValuesArguments,
  wantsTotal: boolean,
): Promise<Connection<CustomerAttributeValue>> {
  const filter: AttributeValueFilter = {
    ...limitValues({
      customerEntityIds: parseIds(args.filter?.customerEntityIds, 'filter.customerEntityIds'),
      attributeEntityIds: parseIds(args.filter?.attributeEntityIds, 'filter.attributeEntityIds'),
    }),
    attributeName: parseString(args.filter?.attributeName, 'filter.attributeName'),
    createdAt: parseDateFilter(args.filter?.createdAt, 'filter.createdAt'),
    updatedAt: parseDateFilter(args.filter?.updatedAt, 'filter.updatedAt'),
  };
  const paging = parsePaging(ctx, `customerAttributeValues ${JSON.stringify(filter)}`, args);
  if (matchesNothing({ ...filter })) return emptyConnection(0);
  const parts = ctx.loaders.attributes.splitValues(filter);
  if (parts.length > 1) {
    return completeConnection(() => ctx.loaders.attributes.valuesMatching(parts), paging, wantsTotal);
  }
  return storeConnection(
    {
      read: (request) => ctx.loaders.attributes.valuesPage(request, filter),
      count: async () => (await ctx.loaders.attributes.valuesPage({ page: 1, limit: 1 }, filter)).total,
      keyOf: ({ entityId }) => entityId,
      supportsCursors: false,
    },
    paging,
    { wantsTotal },
  );
}

/** The attribute values of a customer that the caller can see, sorted by id. */
export function attributesOf(
  ctx: AttributeContext,
  customer: Customer,
): Available<readonly CustomerAttributeValue[]> {
  return filterVisible(ctx, () => allAttributesOf(ctx, customer));
}

function filterVisible(
  ctx: AttributeContext,
  read: () => Available<readonly CustomerAttributeValue[]>,
): Available<readonly CustomerAttributeValue[]> {
  return whenKnown(visibleAttributeIds(ctx), (visible) => {
    if (visible === null) return read();
    if (visible.size === 0) return [];
    return whenKnown(read(), (values) =>
      values.filter(({ attributeEntityId }) => visible.has(attributeEntityId)),
    );
  });
}

function allAttributesOf(
  ctx: LoadersContext,
  customer: Customer,
): Available<readonly CustomerAttributeValue[]> {
  const { embeddedAttributes: embedded, attributeCount } = customer;
  const isComplete =
    typeof attributeCount === 'number'
      ? attributeCount <= (embedded?.length ?? 0)
      : (embedded?.length ?? MAX_EMBEDDED) < MAX_EMBEDDED;
  return embedded && isComplete
    ? sortById(embedded)
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
      ? oldestNamed(ctx, name).then((definition) => definition?.entityId)
      : parseEntityId(attributeEntityId ?? 0, 'by.attributeEntityId');
  const [attributeId, values] = await readTogether([definitionId, attributesOf(ctx, customer)]);
  return values.find((value) => value.attributeEntityId === attributeId) ?? null;
}

/** A value by id. It is looked up among its customer's values, because the store has no filter by value id. */
export async function attributeValueById(
  ctx: AttributeContext,
  customerEntityId: number,
  entityId: number,
): Promise<CustomerAttributeValue | null> {
  const values = await filterVisible(ctx, () => ctx.loaders.attributes.valuesOfCustomer(customerEntityId));
  return values.find((value) => value.entityId === entityId) ?? null;
}

export const attributeValueNode: NodeKind<CustomerAttributeValue> = {
  type: 'CustomerAttributeValue',
  idCount: 3,
  idsOf: ({ customerEntityId, attributeEntityId, entityId }) => [
    customerEntityId,
    attributeEntityId,
    entityId,
  ],
  authorize: (caller, [customerEntityId = 0]) => requireCustomerAccess(caller, customerEntityId),
  find: (ctx, [customerEntityId = 0, , entityId = 0]) => attributeValueById(ctx, customerEntityId, entityId),
};

/** The value of a NUMBER attribute as a number. Null for other types, or if it is not a number. */
export async function numberValueOf(
  ctx: LoadersContext,
  value: CustomerAttributeValue,
): Promise<number | null> {
  if (!NUMBER_PATTERN.test(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'NUMBER' ? Number(value.value) : null;
}

/** The value of a DATE attribute. Null for other types, or if it is not a calendar date. */
export async function dateValueOf(
  ctx: LoadersContext,
  value: CustomerAttributeValue,
): Promise<string | null> {
  if (!isCalendarDate(value.value)) return null;
  const definition = await definitionById(ctx, value.attributeEntityId);
  return definition?.type === 'DATE' ? value.value : null;
}

const NUMBER_PATTERN = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?\s*$/i;
