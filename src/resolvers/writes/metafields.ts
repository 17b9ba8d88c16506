import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { MAX_METAFIELD_NAME_LENGTH } from '../../rest/limits.ts';
import type { MetafieldFilter } from '../../rest/metafields.ts';
import { type CustomerMetafield, readMetafield } from '../../rest/records/metafields.ts';
import { isObject } from '../../rest/wire/decode.ts';
import { WRITE_RULES } from '../../rest/write-rules.ts';
import type { MetafieldCreation, MetafieldReference, MetafieldUpdate } from '../../rest/writes/metafields.ts';
import { checkId, checkNoNulls, checkText } from '../inputs/validation.ts';
import { readRecord, readRecords, textMatches, valueMatches } from './answers.ts';
import { type DeletePayload, runDeletes } from './deletes.ts';
import type { ItemError, WritePayload } from './results.ts';
import { type ReadBack, runWrites } from './run.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** Creates metafields. Namespace and key are unique per customer and app. */
export async function createMetafields(
  ctx: MutationContext,
  metafields: readonly MetafieldCreation[],
): Promise<WritePayload<CustomerMetafield>> {
  const payload = await runWrites<MetafieldCreation, CustomerMetafield>(
    ctx.writes,
    {
      list: 'metafields',
      rule: WRITE_RULES.createMetafields,
      outcome: 'CREATED',
      check: (metafield) => [
        ...checkId('customerEntityId', metafield.customerEntityId),
        ...checkFields(metafield),
      ],
      keyOf: ({ customerEntityId, namespace, key }) =>
        JSON.stringify([customerEntityId, namespace.trim(), key.trim()]),
      send: (items) => ctx.rest.metafieldWrites.create(items),
      readRecords: (body, items) => readMetafields(ctx, body, items),
      matches: (record, metafield) =>
        record.customerEntityId === metafield.customerEntityId &&
        textMatches(record.namespace, metafield.namespace) &&
        textMatches(record.key, metafield.key),
      resolveKeys: resolveByIndex,
      readBack: (items, since) => readBackCreations(ctx, items, since),
    },
    metafields,
  );
  ctx.loaders.clear();
  return payload;
}

/** The metafields of a response: an object for one item, a list for several. */
function readMetafields(
  { rest }: MutationContext,
  body: unknown,
  items: readonly { readonly customerEntityId: number }[],
): readonly CustomerMetafield[] | null {
  const [only, ...others] = items;
  return others.length === 0
    ? readRecord(body, (wire) => readMetafield(wire, rest.onUnexpectedField, only?.customerEntityId))
    : readRecords(body, (wire) => readMetafield(wire, rest.onUnexpectedField));
}

/**
 * Maps keys to items by index. It is not documented whether the index starts at 0 or 1. An index that leads to a
 * written item rules a base out.
 */
function resolveByIndex<I>(
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
): ReadonlyMap<string, I> {
  for (const first of [0, 1]) {
    const found = keys.flatMap((key): [string, I][] => {
      const item = items[Number(key) - first];
      return item !== undefined && left.includes(item) ? [[key, item]] : [];
    });
    if (found.length === keys.length) return new Map(found);
  }
  return new Map();
}

/** Maps keys to items by id, else by index. It is not documented which of them the store uses. */
function resolveById<I extends MetafieldReference>(
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
): ReadonlyMap<string, I> {
  const found = keys.flatMap((key): [string, I][] => {
    const item = left.find(({ entityId }) => entityId === Number(key));
    return item === undefined ? [] : [[key, item]];
  });
  return found.length > 0 ? new Map(found) : resolveByIndex(keys, items, left);
}

// A metafield that was created before this write began is not the one that was sent. It can belong to another app.
function readBackCreations(
  ctx: MutationContext,
  items: readonly MetafieldCreation[],
  since: Date,
): Promise<ReadonlyMap<MetafieldCreation, ReadBack<CustomerMetafield>>> {
  const byCustomer = Map.groupBy(items, ({ customerEntityId }) => customerEntityId);
  return readEach([...byCustomer], async ([customerId, some]) => {
    const held = await ctx.rest.metafields.ofCustomer(customerId, filterFor(some));
    return some.map((metafield): [MetafieldCreation, ReadBack<CustomerMetafield>] => {
      const record = held.find(
        (other) => hasValues(other, metafield) && other.createdAt !== null && other.createdAt >= since,
      );
      return [metafield, record ? { state: 'written', record } : { state: 'absent' }];
    });
  });
}

/** Maximum length of the names in a URL, in characters after encoding. */
const MAX_NAMES_LENGTH = 1_000;

