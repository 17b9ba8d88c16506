import { AsyncLocalStorage } from 'node:async_hooks';
import DataLoader from 'dataloader';
import { inOrder } from '../rest/page.ts';
import type { Portion } from '../rest/portions.ts';

/** What came of one key: its value, or the failure that concerns it alone. */
export type Outcome<V> = { readonly value: V } | { readonly error: unknown };

/** What one call or one batch of calls answered, and which parts of each record it asked for. */
export interface Batch<K, P, V> {
  readonly keys: readonly K[];
  readonly parts: ReadonlySet<P>;
  readonly outcomes: Promise<ReadonlyMap<K, Outcome<V>>>;
}

/** Told how many look-ups needed no call of their own, since another's answers them too. */
export type OnShared = (lookups: number) => void;

/** Loads records by key, each with the parts of it that the one who asks needs. */
export interface PartsLoader<K, P, V> {
  /** What is known already, with these parts or more, is not asked for again. */
  load(key: K, parts: ReadonlySet<P>): Promise<V>;
  /** Takes a record that came with a list, unless a fuller one is known. */
  prime(key: K, parts: ReadonlySet<P>, value: V): void;
  /** Forgets a record that a write has changed. */
  clear(key: K): void;
}

interface Want<K, P> {
  readonly key: K;
  readonly parts: ReadonlySet<P>;
  readonly run: Run;
}

/** Runs something on behalf of whoever asked, so that the call it makes is put down to the right field. */
type Run = <T>(call: () => T) => T;

interface Known<P, V> {
  readonly parts: ReadonlySet<P>;
  readonly value: V | Promise<V>;
}

/**
 * A loader whose records have parts that come only when asked for. All loads of one wave are handed to `fetch`
 * together, so that two who want different parts of one record cost one call that asks for both.
 */
export function createPartsLoader<K extends string | number, P, V>(
  fetch: (wanted: ReadonlyMap<K, ReadonlySet<P>>, onBehalfOf: (key: K) => Run) => readonly Batch<K, P, V>[],
  onShared: OnShared = () => {},
): PartsLoader<K, P, V> {
  // A record may come twice, each time with other parts. The newest comes first.
  const known = new Map<K, readonly Known<P, V>[]>();
  const knownWith = (key: K, parts: ReadonlySet<P>) =>
    known.get(key)?.find((entry) => parts.isSubsetOf(entry.parts));

  function remember(key: K, entry: Known<P, V>): void {
    const others = known.get(key)?.filter(({ parts }) => !parts.isSubsetOf(entry.parts)) ?? [];
    known.set(key, [entry, ...others]);
  }

  const wave = new DataLoader<Want<K, P>, V>(
    (wants) => {
      // Of several who ask for one key the first counts.
      const askers = new Map(wants.toReversed().map(({ key, run }) => [key, run]));
      const batches = fetch(unionByKey(wants), (key) => askers.get(key) ?? ((call) => call()));
      onShared(wants.length - batches.length);
      for (const batch of batches) {
        for (const key of batch.keys) remember(key, { parts: batch.parts, value: pick(batch, key) });
      }
      return Promise.all(wants.map(({ key }) => settle(known.get(key)?.[0])));
    },
    // DataLoader gathers the wave. Remembering needs to know about parts, which its own cache does not.
    { cache: false },
  );

  return {
    load(key, parts) {
      const entry = knownWith(key, parts);
      if (entry !== undefined) {
        onShared(1);
        return Promise.resolve(entry.value);
      }
      const all = [...(known.get(key) ?? []), { parts }];
      const union = new Set(all.flatMap((some) => [...some.parts]));
      return wave.load({ key, parts: union, run: AsyncLocalStorage.snapshot() });
    },
    prime(key, parts, value) {
      const fuller = knownWith(key, parts);
      if (fuller === undefined || fuller.parts.size === parts.size) remember(key, { parts, value });
    },
    clear: (key) => known.delete(key),
  };
}

function unionByKey<K, P>(wants: readonly Want<K, P>[]): Map<K, ReadonlySet<P>> {
  const wanted = new Map<K, ReadonlySet<P>>();
  for (const { key, parts } of wants) wanted.set(key, wanted.get(key)?.union(parts) ?? parts);
  return wanted;
}

