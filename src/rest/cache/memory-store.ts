import { LRUCache } from 'lru-cache';
import type { CacheStore, Tag } from './store.ts';

export interface MemoryStoreOptions {
  /** Maximum size of all entries, in bytes. The least recently used ones are dropped. */
  readonly maxBytes: number;
  /** Time for which an entry is kept, in milliseconds. Invalidations are remembered as long. */
  readonly keepMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

interface StoredEntry {
  readonly json: string;
  readonly tags: readonly Tag[];
  readonly readAt: number;
  readonly version: number;
}

interface Invalidation {
  readonly version: number;
  readonly at: number;
  /** Reads that begin before it leave no usable entry. */
  readonly heldUntil: number;
}

/** Bytes of an entry besides its texts: the objects, and its places in the maps. Measured with Node 24. */
const ENTRY_OVERHEAD = 400;
/** V8 keeps a text with one character outside Latin-1 in two bytes per character. */
const BYTES_PER_CHARACTER = 2;
/** Maximum number of tags whose invalidation is remembered. About 20 MB. */
const MAX_INVALIDATIONS = 100_000;

/**
 * Keeps entries in the memory of this process, as JSON: that has an exact size, and what a caller does to a value changes
 * no other caller's.
 */
export function createMemoryStore({ maxBytes, keepMs, now }: MemoryStoreOptions): CacheStore {
  const entries = new LRUCache<string, StoredEntry>({
    maxSize: maxBytes,
    sizeCalculation: ({ json, tags }, key) =>
      ENTRY_OVERHEAD + BYTES_PER_CHARACTER * (key.length + json.length + totalLength(tags)),
  });
  /** By tag, its last invalidation. The oldest is first. */
  const invalidations = new Map<Tag, Invalidation>();
  /** The last of the invalidations that are forgotten: entries that may have missed it, or its hold, are unusable. */
  const forgotten = { version: 0, heldUntil: 0 };
  let version = 0;
  const listeners: ((tags: readonly Tag[]) => void)[] = [];

  function isUsable(entry: StoredEntry): boolean {
    const hasSeen = (last: Pick<Invalidation, 'version' | 'heldUntil'>) =>
      last.version <= entry.version && last.heldUntil <= entry.readAt;
    if (!hasSeen(forgotten) || now() - entry.readAt > keepMs) return false;
    return entry.tags.every((tag) => {
      const last = invalidations.get(tag);
      return last === undefined || hasSeen(last);
    });
  }

  function forgetOld(): void {
    for (const [tag, { version: number, at, heldUntil }] of invalidations) {
      // An entry that it concerns is too old by then.
      const isOver = Math.max(at, heldUntil) + keepMs < now();
      if (!isOver && invalidations.size <= MAX_INVALIDATIONS) return;
      if (!isOver) {
        forgotten.version = Math.max(forgotten.version, number);
        forgotten.heldUntil = Math.max(forgotten.heldUntil, heldUntil);
      }
      invalidations.delete(tag);
    }
  }

  return {
    version: () => version,
    getMany: (keys) =>
      keys.map((key) => {
        const entry = entries.get(key);
        if (entry === undefined) return null;
        if (isUsable(entry)) return { value: JSON.parse(entry.json), readAt: entry.readAt };
        entries.delete(key);
        return null;
      }),
    setMany(fills, read) {
      for (const { key, value, tags } of fills) {
        const entry = { json: JSON.stringify(value), tags, ...read };
        const known = entries.peek(key);
        // A slow read must not replace what a later one has found.
        const isOlder = known !== undefined && known.readAt > read.readAt && isUsable(known);
        if (!isOlder && isUsable(entry)) entries.set(key, entry);
      }
    },
    invalidate(tags, holdMs = 0) {
      version += 1;
      const at = now();
      for (const tag of tags) {
        const heldUntil = Math.max(invalidations.get(tag)?.heldUntil ?? 0, holdMs === 0 ? 0 : at + holdMs);
        // Deleted first: the order of the map is that of the invalidations.
        invalidations.delete(tag);
        invalidations.set(tag, { version, at, heldUntil });
      }
      forgetOld();
      for (const listener of listeners) listener(tags);
    },
    onInvalidation(listener) {
      listeners.push(listener);
    },
    size: () => ({ entries: entries.size, bytes: entries.calculatedSize }),
  };
}

function totalLength(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}
