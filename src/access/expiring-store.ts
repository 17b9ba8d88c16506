/** Names that are remembered for a time, by all replicas if they share Redis. */
export interface ExpiringStore {
  /** Remembers a name for this many milliseconds. */
  add(name: string, ttlMs: number): Promise<void>;
  /** Whether a name is remembered. */
  has(name: string): Promise<boolean>;
  /**
   * Adds 1 to a counter, which starts at 0 and ends this many milliseconds after it was first used.
   *
   * @returns its new value
   */
  count(name: string, ttlMs: number): Promise<number>;
}

export interface MemoryExpiringStoreOptions {
  /** Maximum number of names. The one that was added first is dropped first. @default 100000 */
  readonly maxEntries?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

interface Entry {
  readonly expiresAt: number;
  readonly count: number;
}

/** Remembers names in this process alone. */
export function createMemoryExpiringStore({
  maxEntries = 100_000,
  now = () => performance.now(),
}: MemoryExpiringStoreOptions = {}): ExpiringStore {
  const entries = new Map<string, Entry>();

  function read(name: string): Entry | null {
    const entry = entries.get(name);
    if (entry !== undefined && entry.expiresAt > now()) return entry;
    entries.delete(name);
    return null;
  }

  function write(name: string, entry: Entry): void {
    entries.set(name, entry);
    if (entries.size <= maxEntries) return;
    for (const [each, { expiresAt }] of entries) if (expiresAt <= now()) entries.delete(each);
    const [first] = entries.keys();
    if (entries.size > maxEntries && first !== undefined) entries.delete(first);
  }

  return {
    async add(name, ttlMs) {
      write(name, { expiresAt: now() + ttlMs, count: 1 });
    },
    has: async (name) => read(name) !== null,
    async count(name, ttlMs) {
      const { expiresAt, count } = read(name) ?? { expiresAt: now() + ttlMs, count: 0 };
      write(name, { expiresAt, count: count + 1 });
      return count + 1;
    },
  };
}
