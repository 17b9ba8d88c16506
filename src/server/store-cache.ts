import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Replicas } from '../redis/replicas.ts';
import { DELIVERY_EXCEPTION, type StoreEvent, tagsOfEvent } from '../rest/cache/events.ts';
import { type Cache, createCache } from '../rest/cache/index.ts';
import { createKnownChanges } from '../rest/cache/known-changes.ts';
import { createMemoryStore } from '../rest/cache/memory-store.ts';
import { type CacheAges, longestUse } from '../rest/cache/policy.ts';
import { parseMilliseconds, type SharedNotes } from '../rest/cache/shared-notes.ts';
import { createSweep, type SharedProgress } from '../rest/cache/sweep.ts';
import { EVERYTHING_OWNED } from '../rest/cache/tags.ts';
import type { HttpClient } from '../rest/client/http.ts';
import { createHooks, hasHeaders } from '../rest/hooks.ts';
import type { CacheMetrics } from './observability/metrics/cache.ts';
import { createHookWatch, type HookWatch } from './webhooks/hook-watch.ts';
import { SECRET_HEADER } from './webhooks/verify.ts';

/** The cache of the store's answers. */
export interface CacheSettings {
  readonly ages: CacheAges;
  /** Maximum size of what is kept in memory, in bytes. */
  readonly maxBytes: number;
  /** Milliseconds between searches for changes that no event has announced. @default null: there are none */
  readonly sweepIntervalMs?: number | null;
  /** Milliseconds between checks of the webhooks. @default 600000 */
  readonly checkIntervalMs?: number;
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The webhooks of the store. */
export interface WebhookSettings {
  /** The destination of the webhooks. */
  readonly url: () => string;
  /** The values of the secret header that are valid now. */
  readonly secrets: () => readonly string[];
  /** The client secrets with which webhooks may be signed. Null if they are not known. */
  readonly signingSecrets: (() => readonly string[]) | null;
  /** Whether a webhook without a valid signature is refused. */
  readonly requiresSignature: boolean;
}

export interface StoreCacheOptions {
  readonly settings: CacheSettings;
  /** Null if no webhooks are configured. */
  readonly webhooks: WebhookSettings | null;
  readonly lateWriteMs: number;
  /** What the replicas share; null if this process keeps its own entries. */
  readonly replicas: Pick<Replicas, 'createCacheStore' | 'notes'> | null;
  /** Sends a call of the gateway itself in the bulk lane. */
  readonly send: HttpClient['send'];
  /** Unix milliseconds by the store's clock. */
  readonly storeNow: () => number;
  readonly metrics: CacheMetrics;
  readonly logger: Logger;
  /** Aborted when the gateway stops. */
  readonly signal: AbortSignal;
}

/** The cache of a running gateway, with the events that keep it true. */
export interface StoreCache {
  readonly cache: Cache;
  /** Null if no webhooks are configured. */
  readonly hookWatch: HookWatch | null;
  /** Makes what an event concerns unusable. Returns whether its scope is known. */
  receive(event: StoreEvent): boolean;
  /** Searches once for changes that no event has announced. */
  searchChanges(): Promise<void>;
  /** Starts to check the webhooks and to search for changes, once in a while. */
  start(): void;
}

const CHECK_INTERVAL_MS = 600_000;
/** Milliseconds until a replica knows what the others have found and received. */
const SYNC_MS = 2_000;
/** How often in an interval a replica asks whether it is its turn. */
const ASKS = 5;

export function createStoreCache(options: StoreCacheOptions): StoreCache {
  const { settings, webhooks, lateWriteMs, replicas, send, metrics, logger, signal } = options;
  const { ages, now = Date.now, sweepIntervalMs = null, checkIntervalMs = CHECK_INTERVAL_MS } = settings;
  const entries = { maxBytes: settings.maxBytes, keepMs: longestUse(ages), now };
  const notes = replicas?.notes ?? null;
  const store =
    replicas === null
      ? createMemoryStore(entries)
      : replicas.createCacheStore({ ...entries, longestHoldMs: lateWriteMs });
  const hookWatch = webhooks && createWatch(webhooks);
  const known = createKnownChanges({ store, notes, now });
  const shared = notes && shareProgress(notes);
  const sweep = createSweep({ send, store, known, now, storeNow: options.storeNow, shared });
  metrics.observeStore(store, hookWatch);

  function createWatch({ url, secrets }: WebhookSettings): HookWatch {
    return createHookWatch({
      hooks: createHooks({ send }),
      url,
      hasSecret: (hook) => secrets().some((secret) => hasHeaders(hook, { [SECRET_HEADER]: secret })),
      notes,
      onArrivalsResume: () => void store.invalidate(EVERYTHING_OWNED),
      now,
    });
  }

  async function searchChanges(): Promise<void> {
    const { changed, missedAt, failed } = await sweep();
    metrics.countSweep(changed, missedAt !== null);
    if (missedAt !== null) {
      // Another replica may have received an event since.
      await hookWatch?.sync();
      hookWatch?.noteMissed(missedAt);
    }
    if (failed.length > 0) logger.warn({ operations: failed }, 'a search for changes failed');
  }

  /** Runs work at intervals until the gateway stops. A failure does not end it. */
  async function repeat(intervalMs: number, name: string, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) logger.warn({ code: (error as { code?: unknown }).code }, `${name} failed`);
      }
      await delay(intervalMs, null, { ref: false, signal }).catch(() => {});
    }
  }

  /** Does work once in an interval, over all replicas. While they cannot agree, it waits: nothing is kept meanwhile. */
  function atTurns(task: string, intervalMs: number, name: string, work: () => Promise<void>): void {
    if (notes === null) return void repeat(intervalMs, name, work);
    const everyMs = intervalMs / ASKS;
    void repeat(everyMs, name, async () => {
      const isMine = await notes.takeTurn(task, intervalMs - everyMs / 2).catch(() => false);
      if (isMine) await work();
    });
  }

  return {
    cache: createCache({
      store,
      ages,
      lateWriteMs,
      eventsArrive: hookWatch?.eventsArrive ?? (() => false),
      onRead: metrics.countRead,
      now,
    }),
    hookWatch,
    searchChanges,
    receive(event) {
      if (event.scope === DELIVERY_EXCEPTION) hookWatch?.noteException();
      else hookWatch?.noteDelivery();
      const tags = tagsOfEvent(event);
      if (tags === null) return false;
      if (tags.length > 0) void store.invalidate(tags);
      return true;
    },
    start() {
      if (hookWatch !== null) {
        atTurns('check', checkIntervalMs, 'the check of the webhooks', hookWatch.check);
        if (notes !== null) void repeat(SYNC_MS, 'the exchange', () => hookWatch.sync().catch(() => {}));
      }
      if (sweepIntervalMs !== null) atTurns('search', sweepIntervalMs, 'a search for changes', searchChanges);
    },
  };
}

function shareProgress(notes: Pick<SharedNotes, 'read' | 'write'>): SharedProgress {
  return {
    async load() {
      const noted = await notes.read();
      const [since, judgedUntil] = [parseMilliseconds(noted.since), parseMilliseconds(noted.judgedUntil)];
      return since === null || judgedUntil === null ? null : { since, judgedUntil };
    },
    save: ({ since, judgedUntil }) => notes.write({ since: String(since), judgedUntil: String(judgedUntil) }),
  };
}
