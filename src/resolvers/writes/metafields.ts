import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { MAX_METAFIELD_NAME_LENGTH } from '../../rest/limits.ts';
import { filterableNames, type MetafieldFilter } from '../../rest/metafields.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { CustomerMetafield } from '../../rest/records/metafields.ts';
import type { MetafieldCreation, MetafieldReference, MetafieldUpdate } from '../../rest/writes/metafields.ts';
import { checkNoNulls, checkText } from '../inputs/validation.ts';
import { readingOf, type SameText, textMatches, valueMatches } from './answers.ts';
import { type DeletePayload, runDeletes } from './deletes.ts';
import { MATCH_BY_ID, type MatchKey, type MatchRules, matchRecords } from './match.ts';
import { type SafeIds, type WithIds, withIds } from './metafield-ids.ts';
import { foldText, normalizeText } from './normalize.ts';
import type { ItemError, WritePayload } from './results.ts';
import { runWrites } from './run.ts';
import type { ReadBackContext, Reading } from './spec.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** Creates metafields. Namespace and key are unique per customer and app. */
export async function createMetafields(
  ctx: MutationContext,
  metafields: readonly (MetafieldCreation & SafeIds)[],
): Promise<WritePayload<CustomerMetafield>> {
  return runWrites<WithIds<MetafieldCreation>, CustomerMetafield>(
    ctx,
    {
      list: 'metafields',
      operation: OPERATIONS.createCustomersMetafields,
      kind: 'create',
      entity: 'metafield',
      check: (metafield) => [...metafield.idErrors, ...checkMetafield(metafield)],
      keysOf: (metafield) => [metafieldKey(metafield)],
      send: (items) => ctx.rest.metafieldWrites.create(items),
      match: MATCH_CREATION,
      readBack: readBackCreations,
      idOf: ({ entityId }) => entityId,
      datesOf: (metafield) => metafield,
    },
    metafields.map(withIds),
  );
}

/** What identifies a metafield of one app. */
export type MetafieldName = Pick<CustomerMetafield, 'customerEntityId' | 'namespace' | 'key'>;

/** Identifies a metafield of this app, over all requests. */
export function metafieldKey({ customerEntityId, namespace, key }: MetafieldName): string {
  const name = [customerEntityId, normalizeText(namespace), normalizeText(key)];
  return `metafield named ${JSON.stringify(name)}`;
}

/** A customer has one metafield of a namespace and key per app. */
const MATCH_CREATION: MatchRules<MetafieldCreation, CustomerMetafield> = {
  exact: [nameKey((name) => name), nameKey(normalizeText)],
  partial: [nameKey(foldText), nameKey(() => '')],
};

/** @param spell what counts of the namespace and the key */
function nameKey(spell: (name: string) => string): MatchKey<MetafieldCreation, CustomerMetafield> {
  const keyOf = ({ customerEntityId, namespace, key }: MetafieldCreation | CustomerMetafield) =>
    JSON.stringify([customerEntityId, spell(namespace), spell(key)]);
  return { item: keyOf, record: keyOf };
}

// A metafield that was created before this write began is not the one that was sent. It can belong to another app.
function readBackCreations<I extends MetafieldCreation>(
  items: readonly I[],
  { rest, existedBefore }: Pick<ReadBackContext<I, CustomerMetafield>, 'rest' | 'existedBefore'>,
): Promise<ReadonlyMap<I, Reading<CustomerMetafield>>> {
  const byCustomer = Map.groupBy(items, ({ customerEntityId }) => customerEntityId);
  return readEach([...byCustomer], async ([customerId, some]) => {
    const read = async (filter: MetafieldFilter) => {
      const held = (await rest.metafields.ofCustomer(customerId, filter)) ?? [];
      const created = held.filter((metafield) => !existedBefore(metafield));
      return matchRecords(some, created, MATCH_READ_BACK).matched;
    };
    const named = await read(filterForNames(some));
    // A filter by name does not find a metafield whose name the store spells differently.
    const found = named.size === some.length ? named : await read({});
    return some.map((metafield) => [metafield, creationReading(metafield, found.get(metafield))] as const);
  });
}

