/** A value, or a promise of one: a store in memory answers at once, a store on the network later. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * A name that entries have in common, such as `customer/5`. An invalidation names tags, and makes all entries with one of
 * them unusable. A tag holds no personal data.
 */
export type Tag = string;

/** What a look-up returns. */
export interface CacheEntry {
  /** Plain JSON. A copy of its own for each look-up. */
  readonly value: unknown;
  /** When the read of the value began, in Unix milliseconds. */
  readonly readAt: number;
}

/** A value to be stored. */
export interface CacheFill {
  readonly key: string;
  /** Plain JSON. */
  readonly value: unknown;
  readonly tags: readonly Tag[];
}

/**
 * The store behind the cache of the store's answers. It may forget any entry at any time, and never returns one that an
 * invalidation has made unusable.
 *
 * Invalidations have an order. `version` is the number of the last one that the process knows of. A read notes it before it
 * begins, and `setMany` takes it: an entry is usable if none of its tags was invalidated after that version. So a read that
 * began before an invalidation never leaves a usable entry, whenever it ends.
 *
 * No method rejects. A store on the network that cannot be reached finds nothing, stores nothing, and `version` still
 * advances with each invalidation.
 */
export interface CacheStore {
  /** The number of the last invalidation that the process knows of. A lower number is safe; it makes fewer fills usable. */
  version(): number;
  /**
   * The usable entries of these keys, in their order; null for each that is missing. One round trip for all keys.
   *
   * @param willRead whether the caller reads from the store what is missing. Other processes then wait for a moment for what it
   *   finds, instead of reading the same @default true
   */
  getMany(keys: readonly string[], willRead?: boolean): MaybePromise<readonly (CacheEntry | null)[]>;
  /**
   * Stores what one read found.
   *
   * @param readAt when the read began, in Unix milliseconds
   * @param version what `version` was before the read began
   */
  setMany(
    fills: readonly CacheFill[],
    read: { readonly readAt: number; readonly version: number },
  ): MaybePromise<void>;
  /**
   * Makes all entries with one of these tags unusable, in all processes. When it has ended, no process uses such an entry.
   *
   * @param holdMs milliseconds for which reads that begin leave no usable entry with these tags either: a write whose
   *   response was lost may still take effect @default 0
   */
  invalidate(tags: readonly Tag[], holdMs?: number): MaybePromise<void>;
  /**
   * Calls a function with the tags of each invalidation, also one of another process, before the entries that it concerns
   * are read again. No tags: the process may have missed some. The caller lets no later read join one in flight.
   */
  onInvalidation(listener: (tags: readonly Tag[]) => void): void;
  /** Number of entries and their size. */
  size(): { readonly entries: number; readonly bytes: number };
}
