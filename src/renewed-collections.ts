/** After how many removals a collection moves to a new table, at least. */
const REMOVALS = 64;

/**
 * A map for entries that come and go all the time. V8 enlarges, shrinks and cleans the table of a map by making a new one, to
 * which the old one refers, for iterators that are still in use. Once one table is in the old generation, all later ones are kept until
 * the whole heap is collected, with everything that their entries refer to. This map begins a new chain of tables from time
 * to time. An iteration that removes entries may still meet entries that were removed.
 */
export class RenewedMap<K, V> {
  #map = new Map<K, V>();
  #removals = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): this {
    this.#map.set(key, value);
    return this;
  }

  delete(key: K): boolean {
    const map = this.#map;
    if (!map.delete(key)) return false;
    this.#removals += 1;
    // In proportion to the size: each removal pays for a constant part of a copy.
    if (this.#removals >= REMOVALS + map.size) {
      this.#map = new Map(map);
      this.#removals = 0;
    }
    return true;
  }

  clear(): void {
    this.#map = new Map();
    this.#removals = 0;
  }

  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  values(): MapIterator<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map.entries();
  }
}

/** The same for a set. */
export class RenewedSet<T> {
  readonly #map = new RenewedMap<T, true>();

  get size(): number {
    return this.#map.size;
  }

  has(value: T): boolean {
    return this.#map.has(value);
  }

  add(value: T): this {
    this.#map.set(value, true);
    return this;
  }

  /** The value that has been in the set longest. */
  first(): T | undefined {
    return this.#map.keys().next().value;
  }

  delete(value: T): boolean {
    return this.#map.delete(value);
  }

  clear(): void {
    this.#map.clear();
  }

  [Symbol.iterator](): MapIterator<T> {
    return this.#map.keys();
  }
}
