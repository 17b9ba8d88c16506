import type { Context } from '../context.ts';
import type { AttributeValueUpsert, DefinitionCreation, DefinitionUpdate } from '../rest/attribute-writes.ts';
import {
  type CustomerAttributeDefinition,
  type CustomerAttributeValue,
  readAttributeValue,
  readDefinition,
} from '../rest/attributes.ts';
import { joined } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { id, text } from './checks.ts';
import { among, type DeletePayload, runDeletes } from './deletes.ts';
import { holds, recordsIn } from './write-answers.ts';
import type { WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type Writes = Pick<Context, 'rest' | 'writes' | 'loaders'>;
type DefinitionWrites = Writes & Pick<Context, 'definitions'>;

/** Adds attributes to the store, of which it has 50 at the most. */
export function createDefinitions(
  ctx: DefinitionWrites,
  definitions: readonly DefinitionCreation[],
): Promise<WritePayload<CustomerAttributeDefinition>> {
  return withoutCache(ctx, () =>
    runWrites<DefinitionCreation, CustomerAttributeDefinition>(
      ctx.writes,
      {
        list: 'definitions',
        rule: WRITE_RULES.createDefinitions,
        outcome: 'CREATED',
        check: ({ name }) => text('name', name, 1, 255),
        // The store would take two of one name, but after a lost answer nobody could tell them apart.
        keyOf: ({ name }) => name.trim(),
        send: (items) => ctx.rest.attributeWrites.createDefinitions(items),
        recordsIn: (body) => recordsIn(body, (item) => readDefinition(item, ctx.rest.onIrregular)),
        isRecordOf: (record, definition) => isSame(record, definition),
        async readBack(items, since) {
          const held = await ctx.rest.attributes.definitions();
          return new Map(
            items.map((definition): [DefinitionCreation, Found<CustomerAttributeDefinition>] => {
              const record = held.find(
                (each) => isSame(each, definition) && each.createdAt !== null && each.createdAt >= since,
              );
              return [definition, record ? { state: 'written', record } : { state: 'absent' }];
            }),
          );
        },
      },
      definitions,
    ),
  );
}

function isSame(record: CustomerAttributeDefinition, { name, type }: DefinitionCreation): boolean {
  return holds(record.name, name) && record.type === type;
}

/** Renames attributes. */
export function updateDefinitions(
  ctx: DefinitionWrites,
  definitions: readonly DefinitionUpdate[],
): Promise<WritePayload<CustomerAttributeDefinition>> {
  return withoutCache(ctx, () =>
    runWrites<DefinitionUpdate, CustomerAttributeDefinition>(
      ctx.writes,
      {
        list: 'definitions',
        rule: WRITE_RULES.updateDefinitions,
        outcome: 'UPDATED',
        check: ({ entityId, name }) => [...id('entityId', entityId), ...text('name', name, 1, 255)],
        keyOf: ({ entityId }) => String(entityId),
        send: (items) => ctx.rest.attributeWrites.updateDefinitions(items),
        recordsIn: (body) => recordsIn(body, (item) => readDefinition(item, ctx.rest.onIrregular)),
        isRecordOf: (record, { entityId }) => record.entityId === entityId,
        async readBack(items) {
          const held = await ctx.rest.attributes.definitions();
          return new Map(
            items.map((definition): [DefinitionUpdate, Found<CustomerAttributeDefinition>] => {
              const record = held.find(({ entityId }) => entityId === definition.entityId);
              if (record === undefined) return [definition, { state: 'gone' }];
              const isWritten = holds(record.name, definition.name);
              return [definition, isWritten ? { state: 'written', record } : { state: 'absent' }];
            }),
          );
        },
      },
      definitions,
    ),
  );
}

/** Deletes attributes, and with them every customer's value. */
export function deleteDefinitions(
  ctx: DefinitionWrites,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  return withoutCache(ctx, () =>
    runDeletes(
      ctx.writes,
      {
        rule: WRITE_RULES.deleteDefinitions,
        send: (items) => ctx.rest.attributeWrites.deleteDefinitions(items.map(({ entityId }) => entityId)),
        // Past the cache, which may not know of the newest.
        existing: async (items) => among(items, await ctx.rest.attributes.definitions()),
      },
      entityIds.map((entityId) => ({ entityId })),
    ),
  );
}

// A read that is begun while the write is under way may show either state, so that none of them is kept.
async function withoutCache<T>(
  { definitions, loaders }: DefinitionWrites,
  work: () => Promise<T>,
): Promise<T> {
  definitions.clear();
  try {
    return await work();
  } finally {
    definitions.clear();
    loaders.forget();
  }
}

/** Sets what customers have for attributes, whether they had something before or not. */
export async function upsertAttributeValues(
  ctx: Writes,
  values: readonly AttributeValueUpsert[],
): Promise<WritePayload<CustomerAttributeValue>> {
  const payload = await runWrites<AttributeValueUpsert, CustomerAttributeValue>(
    ctx.writes,
    {
      list: 'values',
      rule: WRITE_RULES.upsertAttributeValues,
      outcome: outcomeOf,
      check: ({ customerEntityId, attributeEntityId, value }) => [
        ...id('customerEntityId', customerEntityId),
        ...id('attributeEntityId', attributeEntityId),
        ...text('value', value, 0, 255),
      ],
      keyOf: ({ customerEntityId, attributeEntityId }) => `${customerEntityId}/${attributeEntityId}`,
      send: (items) => ctx.rest.attributeWrites.upsertValues(items),
      recordsIn: (body) => recordsIn(body, (item) => readAttributeValue(item, ctx.rest.onIrregular)),
      isRecordOf: isValueOf,
      async readBack(items) {
        const held = await valuesOf(
          ctx,
          items.map(({ customerEntityId }) => customerEntityId),
        );
        return new Map(
          items.map((value): [AttributeValueUpsert, Found<CustomerAttributeValue>] => {
            const record = held.find((each) => isValueOf(each, value) && holds(each.value, value.value));
            return [value, record ? { state: 'written', record } : { state: 'absent' }];
          }),
        );
      },
    },
    values,
  );
  ctx.loaders.forget();
  return payload;
}

// A value that was there before was created before this write, or is not as old as its last change.
function outcomeOf({ createdAt, updatedAt }: CustomerAttributeValue, since: Date): 'CREATED' | 'UPDATED' {
  const isNew = createdAt !== null && createdAt >= since && createdAt.getTime() === updatedAt?.getTime();
  return isNew ? 'CREATED' : 'UPDATED';
}

function isValueOf(record: CustomerAttributeValue, value: AttributeValueUpsert): boolean {
  return (
    record.customerEntityId === value.customerEntityId && record.attributeEntityId === value.attributeEntityId
  );
}

async function valuesOf(
  { rest }: Writes,
  customerIds: readonly number[],
): Promise<readonly CustomerAttributeValue[]> {
  return joined(await rest.attributes.valuesOfCustomers([...new Set(customerIds)]));
}

/** Where a value is found: the store deletes it by its own id, and shows it only through its customer. */
export interface AttributeValueReference {
  readonly customerEntityId: number;
  readonly entityId: number;
}

/** Deletes what customers have for attributes. A value of another customer than was said is not found. */
export async function deleteAttributeValues(
  ctx: Writes,
  values: readonly AttributeValueReference[],
): Promise<DeletePayload> {
  const payload = await runDeletes<AttributeValueReference>(
    ctx.writes,
    {
      list: 'values',
      rule: WRITE_RULES.deleteAttributeValues,
      check: ({ customerEntityId }) => id('customerEntityId', customerEntityId),
      send: (items) => ctx.rest.attributeWrites.deleteValues(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const held = await valuesOf(
          ctx,
          items.map(({ customerEntityId }) => customerEntityId),
        );
        const keys = new Set(held.map(({ customerEntityId, entityId }) => `${customerEntityId}/${entityId}`));
        return new Map(items.map((item) => [item, keys.has(`${item.customerEntityId}/${item.entityId}`)]));
      },
    },
    values,
  );
  ctx.loaders.forget();
  return payload;
}