async function pick<K, P, V>({ outcomes }: Batch<K, P, V>, key: K): Promise<V> {
  const outcome = (await outcomes).get(key);
  if (outcome === undefined) throw new Error('a batch answered nothing for one of its keys');
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

// DataLoader takes an Error in place of a value as the failure of that key alone.
async function settle<P, V>(known: Known<P, V> | undefined): Promise<V | Error> {
  try {
    if (known === undefined) throw new Error('a wave left one of its keys out');
    return await known.value;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** One batch for all keys of a wave, asking for every part that any of them needs: parts cost nothing, calls do. */
export function together<K, P, V>(
  wanted: ReadonlyMap<K, ReadonlySet<P>>,
  fetch: (keys: readonly K[], parts: ReadonlySet<P>) => Promise<ReadonlyMap<K, Outcome<V>>>,
): readonly Batch<K, P, V>[] {
  const keys = [...wanted.keys()];
  const parts = new Set([...wanted.values()].flatMap((some) => [...some]));
  return [{ keys, parts, outcomes: fetch(keys, parts) }];
}

/** One batch a key, for what no call can ask for together. */
function oneByOne<K, P, V>(
  wanted: ReadonlyMap<K, ReadonlySet<P>>,
  fetch: (key: K, parts: ReadonlySet<P>) => Promise<V>,
): readonly Batch<K, P, V>[] {
  return [...wanted].map(([key, parts]) => ({
    keys: [key],
    parts,
    outcomes: fetch(key, parts).then(
      (value) => new Map([[key, { value }]]),
      (error) => new Map([[key, { error }]]),
    ),
  }));
}

/**
 * A loader for lists: reads that are the same in all but the parts that they want share one call, which asks for the
 * union. A read is a plain value; two that print alike are the same.
 */
export function createReadsLoader<R, P, V>(
  fetch: (read: R, parts: ReadonlySet<P>) => Promise<V>,
  onShared?: OnShared,
): (read: R, parts: ReadonlySet<P>) => Promise<V> {
  const reads = new Map<string, R>();
  const loader = createPartsLoader<string, P, V>(
    (wanted, onBehalfOf) =>
      oneByOne(wanted, (key, parts) => onBehalfOf(key)(() => fetch(reads.get(key) as R, parts))),
    onShared,
  );
  return (read, parts) => {
    const key = JSON.stringify(read);
    reads.set(key, read);
    return loader.load(key, parts);
  };
}

/** For records that come whole. */
export const NO_PARTS: ReadonlySet<never> = new Set();

/** A loader for what the store has no batch for: one call a key, side by side, and none for a key that was asked before. */
export function createEachLoader<K extends string | number, V>(
  fetch: (key: K) => Promise<V>,
  onShared?: OnShared,
): (key: K) => Promise<V> {
  const loader = createPartsLoader<K, never, V>(
    (wanted, onBehalfOf) => oneByOne(wanted, (key) => onBehalfOf(key)(() => fetch(key))),
    onShared,
  );
  return (key) => loader.load(key, NO_PARTS);
}

/** Gives each key its one record, or null. Replies come in the store's order and omit what it does not know. */
export function oneByKey<K, T>(
  portions: readonly Portion<K, T>[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, Outcome<T | null>> {
  const outcomes = new Map<K, Outcome<T | null>>();
  for (const portion of portions) {
    for (const key of portion.keys) outcomes.set(key, 'error' in portion ? portion : { value: null });
    if ('items' in portion) for (const item of portion.items) outcomes.set(keyOf(item), { value: item });
  }
  return outcomes;
}

/** Gives each key all of its records, none twice: pages may shift while they are read. */
export function manyByKey<K, T extends { readonly entityId: number }>(
  portions: readonly Portion<K, T>[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, Outcome<readonly T[]>> {
  const outcomes = new Map<K, Outcome<readonly T[]>>();
  for (const portion of portions) {
    if ('error' in portion) {
      for (const key of portion.keys) outcomes.set(key, portion);
      continue;
    }
    const grouped = Map.groupBy(portion.items, keyOf);
    for (const key of portion.keys) outcomes.set(key, { value: inOrder(grouped.get(key) ?? []) });
  }
  return outcomes;
}
