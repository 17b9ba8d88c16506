import DataLoader from 'dataloader';
import type { RunForField } from '../rest/client/call-log.ts';
import type { Outcome } from './group-by-key.ts';

/** The keys and parts of one call, or of one batch of calls, and the result of each key. */
export interface Batch<K, P, V> {
  readonly keys: readonly K[];
  readonly parts: ReadonlySet<P>;
  readonly outcomes: Promise<ReadonlyMap<K, Outcome<V>>>;
}

/** How loads are batched. */
export interface BatchingOptions {
  /** Called with the number of lookups that needed no call because another lookup's call answered them. */
  readonly onCoalesced?: (lookups: number) => void;
  /** Resolves when the execution has done the work that it deferred, which may add to a batch. Null if there is none. */
  readonly deferredWork?: () => Promise<void> | null;
  /** Keeps the field that causes a load, so its call is attributed to it. @default fields are not tracked */
  readonly keepField?: () => RunForField;
}

/** Loads records by key, each with the parts that the caller needs. Caches them for one request. */
export interface FieldsetLoader<K, P, V> {
  /** Loads a record. A cached record with at least these parts costs no call. */
  load(key: K, parts: ReadonlySet<P>): Promise<V>;
  /** Caches a record that was part of a list, unless one with more parts is cached. */
  prime(key: K, parts: ReadonlySet<P>, value: V): void;
  /** Removes a record from the cache. Call it after a write to the record. */
  clear(key: K): void;
}

interface Load<K, P> {
  readonly key: K;
  readonly parts: ReadonlySet<P>;
  readonly run: RunForField;
}

const runNow: RunForField = (call) => call();

/** A record that was part of a list, or the batch that reads it. */
type CacheEntry<K, P, V> =
  | { readonly parts: ReadonlySet<P>; readonly value: V }
  | { readonly parts: ReadonlySet<P>; readonly batch: Batch<K, P, V> };

/**
 * Creates a loader for records with parts that are returned only on request. All loads of one tick are passed to `fetch`
 * together: two loads of one record with different parts cost one call that requests both.
 *
 * @param fetch returns batches that cover all keys. `fieldOf` returns what runs a call for the field that needs a key
 */
export function createFieldsetLoader<K extends string | number, P, V>(
  fetch: (
    partsByKey: ReadonlyMap<K, ReadonlySet<P>>,
    fieldOf: (key: K) => RunForField,
  ) => readonly Batch<K, P, V>[],
  { onCoalesced = () => {}, deferredWork, keepField = () => runNow }: BatchingOptions = {},
): FieldsetLoader<K, P, V> {
  // A record can be cached twice, with different parts. The newest entry is first.
  const cache = new Map<K, readonly CacheEntry<K, P, V>[]>();
  const findCached = (key: K, parts: ReadonlySet<P>) =>
    cache.get(key)?.find((entry) => parts.isSubsetOf(entry.parts));

  function store(key: K, entry: CacheEntry<K, P, V>): void {
    const others = cache.get(key)?.filter(({ parts }) => !parts.isSubsetOf(entry.parts)) ?? [];
    cache.set(key, [entry, ...others]);
  }

  /** The parts of a load, with those of the same record that are cached. */
  function withCachedParts(key: K, parts: ReadonlySet<P>): ReadonlySet<P> {
    return cache.get(key)?.reduceRight((union, cached) => cached.parts.union(union), parts) ?? parts;
  }

  const batcher = new DataLoader<Load<K, P>, V>(
    async (loads) => {
      // A call is attributed to the first of several loads of one key.
      const runners = new Map(loads.toReversed().map(({ key, run }) => [key, run]));
      const batches = fetch(mergeByKey(loads), (key) => runners.get(key) ?? runNow);
      onCoalesced(loads.length - batches.length);
      for (const batch of batches) {
        for (const key of batch.keys) store(key, { parts: batch.parts, batch });
      }
      const outcomes = new Map((await Promise.all(batches.map(outcomesOf))).flat());
      return loads.map(({ key }) => valueOrError(outcomes.get(key)));
    },
    // DataLoader only batches. Its own cache does not support parts.
    { cache: false, batchScheduleFn: batchSchedule(deferredWork) },
  );

  return {
    load(key, parts) {
      const entry = findCached(key, parts);
      if (entry !== undefined) {
        onCoalesced(1);
        return 'value' in entry ? Promise.resolve(entry.value) : resultOf(entry.batch, key);
      }
      return batcher.load({ key, parts: withCachedParts(key, parts), run: keepField() });
    },
    prime(key, parts, value) {
      const cached = findCached(key, parts);
      if (cached === undefined || cached.parts.size === parts.size) store(key, { parts, value });
    },
    clear: (key) => cache.delete(key),
  };
}

