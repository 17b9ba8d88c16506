import type { Context } from '../../context.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import type { Rest } from '../../rest/index.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../../rest/records/attributes.ts';
import type {
  AttributeValueUpsert,
  DefinitionCreation,
  DefinitionUpdate,
} from '../../rest/writes/attributes.ts';
import { checkId, checkText } from '../inputs/validation.ts';
import { readingOf } from './answers.ts';
import {
  type AttributeReference,
  type WithAttribute,
  withAttributes,
  withNamePaths,
} from './attribute-names.ts';
import { type DeletePayload, type Existing, existingAmong, runDeletes } from './deletes.ts';
import { MATCH_BY_ID, type MatchKey, type MatchRules, matchRecords } from './match.ts';
import { foldText, normalizeText } from './normalize.ts';
import type { WritePayload } from './results.ts';
import { checkLength, runWrites } from './run.ts';
import type { Reading } from './spec.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;
type DefinitionMutationContext = MutationContext & Pick<Context, 'definitions'>;
type NamesContext = DefinitionMutationContext & Pick<Context, 'callLog'>;

/** Creates attribute definitions. A store has at most 50. */
export function createDefinitions(
  ctx: DefinitionMutationContext,
  definitions: readonly DefinitionCreation[],
): Promise<WritePayload<CustomerAttributeDefinition>> {
  /** The ids before this write. All definitions fit one page, so they tell what is new. */
  let reading: Promise<void> | null = null;
  const idsBefore = new Set<number>();
  async function readIds(): Promise<void> {
    for (const { entityId } of await ctx.rest.attributes.definitions()) idsBefore.add(entityId);
  }

  /** Whether another write of the gateway creates a definition, or has created it. */
  const isOfOthers = ({ entityId, name }: CustomerAttributeDefinition) =>
    ctx.writes.recent.isThere(`${DEFINITION} ${entityId}`) ||
    ctx.writes.recent.isBeingWritten(lookalikeKey(name));

  return clearingCache(ctx, () =>
    runWrites<DefinitionCreation, CustomerAttributeDefinition>(
      ctx,
      {
        list: 'definitions',
        operation: OPERATIONS.createCustomersAttributes,
        kind: 'create',
        entity: DEFINITION,
        check: ({ name }) => checkText('name', name, 1, 255),
        // The store accepts two definitions with the same name, but a read-back could not distinguish them.
        keysOf: ({ name }) => [definitionNameKey(name), lookalikeKey(name)],
        async precheck(items) {
          reading ??= readIds();
          await reading;
          return new Map(items.map((item) => [item, 'absent']));
        },
        send: (items) => ctx.rest.attributeWrites.createDefinitions(items),
        match: MATCH_DEFINITION,
        async readBack(items, { rest }) {
          const held = await rest.attributes.definitions();
          const created = held.filter(({ entityId }) => !idsBefore.has(entityId));
          return readingsOfCreations(items, created, isOfOthers);
        },
        isKnown: ({ entityId }) => idsBefore.has(entityId),
        idOf: ({ entityId }) => entityId,
        datesOf: (definition) => definition,
      },
      definitions,
    ),
  );
}

/** The name of the kind of record, in the keys of writes. */
const DEFINITION = 'definition';

function lookalikeKey(name: string): string {
  return `definition named like ${foldText(name) || normalizeText(name)}`;
}

/** A new definition that no known write created can be an item under another name. */
function readingsOfCreations(
  items: readonly DefinitionCreation[],
  created: readonly CustomerAttributeDefinition[],
  isOfOthers: (definition: CustomerAttributeDefinition) => boolean,
): ReadonlyMap<DefinitionCreation, Reading<CustomerAttributeDefinition>> {
  const { matched } = matchRecords(items, created, {
    exact: MATCH_DEFINITION.exact,
    partial: [definitionKey(foldText)],
  });
  const claimed = new Set(matched.values());
  const unclaimed = created.filter((record) => !claimed.has(record) && !isOfOthers(record));
  const types = new Set(unclaimed.map(({ type }) => type));
  return new Map(
    items.map((item): [DefinitionCreation, Reading<CustomerAttributeDefinition>] => {
      const record = matched.get(item);
      if (record) return [item, { state: 'holds', record }];
      return [item, types.has(item.type) ? { state: 'differs', record: null } : { state: 'absent' }];
    }),
  );
}

