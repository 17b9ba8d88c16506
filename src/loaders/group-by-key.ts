import type { Chunk } from '../rest/batching/chunks.ts';
import { sortById } from '../rest/wire/page.ts';

/** The result of one key: its value, or the error of that key alone. */
export type Outcome<V> = { readonly value: V } | { readonly error: unknown };

/** Maps each key to its record, or to null if the store has none. The order of the records does not matter. */
export function oneByKey<K, T>(
  chunks: readonly Chunk<K, T>[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, Outcome<T | null>> {
  const outcomes = new Map<K, Outcome<T | null>>();
  for (const chunk of chunks) {
    for (const key of chunk.keys) outcomes.set(key, 'error' in chunk ? chunk : { value: null });
    if ('items' in chunk) for (const item of chunk.items) outcomes.set(keyOf(item), { value: item });
  }
  return outcomes;
}

/** Maps each key to all of its records, sorted by id. Removes duplicates: pages can shift during the reads. */
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
    for (const key of chunk.keys) outcomes.set(key, { value: sortById(grouped.get(key) ?? []) });
  }
  return outcomes;
}
