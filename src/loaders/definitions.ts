import type { BatchingOptions } from './fieldset-loader.ts';

/** A cache of all definitions of one kind that the store has, such as its attributes. Shared by all requests. */
export interface DefinitionsCache<T> {
  /** The cached definitions. Null if there are none or they have expired. @param maxAgeMs @default the time to live */
  get(maxAgeMs?: number): readonly T[] | null;
  /** The number of definitions at the last read. Null if there was none recently. */
  count(): number | null;
  /** Starts a read. Call the returned function with its result, which is cached unless `clear` was called meanwhile. */
  startRead(): (definitions: readonly T[]) => void;
  /** Call after every write of definitions. */
  clear(): void;
}

export interface DefinitionsCacheOptions {
  /**
   * Time to live in milliseconds. Changes by other apps are visible after this time: no webhook reports them. 0 reads them
   * for each request, from the cache of the store's answers if that is on. @default 60000
   */
  readonly ttlMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const DEFAULT_TTL_MS = 60_000;

export function createDefinitionsCache<T>({
  ttlMs = DEFAULT_TTL_MS,
  now = () => performance.now(),
}: DefinitionsCacheOptions = {}): DefinitionsCache<T> {
  let entry: { readonly definitions: readonly T[]; readonly at: number } | null = null;
  let generation = 0;
  return {
    get: (maxAgeMs = ttlMs) =>
      entry !== null && now() - entry.at < Math.min(ttlMs, maxAgeMs) ? entry.definitions : null,
    count: () => (entry !== null && now() - entry.at < DEFAULT_TTL_MS ? entry.definitions.length : null),
    startRead() {
      const [startedIn, at] = [generation, now()];
      return (definitions) => {
        if (startedIn === generation) entry = { definitions, at };
      };
    },
    clear() {
      entry = null;
      generation += 1;
    },
  };
}

export interface DefinitionsLoaderOptions<T> {
  readonly read: () => Promise<readonly T[]>;
  readonly cache: DefinitionsCache<T>;
  /** Maximum age of cached definitions in milliseconds. @default that of the cache */
  readonly maxAgeMs?: number | undefined;
  /** Called when the cache saved a call. */
  readonly onCached: () => void;
  readonly batching?: BatchingOptions | undefined;
}

/** Loads all definitions of one kind, at most once per request. */
export function createDefinitionsLoader<T>(
  options: DefinitionsLoaderOptions<T>,
): () => Promise<readonly T[]> {
  const { read, cache, maxAgeMs, onCached, batching } = options;
  let definitions: Promise<readonly T[]> | null = null;

  async function readAll(): Promise<readonly T[]> {
    const store = cache.startRead();
    const result = await read();
    store(result);
    return result;
  }

  return () => {
    const cached = cache.get(maxAgeMs);
    if (definitions !== null) {
      batching?.onCoalesced?.(1);
      return definitions;
    }
    if (cached !== null) onCached();
    definitions = cached === null ? readAll() : Promise.resolve(cached);
    return definitions;
  };
}
