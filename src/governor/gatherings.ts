import type { Portion } from '../rest/portions.ts';
import { untilGone } from './flights.ts';
import { type WhenOver, whenQuiet } from './moments.ts';
import {
  type Ask,
  createGuest,
  createReading,
  type Guest,
  type Key,
  type Reading,
  unionOf,
} from './readings.ts';

/** Batches the lookups by key of all operations: those that arrive in the same batch window share their calls. */
export interface Gatherings {
  /**
   * Loads the records of some keys: from batches in flight if these cover the whole request, else in the next batch.
   * A caller that aborts removes its keys from a batch that is not sent yet. A batch in flight is aborted with its last
   * waiter.
   */
  join<K extends Key, P extends string>(request: Ask<K, P>): Promise<Gathered<K>>;
  /** Makes later callers start new batches. After a write, those in flight may return the state before it. */
  close(): void;
}

/** The result of one lookup, from calls that may serve several operations. */
export interface Gathered<K> {
  readonly portions: readonly Portion<K, unknown>[];
  /** Number of batches for which other operations made all the calls. */
  readonly shared: number;
}

export interface GatheringsOptions {
  /** Decides when a batch is sent. @default when the event loop is idle */
  readonly whenOver?: WhenOver;
}

/** A batch that is not sent yet. */
interface Gathering {
  readonly guests: Set<Guest>;
  readonly sent: Promise<void>;
}

export function createGatherings({ whenOver = whenQuiet }: GatheringsOptions = {}): Gatherings {
  /** By the name of the lookup. */
  const pending = new Map<string, Gathering>();
  /** By the name of the lookup and the key. */
  const inFlight = new Map<string, Map<Key, Reading>>();

  function openBatch(name: string): Gathering {
    const guests = new Set<Guest>();
    const sent = new Promise<void>((resolve, reject) => {
      function send(): void {
        pending.delete(name);
        // The scheduler is the caller and cannot handle an error: the waiters get it.
        try {
          resolve(startBatches(name, [...guests]));
        } catch (error) {
          reject(error);
        }
      }
      whenOver(send, () => guests.size);
    });
    const batch: Gathering = { guests, sent };
    pending.set(name, batch);
    return batch;
  }

  function startBatches(name: string, waiters: readonly Guest[]): void {
    const keyLists = waiters[0]?.ask.split(unionOf(waiters)) ?? [];
    for (const keys of keyLists) {
      const wanted = new Set(keys);
      startBatch(
        name,
        keys,
        waiters.filter(({ ask }) => ask.keys.some((key) => wanted.has(key))),
      );
    }
  }

  function startBatch(name: string, keys: readonly Key[], waiters: readonly Guest[]): void {
    const batchByKey = inFlight.get(name) ?? new Map<Key, Reading>();
    inFlight.set(name, batchByKey);
    const batch = createReading(keys, waiters, () => forget(name, batch));
    for (const key of keys) batchByKey.set(key, batch);
    for (const waiter of waiters) waiter.readings.add(batch);
  }

  function forget(name: string, batch: Reading): void {
    const batchByKey = inFlight.get(name);
    for (const key of batch.keys) if (batchByKey?.get(key) === batch) batchByKey.delete(key);
    if (batchByKey?.size === 0) inFlight.delete(name);
  }

  /** The batches in flight that together cover a request; null if they lack a key or a part of it. */
  function batchesCovering({ name, keys, parts }: Ask<Key, string>): ReadonlySet<Reading> | null {
    const batchByKey = inFlight.get(name);
    const batches = new Set<Reading>();
    for (const key of keys) {
      const batch = batchByKey?.get(key);
      if (batch === undefined || !parts.isSubsetOf(batch.parts)) return null;
      batches.add(batch);
    }
    return batches;
  }

  function leave(waiter: Guest): void {
    const { name, signal } = waiter.ask;
    pending.get(name)?.guests.delete(waiter);
    for (const batch of waiter.readings) {
      batch.guests.delete(waiter);
      if (batch.guests.size > 0) continue;
      forget(name, batch);
      batch.giveUp(signal.reason);
    }
  }

  async function resultFor(waiter: Guest, sent: Promise<void> | undefined): Promise<Gathered<Key>> {
    await sent;
    const batches = [...waiter.readings];
    const results = await Promise.all(batches.map(({ answer }) => answer));
    return {
      portions: results.flatMap((chunksFor) => chunksFor(waiter)),
      shared: batches.filter(({ callers }) => !callers.has(waiter)).length,
    };
  }

  return {
    async join<K extends Key, P extends string>(request: Ask<K, P>) {
      request.signal.throwIfAborted();
      const waiter = createGuest(request);
      const covering = batchesCovering(request);
      const batch = covering === null ? (pending.get(request.name) ?? openBatch(request.name)) : null;
      batch?.guests.add(waiter);
      for (const started of covering ?? []) {
        started.guests.add(waiter);
        waiter.readings.add(started);
      }
      try {
        // The keys of the result are those of the request, so they have the same type.
        return (await untilGone(resultFor(waiter, batch?.sent), request.signal)) as Gathered<K>;
      } finally {
        leave(waiter);
      }
    },
    close: () => inFlight.clear(),
  };
}