/** Returns a DataLoader schedule that sends a batch when nothing adds to it any more. */
export function batchSchedule(
  deferredWork: () => Promise<void> | null = () => null,
): (send: () => void) => void {
  return (send) => {
    function sendIfComplete(): void {
      const deferred = deferredWork();
      if (deferred === null) send();
      else void deferred.then(attempt);
    }

    // As DataLoader does by default: the callbacks of promises run first, which may load more.
    function attempt(): void {
      void Promise.resolve().then(() => process.nextTick(sendIfComplete));
    }

    attempt();
  };
}

function mergeByKey<K, P>(loads: readonly Load<K, P>[]): Map<K, ReadonlySet<P>> {
  const unions = new Map<K, ReadonlySet<P>>();
  for (const { key, parts } of loads) unions.set(key, unions.get(key)?.union(parts) ?? parts);
  return unions;
}

async function resultOf<K, P, V>({ outcomes }: Batch<K, P, V>, key: K): Promise<V> {
  const value = valueOrError((await outcomes).get(key));
  if (value instanceof Error) throw value;
  return value;
}

/** The outcome of each key of a batch. Never rejects. */
async function outcomesOf<K, P, V>({ keys, outcomes }: Batch<K, P, V>): Promise<readonly [K, Outcome<V>][]> {
  try {
    return [...(await outcomes)];
  } catch (error) {
    return keys.map((key) => [key, { error }]);
  }
}

/** An Error in place of a value makes DataLoader reject that key alone. */
function valueOrError<V>(outcome: Outcome<V> | undefined): V | Error {
  if (outcome === undefined) return new Error('a batch returned no result for one of its keys');
  if (!('error' in outcome)) return outcome.value;
  return outcome.error instanceof Error ? outcome.error : new Error(String(outcome.error));
}

/** One batch for all keys, with every part that any of them needs: extra parts cost no extra call. */
export function oneBatch<K, P, V>(
  partsByKey: ReadonlyMap<K, ReadonlySet<P>>,
  fetch: (keys: readonly K[], parts: ReadonlySet<P>) => Promise<ReadonlyMap<K, Outcome<V>>>,
): readonly Batch<K, P, V>[] {
  const keys = [...partsByKey.keys()];
  const parts = new Set([...partsByKey.values()].flatMap((some) => [...some]));
  return [{ keys, parts, outcomes: fetch(keys, parts) }];
}

/** One batch per key, for endpoints that read one key per call. */
function batchPerKey<K, P, V>(
  partsByKey: ReadonlyMap<K, ReadonlySet<P>>,
  fetch: (key: K, parts: ReadonlySet<P>) => Promise<V>,
): readonly Batch<K, P, V>[] {
  return [...partsByKey].map(([key, parts]) => ({
    keys: [key],
    parts,
    outcomes: fetch(key, parts).then(
      (value) => new Map([[key, { value }]]),
      (error) => new Map([[key, { error }]]),
    ),
  }));
}

/**
 * Creates a loader for lists. Equal queries that need different parts share one call, which requests the union of the
 * parts. Queries are plain values and are compared by their JSON.
 */
export function createQueryLoader<Q, P, V>(
  fetch: (query: Q, parts: ReadonlySet<P>) => Promise<V>,
  batching?: BatchingOptions,
): (query: Q, parts: ReadonlySet<P>) => Promise<V> {
  const queries = new Map<string, Q>();
  const loader = createFieldsetLoader<string, P, V>(
    (partsByKey, fieldOf) =>
      batchPerKey(partsByKey, (key, parts) => fieldOf(key)(() => fetch(queries.get(key) as Q, parts))),
    batching,
  );
  return (query, parts) => {
    const key = JSON.stringify(query);
    queries.set(key, query);
    return loader.load(key, parts);
  };
}

/** For records without optional parts. */
export const NO_PARTS: ReadonlySet<never> = new Set();

/**
 * Creates a loader for endpoints without batch reads: one call per key, concurrent and cached. There is nothing to batch, so
 * a call is made at once and not at the end of the tick.
 */
export function createSingleLoader<K extends string | number, V>(
  fetch: (key: K) => Promise<V>,
  { onCoalesced = () => {} }: BatchingOptions = {},
): (key: K) => Promise<V> {
  const loads = new Map<K, Promise<V>>();
  return (key) => {
    const known = loads.get(key);
    if (known !== undefined) {
      onCoalesced(1);
      return known;
    }
    const load = fetch(key);
    loads.set(key, load);
    return load;
  };
}
