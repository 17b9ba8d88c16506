import type { Chunk } from './chunks.ts';
import {
  createSharedBatch,
  createWaiter,
  type Key,
  type LookupRequest,
  mergeRequests,
  type SharedBatch,
  type Waiter,
} from './shared-batch.ts';
import { untilAborted } from './singleflight.ts';
import { type BatchSchedule, whenIdle } from './when-idle.ts';

/** Batches the lookups by key of all operations: those that arrive in the same batch window share their calls. */
export interface LookupBatcher {
  /**
   * Loads the records of some keys: from batches in flight if these cover the whole request, else in the next batch.
   * A caller that aborts removes its keys from a batch that is not sent yet. A batch in flight is aborted with its last
   * waiter.
   */
  load<K extends Key, P extends string>(request: LookupRequest<K, P>): Promise<BatchedResult<K>>;
  /** Makes later callers start new batches. After a write, those in flight may return the state before it. */
  forgetAll(): void;
}

/** The result of one lookup, from calls that may serve several operations. */
export interface BatchedResult<K> {
  readonly chunks: readonly Chunk<K, unknown>[];
  /** Number of batches for which other operations made all the calls. */
  readonly shared: number;
}

export interface LookupBatcherOptions {
  /** Decides when a batch is sent. @default when the event loop is idle */
  readonly schedule?: BatchSchedule;
}

/** A batch that is not sent yet. */
interface PendingBatch {
  readonly waiters: Set<Waiter>;
  readonly sent: Promise<void>;
}

export function createLookupBatcher({ schedule = whenIdle }: LookupBatcherOptions = {}): LookupBatcher {
  /** By the name of the lookup. */
  const pending = new Map<string, PendingBatch>();
  /** By the name of the lookup and the key. */
  const inFlight = new Map<string, Map<Key, SharedBatch>>();

  function openBatch(name: string): PendingBatch {
    const waiters = new Set<Waiter>();
    const sent = new Promise<void>((resolve, reject) => {
      function send(): void {
        pending.delete(name);
        // The scheduler is the caller and cannot handle an error: the waiters get it.
        try {
          resolve(startBatches(name, [...waiters]));
        } catch (error) {
          reject(error);
        }
      }
      schedule(send, () => waiters.size);
    });
    const batch: PendingBatch = { waiters, sent };
    pending.set(name, batch);
    return batch;
  }

  function startBatches(name: string, waiters: readonly Waiter[]): void {
    const keyLists = waiters[0]?.request.splitKeys(mergeRequests(waiters)) ?? [];
    for (const keys of keyLists) {
      const wanted = new Set(keys);
      startBatch(
        name,
        keys,
        waiters.filter(({ request }) => request.keys.some((key) => wanted.has(key))),
      );
    }
  }

  function startBatch(name: string, keys: readonly Key[], waiters: readonly Waiter[]): void {
    const batchByKey = inFlight.get(name) ?? new Map<Key, SharedBatch>();
    inFlight.set(name, batchByKey);
    const batch = createSharedBatch(keys, waiters, () => forget(name, batch));
    for (const key of keys) batchByKey.set(key, batch);
    for (const waiter of waiters) waiter.batches.add(batch);
  }

  function forget(name: string, batch: SharedBatch): void {
    const batchByKey = inFlight.get(name);
    for (const key of batch.keys) if (batchByKey?.get(key) === batch) batchByKey.delete(key);
    if (batchByKey?.size === 0) inFlight.delete(name);
  }

  /** The batches in flight that together cover a request; null if they lack a key or a part of it. */
  function batchesCovering({
    name,
    keys,
    parts,
  }: LookupRequest<Key, string>): ReadonlySet<SharedBatch> | null {
    const batchByKey = inFlight.get(name);
    const batches = new Set<SharedBatch>();
    for (const key of keys) {
      const batch = batchByKey?.get(key);
      if (batch === undefined || !parts.isSubsetOf(batch.parts)) return null;
      batches.add(batch);
    }
    return batches;
  }

  function leave(waiter: Waiter): void {
    const { name, signal } = waiter.request;
    pending.get(name)?.waiters.delete(waiter);
    for (const batch of waiter.batches) {
      batch.waiters.delete(waiter);
      if (batch.waiters.size > 0) continue;
      forget(name, batch);
      batch.abort(signal.reason);
    }
  }

  async function resultFor(waiter: Waiter, sent: Promise<void> | undefined): Promise<BatchedResult<Key>> {
    await sent;
    const batches = [...waiter.batches];
    const results = await Promise.all(batches.map(({ result }) => result));
    return {
      chunks: results.flatMap((chunksFor) => chunksFor(waiter)),
      shared: batches.filter(({ requesters }) => !requesters.has(waiter)).length,
    };
  }

  return {
    async load<K extends Key, P extends string>(request: LookupRequest<K, P>) {
      request.signal.throwIfAborted();
      const waiter = createWaiter(request);
      const covering = batchesCovering(request);
      const batch = covering === null ? (pending.get(request.name) ?? openBatch(request.name)) : null;
      batch?.waiters.add(waiter);
      for (const started of covering ?? []) {
        started.waiters.add(waiter);
        waiter.batches.add(started);
      }
      try {
        // The keys of the result are those of the request, so they have the same type.
        return (await untilAborted(resultFor(waiter, batch?.sent), request.signal)) as BatchedResult<K>;
      } finally {
        leave(waiter);
      }
    },
    forgetAll: () => inFlight.clear(),
  };
}