// Names with a comma cannot be filtered by, and long names exceed the URL length. In these cases all metafields of the
// customer are read.
function filterFor(items: readonly MetafieldCreation[]): MetafieldFilter {
  const namespaces = [...new Set(items.map(({ namespace }) => namespace.trim()))];
  const keys = [...new Set(items.map(({ key }) => key.trim()))];
  const names = [...namespaces, ...keys];
  const fits = encodeURIComponent(names.join(' ')).length <= MAX_NAMES_LENGTH;
  return fits && !names.some((name) => name.includes(',')) ? { namespaces, keys } : {};
}

/** Updates metafields. */
export async function updateMetafields(
  ctx: MutationContext,
  metafields: readonly MetafieldUpdate[],
): Promise<WritePayload<CustomerMetafield>> {
  const payload = await runWrites<MetafieldUpdate, CustomerMetafield>(
    ctx.writes,
    {
      list: 'metafields',
      rule: WRITE_RULES.updateMetafields,
      outcome: 'UPDATED',
      check: (metafield) => [
        ...checkReference(metafield),
        ...checkNoNulls(metafield, CLEARABLE),
        ...checkFields(metafield),
      ],
      keyOf: ({ entityId }) => String(entityId),
      send: (items) => ctx.rest.metafieldWrites.update(items),
      readRecords: (body, items) => readMetafields(ctx, body, items),
      matches: (record, { entityId }) => record.entityId === entityId,
      resolveKeys: resolveById,
      readBack: (items) =>
        readEach(items, async (metafield): Promise<[MetafieldUpdate, ReadBack<CustomerMetafield>][]> => {
          const record = await ctx.rest.metafields.one(metafield.customerEntityId, metafield.entityId);
          if (record === null) return [[metafield, { state: 'gone' }]];
          return [
            [metafield, hasValues(record, metafield) ? { state: 'written', record } : { state: 'absent' }],
          ];
        }),
    },
    metafields,
  );
  ctx.loaders.clear();
  return payload;
}

const CLEARABLE: ReadonlySet<string> = new Set(['description']);

/** Whether a metafield has all values that were sent. */
function hasValues(record: CustomerMetafield, sent: Partial<MetafieldUpdate>): boolean {
  return (
    textMatches(record.namespace, sent.namespace) &&
    textMatches(record.key, sent.key) &&
    textMatches(record.value, sent.value) &&
    textMatches(record.description, sent.description) &&
    valueMatches(record.permissionSet, sent.permissionSet)
  );
}

/** Deletes metafields. The store's response lists those that it deleted. */
export async function deleteMetafields(
  ctx: MutationContext,
  metafields: readonly MetafieldReference[],
): Promise<DeletePayload> {
  const payload = await runDeletes<MetafieldReference>(
    ctx.writes,
    {
      list: 'metafields',
      rule: WRITE_RULES.deleteMetafields,
      check: ({ customerEntityId }) => checkId('customerEntityId', customerEntityId),
      send: (items) => ctx.rest.metafieldWrites.delete(items),
      checksFirst: false,
      existing: (items) =>
        readEach(items, async (item) => [
          [item, (await ctx.rest.metafields.one(item.customerEntityId, item.entityId)) !== null],
        ]),
      readDeletedIds,
      resolveKeys: resolveById,
    },
    metafields,
  );
  ctx.loaders.clear();
  return payload;
}

function readDeletedIds(body: unknown, items: readonly MetafieldReference[]): readonly number[] | null {
  if (items.length === 1 && body === null) return items.map(({ entityId }) => entityId);
  const data = isObject(body) ? body.data : null;
  return Array.isArray(data) ? data.filter((entityId) => typeof entityId === 'number') : null;
}

function checkReference({ customerEntityId, entityId }: MetafieldReference): ItemError[] {
  return [...checkId('customerEntityId', customerEntityId), ...checkId('entityId', entityId)];
}

function checkFields({ namespace, key, value, description }: Partial<MetafieldUpdate>): ItemError[] {
  return [
    ...checkText('namespace', namespace, 1, MAX_METAFIELD_NAME_LENGTH),
    ...checkText('key', key, 1, MAX_METAFIELD_NAME_LENGTH),
    ...checkText('value', value, 1, 65_535),
    ...checkText('description', description, 0, 255),
  ];
}

/** Reads records in parallel that have no batch endpoint. Failed reads are left out, so the caller can retry them. */
async function readEach<K, I, T>(
  keys: readonly K[],
  read: (key: K) => Promise<readonly (readonly [I, T])[]>,
): Promise<ReadonlyMap<I, T>> {
  const parts = await Promise.all(
    keys.map(async (key) => {
      try {
        return await read(key);
      } catch (error) {
        if (error instanceof GatewayError) return [];
        throw error;
      }
    }),
  );
  return new Map(parts.flat());
}
