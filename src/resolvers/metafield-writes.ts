import type { Context } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { LONGEST_METAFIELD_NAME } from '../rest/limits.ts';
import type { MetafieldCreation, MetafieldReference, MetafieldUpdate } from '../rest/metafield-writes.ts';
import { type CustomerMetafield, type MetafieldFilter, readMetafield } from '../rest/metafields.ts';
import { isObject } from '../rest/wire.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { id, noNulls, text } from './checks.ts';
import { type DeletePayload, runDeletes } from './deletes.ts';
import { equals, holds, recordIn, recordsIn } from './write-answers.ts';
import type { Problem, WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

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
        ...id('customerEntityId', metafield.customerEntityId),
        ...checkFields(metafield),
      ],
      keyOf: ({ customerEntityId, namespace, key }) =>
        JSON.stringify([customerEntityId, namespace.trim(), key.trim()]),
      send: (items) => ctx.rest.metafieldWrites.create(items),
      recordsIn: (body, items) => metafieldsIn(ctx, body, items),
      isRecordOf: (record, metafield) =>
        record.customerEntityId === metafield.customerEntityId &&
        holds(record.namespace, metafield.namespace) &&
        holds(record.key, metafield.key),
      placesOf: byPosition,
      readBack: (items, since) => readBackCreations(ctx, items, since),
    },
    metafields,
  );
  ctx.loaders.forget();
  return payload;
}

/** The metafields of a response: an object for one item, a list for several. */
function metafieldsIn(
  { rest }: MutationContext,
  body: unknown,
  items: readonly { readonly customerEntityId: number }[],
): readonly CustomerMetafield[] | null {
  const [only, ...others] = items;
  return others.length === 0
    ? recordIn(body, (wire) => readMetafield(wire, rest.onIrregular, only?.customerEntityId))
    : recordsIn(body, (wire) => readMetafield(wire, rest.onIrregular));
}

/**
 * Maps keys to items by index. It is not documented whether the index starts at 0 or 1. An index that leads to a
 * written item rules a base out.
 */
function byPosition<I>(
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
function byId<I extends MetafieldReference>(
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
): ReadonlyMap<string, I> {
  const found = keys.flatMap((key): [string, I][] => {
    const item = left.find(({ entityId }) => entityId === Number(key));
    return item === undefined ? [] : [[key, item]];
  });
  return found.length > 0 ? new Map(found) : byPosition(keys, items, left);
}

// A metafield that was created before this write began is not the one that was sent. It can belong to another app.
function readBackCreations(
  ctx: MutationContext,
  items: readonly MetafieldCreation[],
  since: Date,
): Promise<ReadonlyMap<MetafieldCreation, Found<CustomerMetafield>>> {
  const byCustomer = Map.groupBy(items, ({ customerEntityId }) => customerEntityId);
  return eachReadable([...byCustomer], async ([customerId, some]) => {
    const held = await ctx.rest.metafields.ofCustomer(customerId, filterFor(some));
    return some.map((metafield): [MetafieldCreation, Found<CustomerMetafield>] => {
      const record = held.find(
        (other) => isHeld(other, metafield) && other.createdAt !== null && other.createdAt >= since,
      );
      return [metafield, record ? { state: 'written', record } : { state: 'absent' }];
    });
  });
}

/** Maximum length of the names in a URL, in characters after encoding. */
const ROOM_FOR_NAMES = 1_000;

// Names with a comma cannot be filtered by, and long names exceed the URL length. In these cases all metafields of the
// customer are read.
function filterFor(items: readonly MetafieldCreation[]): MetafieldFilter {
  const namespaces = [...new Set(items.map(({ namespace }) => namespace.trim()))];
  const keys = [...new Set(items.map(({ key }) => key.trim()))];
  const names = [...namespaces, ...keys];
  const fits = encodeURIComponent(names.join(' ')).length <= ROOM_FOR_NAMES;
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
        ...noNulls(metafield, CLEARABLE),
        ...checkFields(metafield),
      ],
      keyOf: ({ entityId }) => String(entityId),
      send: (items) => ctx.rest.metafieldWrites.update(items),
      recordsIn: (body, items) => metafieldsIn(ctx, body, items),
      isRecordOf: (record, { entityId }) => record.entityId === entityId,
      placesOf: byId,
      readBack: (items) =>
        eachReadable(items, async (metafield): Promise<[MetafieldUpdate, Found<CustomerMetafield>][]> => {
          const record = await ctx.rest.metafields.one(metafield.customerEntityId, metafield.entityId);
          if (record === null) return [[metafield, { state: 'gone' }]];
          return [
            [metafield, isHeld(record, metafield) ? { state: 'written', record } : { state: 'absent' }],
          ];
        }),
    },
    metafields,
  );
  ctx.loaders.forget();
  return payload;
}

const CLEARABLE: ReadonlySet<string> = new Set(['description']);

/** Whether a metafield has all values that were sent. */
function isHeld(record: CustomerMetafield, sent: Partial<MetafieldUpdate>): boolean {
  return (
    holds(record.namespace, sent.namespace) &&
    holds(record.key, sent.key) &&
    holds(record.value, sent.value) &&
    holds(record.description, sent.description) &&
    equals(record.permissionSet, sent.permissionSet)
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
      check: ({ customerEntityId }) => id('customerEntityId', customerEntityId),
      send: (items) => ctx.rest.metafieldWrites.delete(items),
      asksFirst: false,
      existing: (items) =>
        eachReadable(items, async (item) => [
          [item, (await ctx.rest.metafields.one(item.customerEntityId, item.entityId)) !== null],
        ]),
      deletedIn,
      placesOf: byId,
    },
    metafields,
  );
  ctx.loaders.forget();
  return payload;
}

function deletedIn(body: unknown, items: readonly MetafieldReference[]): readonly number[] | null {
  if (items.length === 1 && body === null) return items.map(({ entityId }) => entityId);
  const data = isObject(body) ? body.data : null;
  return Array.isArray(data) ? data.filter((entityId) => typeof entityId === 'number') : null;
}

function checkReference({ customerEntityId, entityId }: MetafieldReference): Problem[] {
  return [...id('customerEntityId', customerEntityId), ...id('entityId', entityId)];
}

function checkFields({ namespace, key, value, description }: Partial<MetafieldUpdate>): Problem[] {
  return [
    ...text('namespace', namespace, 1, LONGEST_METAFIELD_NAME),
    ...text('key', key, 1, LONGEST_METAFIELD_NAME),
    ...text('value', value, 1, 65_535),
    ...text('description', description, 0, 255),
  ];
}

/** Reads records in parallel that have no batch endpoint. Failed reads are left out, so the caller can retry them. */
async function eachReadable<K, I, T>(
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
