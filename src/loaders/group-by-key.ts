import type { Chunk, UnreadableRecord } from '../rest/batching/chunks.ts';
import { sortById } from '../rest/wire/page.ts';

/** The result of one key: its value, or the error of that key alone. */
export type Outcome<V> = { readonly value: V } | { readonly error: unknown };

/** Maps each key to its record, or to null if the store has none. A key that an unreadable record may belong to fails. */
export function oneByKey<K, T>(
  chunks: readonly Chunk<K, T>[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, Outcome<T | null>> {
  const outcomes = new Map<K, Outcome<T | null>>();
  for (const chunk of chunks) {
    if ('error' in chunk) {
      for (const key of chunk.keys) outcomes.set(key, chunk);
      continue;
    }
    for (const key of chunk.keys) outcomes.set(key, failureOf(key, chunk.unreadable) ?? { value: null });
    for (const item of chunk.items) outcomes.set(keyOf(item), { value: item });
  }
  return outcomes;
}

/** Maps each key to all of its records, sorted by id. A key that an unreadable record may belong to fails. */
export function manyByKey<K, T extends { readonly entityId: number }>(
  chunks: readonly Chunk<K, T>[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, Outcome<readonly T[]>> {
  const outcomes = new Map<K, Outcome<readonly T[]>>();
  for (const chunk of chunks) {
    if ('error' in chunk) {
      for (const key of chunk.keys) outcomes.set(key, chunk);
      continue;
    }
    const grouped = Map.groupBy(chunk.items, keyOf);
    for (const key of chunk.keys) {
      // Without duplicates: pages can shift while they are read.
      const value = sortById(grouped.get(key) ?? []);
      outcomes.set(key, failureOf(key, chunk.unreadable) ?? { value });
    }
  }
  return outcomes;
}

function failureOf<K>(
  key: K,
  unreadable: readonly UnreadableRecord<K>[] = [],
): { readonly error: unknown } | undefined {
  return unreadable.find((record) => record.key === null || record.key === key);
}