/** A read also shows metafields that other writers have created meanwhile, so the customer does not identify one. */
const MATCH_READ_BACK: typeof MATCH_CREATION = { exact: MATCH_CREATION.exact, partial: [nameKey(foldText)] };

function creationReading(
  { value }: MetafieldCreation,
  record: CustomerMetafield | undefined,
): Reading<CustomerMetafield> {
  if (record === undefined) return { state: 'absent' };
  return { state: foldText(record.value) === foldText(value) ? 'holds' : 'differs', record };
}

/** A filter that finds the metafields of these names, which a store can trim, and perhaps others. */
export function filterForNames(items: readonly MetafieldName[]): MetafieldFilter {
  return filterableNames({
    namespaces: [...new Set(items.flatMap(({ namespace }) => [namespace, namespace.trim()]))],
    keys: [...new Set(items.flatMap(({ key }) => [key, key.trim()]))],
  });
}

/** Updates metafields. */
export async function updateMetafields(
  ctx: MutationContext,
  metafields: readonly (MetafieldUpdate & SafeIds)[],
): Promise<WritePayload<CustomerMetafield>> {
  return runWrites<WithIds<MetafieldUpdate>, CustomerMetafield>(
    ctx,
    {
      list: 'metafields',
      operation: OPERATIONS.updateCustomersMetafields,
      kind: 'update',
      entity: 'metafield',
      check: (metafield) => [
        ...metafield.idErrors,
        ...checkNoNulls(metafield, CLEARABLE),
        ...checkMetafield(metafield),
      ],
      keysOf: ({ entityId }) => [`metafield ${entityId}`],
      send: (items) => ctx.rest.metafieldWrites.update(items),
      match: MATCH_BY_ID,
      readBack: (items, { rest }) =>
        readEach(items, async (item) => {
          const record = await rest.metafields.one(item.customerEntityId, item.entityId);
          return [[item, readingOf(record, (metafield, isSame) => hasValues(metafield, item, isSame))]];
        }),
      idOf: ({ entityId }) => entityId,
      datesOf: (metafield) => metafield,
    },
    metafields.map(withIds),
  );
}

const CLEARABLE: ReadonlySet<string> = new Set(['description']);

/** Whether a metafield has all values that were sent. */
function hasValues(record: CustomerMetafield, sent: Partial<MetafieldUpdate>, isSame: SameText): boolean {
  return (
    isSame(record.namespace, sent.namespace) &&
    isSame(record.key, sent.key) &&
    sameValue(record.value, sent.value, isSame) &&
    isSame(record.description, sent.description) &&
    valueMatches(record.permissionSet, sent.permissionSet)
  );
}

// In a value, such as JSON, every blank can matter.
function sameValue(held: string, sent: string | null | undefined, isSame: SameText): boolean {
  if (isSame !== textMatches) return isSame(held, sent);
  return sent === undefined || held.trim() === (sent ?? '').trim();
}

/** Deletes metafields. The store's response lists those that it deleted. */
export async function deleteMetafields(
  ctx: MutationContext,
  metafields: readonly (MetafieldReference & SafeIds)[],
): Promise<DeletePayload> {
  return runDeletes<WithIds<MetafieldReference>>(
    ctx,
    {
      list: 'metafields',
      operation: OPERATIONS.deleteCustomersMetafields,
      entity: 'metafield',
      nodeType: 'CustomerMetafield',
      idsOf: ({ customerEntityId, entityId }) => [customerEntityId, entityId],
      ownerOf: ({ customerEntityId }) => customerEntityId,
      check: ({ idErrors }) => idErrors,
      send: (items) => ctx.rest.metafieldWrites.delete(items),
      checksFirst: false,
      // The ids are in the body.
      maxIdsLength: Number.POSITIVE_INFINITY,
      existing: (items, rest) =>
        readEach(items, async (item) => {
          const record = await rest.metafields.one(item.customerEntityId, item.entityId);
          return [[item, record ? { exists: true, keys: [metafieldKey(record)] } : { exists: false }]];
        }),
    },
    metafields.map(withIds),
  );
}

/** Checks all fields of a metafield but its ids. */
export function checkMetafield({
  namespace,
  key,
  value,
  description,
}: Partial<MetafieldUpdate>): ItemError[] {
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
