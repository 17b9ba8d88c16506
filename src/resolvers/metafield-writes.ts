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

type Writes = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** Adds metafields. A customer has one of each namespace and key from an app. */
export async function createMetafields(
  ctx: Writes,
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

/** The metafields of an answer: one for one, a list for several. */
function metafieldsIn(
  { rest }: Writes,
  body: unknown,
  items: readonly { readonly customerEntityId: number }[],
): readonly CustomerMetafield[] | null {
  const [only, ...others] = items;
  return others.length === 0
    ? recordIn(body, (wire) => readMetafield(wire, rest.onIrregular, only?.customerEntityId))
    : recordsIn(body, (wire) => readMetafield(wire, rest.onIrregular));
}

/** Nobody says whether a refusal of several counts from 0 or from 1; who was written was not refused. */
function byPosition<I>(
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
): ReadonlyMap<string, I> {
  for (const first of [0, 1]) {
    const places = keys.flatMap((key): [string, I][] => {
      const item = items[Number(key) - first];
      return item !== undefined && left.includes(item) ? [[key, item]] : [];
    });
    if (places.length === keys.length) return new Map(places);
  }
  return new Map();
}

/** Nor does anybody say whether it names those that have ids by these or by their places. */
function byId<I extends MetafieldReference>(
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
): ReadonlyMap<string, I> {
  const named = keys.flatMap((key): [string, I][] => {
    const item = left.find(({ entityId }) => entityId === Number(key));
    return item === undefined ? [] : [[key, item]];
  });
  return named.length > 0 ? new Map(named) : byPosition(keys, items, left);
}

// A metafield that was there before is not ours, and so is another app's: ours was created after we began.
function readBackCreations(
  ctx: Writes,
  items: readonly MetafieldCreation[],
  since: Date,
): Promise<ReadonlyMap<MetafieldCreation, Found<CustomerMetafield>>> {
  const byCustomer = Map.groupBy(items, ({ customerEntityId }) => customerEntityId);
  return eachReadable([...byCustomer], async ([customerId, some]) => {
    const held = await ctx.rest.metafields.ofCustomer(customerId, filterFor(some));
    return some.map((metafield): [MetafieldCreation, Found<CustomerMetafield>] => {
      const record = held.find(
        (each) => isHeld(each, metafield) && each.createdAt !== null && each.createdAt >= since,
      );
      return [metafield, record ? { state: 'written', record } : { state: 'absent' }];
    });
  });
}

/** Characters that the names may take in a URL. */
const ROOM_FOR_NAMES = 1_000;

// A name with a comma cannot be asked for, and long ones do not fit: then all of the customer's are read.
function filterFor(items: readonly MetafieldCreation[]): MetafieldFilter {
  const namespaces = [...new Set(items.map(({ namespace }) => namespace.trim()))];
  const keys = [...new Set(items.map(({ key }) => key.trim()))];
  const words = [...namespaces, ...keys];
  const fits = encodeURIComponent(words.join(' ')).length <= ROOM_FOR_NAMES;
  return fits && !words.some((word) => word.includes(',')) ? { namespaces, keys } : {};
}

/** Changes metafields. */
export async function updateMetafields(
  ctx: Writes,
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

/** Whether a metafield holds all that was sent of it. */
function isHeld(record: CustomerMetafield, sent: Partial<MetafieldUpdate>): boolean {
  return (
    holds(record.namespace, sent.namespace) &&
    holds(record.key, sent.key) &&
    holds(record.value, sent.value) &&
    holds(record.description, sent.description) &&
    equals(record.permissionSet, sent.permissionSet)
  );
}

/** Deletes metafields. The store's answer tells which of several it had. */
export async function deleteMetafields(
  ctx: Writes,
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

/** Reads side by side what there is no batch for. What cannot be read is left out, and asked for again by itself. */
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