const MATCH_DEFINITION: MatchRules<DefinitionCreation, CustomerAttributeDefinition> = {
  exact: [definitionKey((name) => name), definitionKey(normalizeText)],
  partial: [definitionKey(foldText)],
  elimination: [definitionKey(() => '')],
};

/** @param spell what counts of the name */
function definitionKey(
  spell: (name: string) => string,
): MatchKey<DefinitionCreation, CustomerAttributeDefinition> {
  const keyOf = ({ name, type }: Pick<CustomerAttributeDefinition, 'name' | 'type'>) =>
    JSON.stringify([type, spell(name)]);
  return { item: keyOf, record: keyOf };
}

function definitionNameKey(name: string): string {
  return `definition named ${normalizeText(name)}`;
}

/** Renames attribute definitions. */
export function updateDefinitions(
  ctx: DefinitionMutationContext,
  definitions: readonly DefinitionUpdate[],
): Promise<WritePayload<CustomerAttributeDefinition>> {
  return clearingCache(ctx, () =>
    runWrites<DefinitionUpdate, CustomerAttributeDefinition>(
      ctx,
      {
        list: 'definitions',
        operation: OPERATIONS.updateCustomersAttributes,
        kind: 'update',
        entity: DEFINITION,
        check: ({ entityId, name }) => [...checkId('entityId', entityId), ...checkText('name', name, 1, 255)],
        keysOf: ({ entityId }) => [`${DEFINITION} ${entityId}`],
        send: (items) => ctx.rest.attributeWrites.updateDefinitions(items),
        match: MATCH_BY_ID,
        async readBack(items, { rest }) {
          const held = new Map((await rest.attributes.definitions()).map((each) => [each.entityId, each]));
          return new Map(
            items.map((item) => [
              item,
              readingOf(held.get(item.entityId), ({ name }, isSame) => isSame(name, item.name)),
            ]),
          );
        },
        idOf: ({ entityId }) => entityId,
        datesOf: (definition) => definition,
      },
      definitions,
    ),
  );
}

/** Deletes attribute definitions, and with them all values. */
export function deleteDefinitions(
  ctx: DefinitionMutationContext,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  return clearingCache(ctx, () =>
    runDeletes(
      ctx,
      {
        operation: OPERATIONS.deleteCustomersAttributes,
        entity: DEFINITION,
        nodeType: 'CustomerAttributeDefinition',
        send: (items) => ctx.rest.attributeWrites.deleteDefinitions(items.map(({ entityId }) => entityId)),
        // Bypasses the cache, which may lack the newest definitions.
        existing: async (items, rest) =>
          existingAmong(items, await rest.attributes.definitions(), ({ name }) => ({
            keys: [definitionNameKey(name)],
          })),
      },
      entityIds.map((entityId) => ({ entityId })),
    ),
  );
}

// A read that starts during the write can return either state, so the cache is cleared before and after it.
async function clearingCache<T>(
  { definitions }: DefinitionMutationContext,
  write: () => Promise<T>,
): Promise<T> {
  definitions.clear();
  try {
    return await write();
  } finally {
    definitions.clear();
  }
}

/** A customer's new value of an attribute, which is given by its id or its name. */
export type AttributeValueInput = Omit<AttributeValueUpsert, 'attributeEntityId'> & AttributeReference;

