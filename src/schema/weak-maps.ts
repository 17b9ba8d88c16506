/** The map of a key in a map of maps. It is made when it is first asked for. */
export function entryOf<K extends object, L extends object, V>(
  map: WeakMap<K, WeakMap<L, V>>,
  key: K,
): WeakMap<L, V> {
  const entry = map.get(key) ?? new WeakMap<L, V>();
  map.set(key, entry);
  return entry;
}
