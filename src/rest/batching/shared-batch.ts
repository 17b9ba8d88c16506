import { type PageRequest, readAllPages, type StorePage } from '../wire/page.ts';
import {
  type BisectBudget,
  bisect,
  type Chunk,
  createBisectBudget,
  isRejected,
  readChunk,
} from './chunks.ts';

export type Key = string | number;

/** What a call asks for. */
export interface BatchQuery<K, P> {
  readonly keys: readonly K[];
  /** The optional parts of each record. */
  readonly parts: ReadonlySet<P>;
}

/** A lookup of one operation. Lookups with the same name differ only in their keys and parts. Keys are distinct. */
export interface LookupRequest<K, P> extends BatchQuery<K, P> {
  readonly name: string;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal;
  /** Splits the keys into lists that fit one call each. */
  splitKeys(query: BatchQuery<K, P>): readonly (readonly K[])[];
  /** Number of calls that the operation may still make. */
  remainingCalls(): number;
  /** Reads a page on behalf of this operation. */
  readPage(query: BatchQuery<K, P>, request: PageRequest, signal: AbortSignal): Promise<StorePage<unknown>>;
  /** The key that a record belongs to. Null if the record does not say. */
  keyOf(record: unknown): K | null;
}

/** A lookup that waits for the result of batches. */
export interface Waiter {
  readonly request: LookupRequest<Key, string>;
  /** The batches that contain its keys. */
  readonly batches: Set<SharedBatch>;
  /** Number of calls that may be spent on bisecting a rejected list. */
  readonly bisectBudget: BisectBudget;
}

/** Returns what a waiter asked for, and nothing else. */
type ResultFor = (waiter: Waiter) => Chunk<Key, unknown>[];

/** A batch in flight, for one waiter or several. */
export interface SharedBatch extends BatchQuery<Key, string> {
  readonly waiters: Set<Waiter>;
  /** The waiters on whose behalf calls were made. */
  readonly requesters: ReadonlySet<Waiter>;
  /** Never rejects: a failure is reported in the chunk it belongs to. */
  readonly result: Promise<ResultFor>;
  abort(reason: unknown): void;
}

export function createWaiter(request: LookupRequest<Key, string>): Waiter {
  return { request, batches: new Set(), bisectBudget: createBisectBudget() };
}

/** The keys and parts of several waiters. More parts do not make more calls. */
export function mergeRequests(waiters: readonly Waiter[]): BatchQuery<Key, string> {
  return {
    keys: [...new Set(waiters.flatMap(({ request }) => request.keys))],
    parts: new Set(waiters.flatMap(({ request }) => [...request.parts])),
  };
}

/**
 * Starts to read a list of keys. If the store rejects the list, it is bisected by waiter until each has what it would
 * have got alone, so no waiter fails because of the keys of another.
 *
 * @param onClosed called when no further waiter may join
 */
export function createSharedBatch(
  keys: readonly Key[],
  initialWaiters: readonly Waiter[],
  onClosed: () => void,
): SharedBatch {
  const waiters = new Set(initialWaiters);
  const requesters = new Set<Waiter>();
  const controller = new AbortController();
  const { parts } = mergeRequests(initialWaiters);

  /** The waiter that makes the next call: the one with the most calls left, and the earliest if several are equal. */
  function pickRequester(candidates: Iterable<Waiter>): Waiter {
    const [first, ...others] = [...candidates].filter((waiter) => waiters.has(waiter));
    if (first === undefined) throw new Error('the batch has no waiters left');
    const requester = others.reduce(
      (best, waiter) => (waiter.request.remainingCalls() > best.request.remainingCalls() ? waiter : best),
      first,
    );
    requesters.add(requester);
    return requester;
  }

  const readFor = (candidates: Iterable<Waiter>, wanted: ReadonlySet<string>) => (chunk: readonly Key[]) =>
    readAllPages((page) =>
      pickRequester(candidates).request.readPage({ keys: chunk, parts: wanted }, page, controller.signal),
    );

  async function readList(candidates: Iterable<Waiter>, query: BatchQuery<Key, string>): Promise<ResultFor> {
    const chunk = await readChunk(query.keys, readFor(candidates, query.parts));
    onClosed();
    return isRejected(chunk) ? splitByWaiter(candidates, chunk) : distribute([chunk]);
  }

  /** Bisects the waiters of a rejected list until those that asked for the faulty keys are alone. */
  async function splitByWaiter(
    candidates: Iterable<Waiter>,
    rejected: Chunk<Key, unknown>,
  ): Promise<ResultFor> {
    const present = [...candidates].filter((waiter) => waiters.has(waiter));
    const groups = groupByKeys(present, rejected.keys);
    const remaining = restrictTo(rejected.keys, mergeRequests(present));
    const [first] = present;
    if (first && groups.length === 1 && remaining.keys.length === rejected.keys.length) {
      return distribute(
        await bisect(
          { ...rejected, keys: remaining.keys },
          readFor(present, remaining.parts),
          first.bisectBudget,
        ),
      );
    }
    const results = new Map<Waiter, ResultFor>();
    await Promise.all(
      halve(groups).map(async (half) => {
        const query = restrictTo(rejected.keys, mergeRequests(half));
        const isWhole = query.keys.length === rejected.keys.length;
        const result = await (isWhole ? splitByWaiter(half, rejected) : readList(half, query));
        for (const waiter of half) results.set(waiter, result);
      }),
    );
    return (waiter) => results.get(waiter)?.(waiter) ?? [];
  }

  return {
    keys,
    parts,
    waiters,
    requesters,
    result: readList(waiters, { keys, parts }),
    abort: (reason) => controller.abort(reason),
  };
}

function restrictTo(keys: readonly Key[], query: BatchQuery<Key, string>): BatchQuery<Key, string> {
  const wanted = new Set(keys);
  return { ...query, keys: query.keys.filter((key) => wanted.has(key)) };
}

/** Groups the waiters that ask for the same keys of a list, since they get the same result. */
function groupByKeys(waiters: readonly Waiter[], keys: readonly Key[]): Waiter[][] {
  const groupKey = ({ request }: Waiter) => JSON.stringify(restrictTo(keys, request).keys);
  return [...Map.groupBy(waiters, groupKey).values()];
}

function halve(groups: readonly Waiter[][]): Waiter[][] {
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle).flat(), groups.slice(middle).flat()].filter((half) => half.length > 0);
}

/** Gives each waiter the records of its own keys, and the records that do not say their key. */
function distribute(chunks: readonly Chunk<Key, unknown>[]): ResultFor {
  const indexed = chunks.map((chunk) => ({ keys: new Set(chunk.keys), chunk }));
  return ({ request }) =>
    indexed.flatMap(({ keys, chunk }): Chunk<Key, unknown>[] => {
      const ownKeys = request.keys.filter((key) => keys.has(key));
      if (ownKeys.length === 0) return [];
      if ('error' in chunk) return [{ keys: ownKeys, error: chunk.error }];
      const wanted = new Set<Key | null>([...ownKeys, null]);
      return [{ keys: ownKeys, items: chunk.items.filter((record) => wanted.has(request.keyOf(record))) }];
    });
}
