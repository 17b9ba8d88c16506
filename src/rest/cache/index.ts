import type { Layer } from '../client/call.ts';
import type { WriteAttempt } from '../client/http.ts';
import type { WriteCall } from '../client/queue.ts';
import { fill } from './fill.ts';
import { invalidate } from './invalidate.ts';
import { type CacheAges, createCachePolicy } from './policy.ts';
import { type CacheResult, serve } from './serve.ts';
import type { CacheStore, MaybePromise } from './store.ts';

/** The layers of the cache on the way of calls to the store. */
export interface Cache {
  /** Answers reads. */
  serve(next: Layer<unknown>): Layer<unknown>;
  /** Stores what reads found. */
  fill(next: Layer<unknown>): Layer<unknown>;
  /** Makes what writes change unusable. */
  invalidate(next: Layer<WriteAttempt, WriteCall>): Layer<WriteAttempt, WriteCall>;
  onInvalidation(listener: () => void): void;
  /** Learns of the invalidations of other replicas. */
  learnInvalidations(): MaybePromise<unknown>;
  /** Unix milliseconds. */
  now(): number;
}

export interface CacheOptions {
  readonly store: CacheStore;
  /** Called with the result of each read that may be answered. */
  readonly onRead: (result: CacheResult) => void;
  readonly ages: CacheAges;
  /** Milliseconds for which a write whose response was lost can still take effect. */
  readonly lateWriteMs: number;
  /** Whether the events of the store are known to arrive. */
  readonly eventsArrive: () => boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * The cache of the store's answers. It keeps what the store answered, for all callers: what a caller may see of it is
 * decided at each request. Reads on which a write rests do not come from it.
 */
export function createCache({ store, ages, lateWriteMs, eventsArrive, onRead, now }: CacheOptions): Cache {
  const policy = createCachePolicy(ages, eventsArrive);
  return {
    serve: (next) => serve({ store, policy, onRead, now }, next),
    fill: (next) => fill({ store, policy, now }, next),
    invalidate: (next) => invalidate({ store, lateWriteMs }, next),
    onInvalidation: store.onInvalidation,
    // The answer to any look-up shows them.
    learnInvalidations: () => store.getMany([]),
    now,
  };
}
