import type { Context } from '../../context.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../../rest/records/attributes.ts';
import type {
  AttributeValueUpsert,
  DefinitionCreation,
  DefinitionUpdate,
} from '../../rest/writes/attributes.ts';
import { checkId, checkText } from '../inputs/validation.ts';
import { textMatches } from './answers.ts';
import { type DeletePayload, existingAmong, runDeletes } from './deletes.ts';
import { MATCH_BY_ID, type MatchKey, type MatchRules, matchRecords } from './match.ts';
import { foldText, normalizeText } from './normalize.ts';
import type { WritePayload } from './results.ts';
import { type ReadBack, runWrites } from './run.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;
type DefinitionMutationContext = MutationContext & Pick<Context, 'definitions'>;

/** Creates attribute definitions. A store has at most 50. */
export function createDefinitions(
  ctx: DefinitionMutationContext,
  definitions: readonly DefinitionCreation[],
): Promise<WritePayload<CustomerAttributeDefinition>> {
  return clearingCache(ctx, () =>
    runWrites<DefinitionCreation, CustomerAttributeDefinition>(
      ctx,
      {
        list: 'definitions',
        operation: OPERATIONS.createCustomersAttributes,
        outcome: 'CREATED',
        check: ({ name }) => checkText('name', name, 1, 255),
        // The store accepts two definitions with the same name, but a read-back could not distinguish them.
        keyOf: ({ name }) => name.trim(),
        send: (items) => ctx.rest.attributeWrites.createDefinitions(items),
        match: MATCH_DEFINITION,
        async readBack(items, since) {
          const held = await ctx.rest.attributes.definitions();
          const recent = held.filter(({ createdAt }) => createdAt !== null && createdAt >= since);
          const { matched } = matchRecords(items, recent, {
            exact: MATCH_DEFINITION.exact,
            partial: [definitionKey(foldText)],
          });
          return new Map(
            items.map((definition): [DefinitionCreation, ReadBack<CustomerAttributeDefinition>] => {
              const record = matched.get(definition);
              return [definition, record ? { state: 'written', record } : { state: 'absent' }];
            }),
          );
        },
      },
      definitions,
    ),
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
        outcome: 'UPDATED',
        check: ({ entityId, name }) => [...checkId('entityId', entityId), ...checkText('name', name, 1, 255)],
        keyOf: ({ entityId }) => String(entityId),
        send: (items) => ctx.rest.attributeWrites.updateDefinitions(items),
        match: MATCH_BY_ID,
        async readBack(items) {
          const held = await ctx.rest.attributes.definitions();
          return new Map(
            items.map((definition): [DefinitionUpdate, ReadBack<CustomerAttributeDefinition>] => {
              const record = held.find(({ entityId }) => entityId === definition.entityId);
              if (record === undefined) return [definition, { state: 'gone' }];
              const isWritten = textMatches(record.name, definition.name);
              return [definition, isWritten ? { state: 'written', record } : { state: 'absent' }];
            }),
          );
        },
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
        send: (items) => ctx.rest.attributeWrites.deleteDefinitions(items.map(({ entityId }) => entityId)),
        // Bypasses the cache, which may lack the newest definitions.
        existing: async (items) => existingAmong(items, await ctx.rest.attributes.definitions()),
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

/** Creates or updates customers' attribute values. */
export async function upsertAttributeValues(
  ctx: MutationContext,
  values: readonly AttributeValueUpsert[],
): Promise<WritePayload<CustomerAttributeValue>> {
  const before = new Map<AttributeValueUpsert, CustomerAttributeValue | null>();
  return runWrites<AttributeValueUpsert, CustomerAttributeValue>(
    ctx,
    {
      list: 'values',
      operation: OPERATIONS.upsertCustomersAttributeValues,
      outcome: (record, since, value) => upsertOutcome(record, since, before.get(value)),
      check: ({ customerEntityId, attributeEntityId, value }) => [
        ...checkId('customerEntityId', customerEntityId),
        ...checkId('attributeEntityId', attributeEntityId),
        ...checkText('value', value, 0, 255),
      ],
      keyOf: valueKey,
      send: (items) => ctx.rest.attributeWrites.upsertValues(items),
      match: MATCH_VALUE,
      async readBack(items) {
        const held = await valuesOfCustomers(
          ctx,
          items.map(({ customerEntityId }) => customerEntityId),
        );
        return new Map(
          items.map((value): [AttributeValueUpsert, ReadBack<CustomerAttributeValue>] => {
            const record = held.find((other) => valueKey(other) === valueKey(value));
            if (record && textMatches(record.value, value.value))
              return [value, { state: 'written', record }];
            before.set(value, record ?? null);
            return [value, { state: 'absent' }];
          }),
        );
      },
    },
    values,
  );
}

/**
 * The outcome of an upsert. If a read-back before a repeated attempt showed the previous state, that decides. Otherwise
 * the value is new if it was created after this write began and not updated since.
 */
function upsertOutcome(
  { createdAt, updatedAt }: CustomerAttributeValue,
  since: Date,
  before: CustomerAttributeValue | null | undefined,
): 'CREATED' | 'UPDATED' {
  if (before !== undefined) return before === null ? 'CREATED' : 'UPDATED';
  const isNew = createdAt !== null && createdAt >= since && createdAt.getTime() === updatedAt?.getTime();
  return isNew ? 'CREATED' : 'UPDATED';
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
  { rest }: MutationContext,
  customerIds: readonly number[],
): Promise<readonly CustomerAttributeValue[]> {
  return itemsOrThrow(await rest.attributes.valuesOfCustomers([...new Set(customerIds)]));
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
      check: ({ customerEntityId }) => checkId('customerEntityId', customerEntityId),
      send: (items) => ctx.rest.attributeWrites.deleteValues(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const held = await valuesOfCustomers(
          ctx,
          items.map(({ customerEntityId }) => customerEntityId),
        );
        const keys = new Set(held.map(({ customerEntityId, entityId }) => `${customerEntityId}/${entityId}`));
        return new Map(items.map((item) => [item, keys.has(`${item.customerEntityId}/${item.entityId}`)]));
      },
    },
    values,
  );
}