/** Creates or updates customers' attribute values. */
export async function upsertAttributeValues(
  ctx: NamesContext,
  values: readonly AttributeValueInput[],
): Promise<WritePayload<CustomerAttributeValue>> {
  checkLength(values, ctx.writes, 'values');
  const payload = await runWrites<WithAttribute<AttributeValueInput>, CustomerAttributeValue>(
    ctx,
    {
      list: 'values',
      operation: OPERATIONS.upsertCustomersAttributeValues,
      kind: 'upsert',
      entity: 'attribute-value',
      check: ({ customerEntityId, attributeErrors, value }) => [
        ...checkId('customerEntityId', customerEntityId),
        ...attributeErrors,
        ...checkText('value', value, 0, 255),
      ],
      keysOf: (value) => [`attribute-value ${valueKey(value)}`],
      send: (items) => ctx.rest.attributeWrites.upsertValues(items),
      match: MATCH_VALUE,
      async readBack(items, { rest }) {
        const values = await valuesOfCustomers(rest, items);
        const held = new Map(values.map((value) => [valueKey(value), value]));
        return new Map(
          items.map((item): [WithAttribute<AttributeValueInput>, Reading<CustomerAttributeValue>] => {
            const record = held.get(valueKey(item));
            if (record === undefined) return [item, { state: 'absent' }];
            return [item, readingOf(record, ({ value }, isSame) => isSame(value, item.value))];
          }),
        );
      },
      idOf: ({ entityId }) => entityId,
      datesOf: (value) => value,
    },
    await withAttributes(ctx, values),
  );
  return withNamePaths(payload, { values });
}

const MATCH_VALUE: MatchRules<AttributeValueUpsert, CustomerAttributeValue> = {
  exact: [{ item: valueKey, record: valueKey }],
};

/** A customer has one value of an attribute. */
function valueKey({
  customerEntityId,
  attributeEntityId,
}: Pick<AttributeValueUpsert, 'customerEntityId' | 'attributeEntityId'>): string {
  return `${customerEntityId}/${attributeEntityId}`;
}

async function valuesOfCustomers(
  rest: Rest,
  items: readonly { readonly customerEntityId: number }[],
): Promise<readonly CustomerAttributeValue[]> {
  const customerIds = new Set(items.map(({ customerEntityId }) => customerEntityId));
  return itemsOrThrow(await rest.attributes.valuesOfCustomers([...customerIds]));
}

/** Identifies an attribute value. The store deletes by value id, but can list values only by customer. */
export interface AttributeValueReference {
  readonly customerEntityId: number;
  readonly entityId: number;
}

/** Deletes attribute values. A value of a customer other than the given one is NOT_FOUND. */
export async function deleteAttributeValues(
  ctx: MutationContext,
  values: readonly AttributeValueReference[],
): Promise<DeletePayload> {
  return runDeletes<AttributeValueReference>(
    ctx,
    {
      list: 'values',
      operation: OPERATIONS.deleteCustomersAttributeValues,
      entity: 'attribute-value',
      nodeType: 'CustomerAttributeValue',
      // The id of the attribute is part of it.
      idsOf: () => null,
      ownerOf: ({ customerEntityId }) => customerEntityId,
      check: ({ customerEntityId, entityId }) => [
        ...checkId('customerEntityId', customerEntityId),
        ...checkId('entityId', entityId),
      ],
      send: (items) => ctx.rest.attributeWrites.deleteValues(items.map(({ entityId }) => entityId)),
      async existing(items, rest) {
        const held = new Map((await valuesOfCustomers(rest, items)).map((value) => [value.entityId, value]));
        return new Map(
          items.map((item): [AttributeValueReference, Existing] => {
            const value = held.get(item.entityId);
            const exists = value !== undefined && value.customerEntityId === item.customerEntityId;
            if (!exists) return [item, { exists }];
            const ids = [value.customerEntityId, value.attributeEntityId, value.entityId];
            return [item, { exists, ids, keys: [`attribute-value ${valueKey(value)}`] }];
          }),
        );
      },
    },
    values,
  );
}
