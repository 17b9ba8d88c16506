import { GatewayError } from '../../errors.ts';
import type { Key, RestCall } from '../client/call.ts';
import {
  answerKey,
  groupKey,
  isById,
  type KeptAnswer,
  type KeptList,
  type KeptRecord,
  listKey,
  recordKey,
} from './keys.ts';
import type { CacheKind } from './kinds.ts';
import type { CacheEntry, CacheStore } from './store.ts';

/** What the cache has of a read. */
export interface Found<T> {
  readonly value: T;
  /** When the oldest part of it was read, in Unix milliseconds. */
  readonly readAt: number;
}

/** What the cache has for one key of a lookup. */
export interface FoundKey {
  readonly key: Key;
  /** The records that belong to the key. Null if one of them, or a part of one, is missing. */
  readonly records: Found<readonly unknown[]> | null;
  /** The parts that are kept of a record that lacks others. */
  readonly include: readonly string[];
}

type Store = Pick<CacheStore, 'getMany'>;
export type Lookup = RestCall & { readonly keys: NonNullable<RestCall['keys']> };

/** An answer that is kept whole. The value is an error if the store answered that there is no such thing. */
export async function findWhole(store: Store, call: RestCall): Promise<Found<unknown> | null> {
  const [entry = null] = await store.getMany([answerKey(call)]);
  if (entry === null) return null;
  const { readAt } = entry;
  const kept = entry.value as KeptAnswer;
  if ('answer' in kept) return { value: kept.answer, readAt };
  const { message, title } = kept.notFound;
  return { value: new GatewayError('UPSTREAM_REJECTED', message, { status: 404, title }), readAt };
}

/** A list, put together from its records. Null if one of them is missing. */
export async function findList(
  store: Store,
  call: RestCall,
  kind: CacheKind,
): Promise<Found<unknown> | null> {
  const [entry = null] = await store.getMany([listKey(call)]);
  if (entry === null) return null;
  const { ids, meta } = entry.value as KeptList;
  const found = recordsOf(entry, await findRecords(store, kind, ids, call.include));
  return found && { ...found, value: { data: found.value, ...(meta !== undefined && { meta }) } };
}

/** What the cache has for each key of a lookup, in at most two rounds. */
export async function findByKeys(store: Store, call: Lookup, kind: CacheKind): Promise<readonly FoundKey[]> {
  const { keys, include } = call;
  if (isById(call)) {
    const records = await findRecords(store, kind, keys.values, include);
    return keys.values.map((key) => foundById(key, records.get(key)));
  }
  const groups = await store.getMany(keys.values.map((key) => groupKey(call, key)));
  const ids = groups.flatMap((group) => (group === null ? [] : (group.value as KeptList).ids));
  const records = ids.length === 0 ? new Map() : await findRecords(store, kind, ids, include);
  return keys.values.map((key, i) => {
    const group = groups[i] ?? null;
    return { key, records: group && recordsOf(group, records), include: [] };
  });
}

/** A record as it is kept, and whether it holds the parts that are asked for. */
interface FoundRecord extends Found<KeptRecord> {
  readonly isComplete: boolean;
}

async function findRecords(
  store: Store,
  kind: CacheKind,
  ids: readonly Key[],
  include: readonly string[] = [],
): Promise<ReadonlyMap<Key, FoundRecord>> {
  const unique = [...new Set(ids)];
  const entries = await store.getMany(unique.map((id) => recordKey(kind, id)));
  const found = new Map<Key, FoundRecord>();
  for (const [i, id] of unique.entries()) {
    const entry = entries[i] ?? null;
    if (entry === null) continue;
    const kept = entry.value as KeptRecord;
    const isComplete = kept.record === null || include.every((name) => kept.include.includes(name));
    found.set(id, { value: kept, readAt: entry.readAt, isComplete });
  }
  return found;
}

function foundById(key: Key, found: FoundRecord | undefined): FoundKey {
  if (found === undefined) return { key, records: null, include: [] };
  const { value: kept, readAt, isComplete } = found;
  const value = kept.record === null ? [] : [kept.record];
  return { key, records: isComplete ? { value, readAt } : null, include: kept.include };
}

function recordsOf(
  list: CacheEntry,
  records: ReadonlyMap<Key, FoundRecord>,
): Found<readonly unknown[]> | null {
  const value: unknown[] = [];
  let { readAt } = list;
  for (const id of (list.value as KeptList).ids) {
    const found = records.get(id);
    if (!found?.isComplete || found.value.record === null) return null;
    value.push(found.value.record);
    readAt = Math.min(readAt, found.readAt);
  }
  return { value, readAt };
}
