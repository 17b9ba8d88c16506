import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pseudonymizer } from '../access/pseudonyms.ts';
import type { ShopperSignIn } from '../access/shoppers/index.ts';
import { createPasswordThrottle } from '../access/throttle/password-throttle.ts';
import type { ProviderKeys } from '../access/tokens/jwks.ts';
import type { SharedContext } from '../context.ts';
import { type CallerBudgets, createCallerBudgets } from '../cost/caller-budgets.ts';
import { type Clock, createGovernor, type Governor, type Permit } from '../governor/governor.ts';
import { type CallOrigin, INTERACTIVE_CONNECTIONS } from '../governor/lanes.ts';
import { createDefinitionsCache } from '../loaders/definitions.ts';
import type { Replicas } from '../redis/replicas.ts';
import { createCallPath } from '../rest/client/call-path.ts';
import {
  type Call,
  type CallReport,
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../rest/client/http.ts';
import { MAX_CONCURRENCY } from '../rest/operations.ts';
import { createShortcuts } from '../rest/shortcuts.ts';
import { createRecentWrites } from '../rest/writes/recent-writes.ts';
import { createReadinessMonitor, type ReadinessMonitor } from './health/readiness.ts';
import { createStoreTokenScopes, type StoreTokenScopes } from './health/store-token-scopes.ts';
import { createMetrics, type Metrics } from './observability/metrics/index.ts';
import { createUpstreamLog } from './observability/upstream-log.ts';
import {
  type CacheSettings,
  createStoreCache,
  type StoreCache,
  type WebhookSettings,
} from './store-cache.ts';

export interface RuntimeOptions {
  readonly store: Omit<HttpClientOptions, 'onCall'>;
  /** Identifies the store. Cursors of another store are rejected. */
  readonly storeHash: string;
  readonly logger: Logger;
  readonly writes: {
    /** Maximum number of items in one mutation. */
    readonly maxItems: number;
    /** How long a write whose response was lost can still take effect, in milliseconds. */
    readonly lateWriteMs: number;
  };
  /** Names or ids of the attributes that shoppers can see on their own record. @default none */
  readonly shopperAttributes?: readonly string[];
  readonly governor: {
    /** Maximum number of calls in the queue. */
    readonly maxQueued: number;
    /** Retries of reads per call, across all callers. */
    readonly retryRatio: number;
  };
  /** The cache of the store's answers. @default null: it is off */
  readonly cache?: CacheSettings | null;
  /** Derives the names that stand for customers in throttles. @default with a random key */
  readonly pseudonym?: Pseudonymizer;
  /** What the replicas share. @default null: this process is the only one, or counts alone */
  readonly replicas?: Replicas | null;
  /** The webhooks that keep the cache true. @default null: there are none */
  readonly webhooks?: WebhookSettings | null;
  /** The keys of the identity provider. @default null: there is none */
  readonly providerKeys?: Pick<ProviderKeys, 'isUnreadable'> | null;
  /** Signs shoppers in. @default null: off */
  readonly signIn?: ShopperSignIn | null;
  /** The clock of the governor and of writes. @default the system's monotonic clock */
  readonly clock?: Clock;
}

/** What is made once per store, and serves all requests. */
export interface Runtime {
  readonly clock: Clock;
  readonly governor: Governor;
  /** Maximum number of calls in the governor's queue. */
  readonly maxQueued: number;
  readonly metrics: Metrics;
  readonly readiness: ReadinessMonitor;
  readonly tokenScopes: StoreTokenScopes;
  readonly budgets: CallerBudgets;
  /** Null if each process counts alone. */
  readonly replicas: Replicas | null;
  readonly context: SharedContext;
  /** The clock of the ages of cached answers, in Unix milliseconds. Null if the cache is off. */
  readonly cacheNow: (() => number) | null;
  /** The cache of the store's answers. Null if it is off. */
  readonly storeCache: StoreCache | null;
  /** Sends a read of the gateway itself through the governor. */
  read(call: Call): Promise<unknown>;
  /** Sends no further batches of writes. */
  drain(): void;
  /** Resolves when the outcome of every write in flight is known, including writes whose callers have disconnected. */
  settled(): Promise<void>;
  /** Closes the connections to the store and to Redis. */
  close(): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => delay(ms) };
const GATEWAY_ORIGIN: CallOrigin = {
  caller: 'gateway',
  lane: 'standard',
  deadlineAt: Number.POSITIVE_INFINITY,
};

const BULK_ORIGIN: CallOrigin = { ...GATEWAY_ORIGIN, lane: 'bulk' };

/** Makes what all requests to one store share. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { store, logger, clock = SYSTEM_CLOCK, replicas = null } = options;
  const shutdown = new AbortController();
  const pending = createPendingWork();
  const metrics = createMetrics({
    governor: () => governor.state(),
    isReady: () => readiness.isReady(),
    providerKeys: options.providerKeys ?? null,
    replicas,
  });
  const tokenScopes = createStoreTokenScopes();
  const http = createHttpClient({
    ...store,
    connections: store.connections + INTERACTIVE_CONNECTIONS,
    onCall,
    onUnexpectedField: metrics.countUnexpectedField,
  });
  const shortcuts = createShortcuts(clock.now);
  // With a cache of the store's answers the definitions have its age, not one of their own.
  const definitionAge = options.cache?.ages.withoutEventsMs ? { ttlMs: 0 } : {};
  const probe = createProbe(http);
  const readiness = createReadinessMonitor({ probe });
  const governor = createGovernor({
    ...options.governor,
    maxConcurrency: MAX_CONCURRENCY,
    connections: store.connections,
    probe,
    events: metrics.governorEvents,
    clock,
    replicas,
  });

  const budgets = createCallerBudgets(clock.now);
  const upstreamLog = createUpstreamLog({ logger, state: () => governor.state(), now: clock.now });

  function onCall(report: CallReport): void {
    metrics.countCall(report);
    readiness.observe(report);
    tokenScopes.observe(report);
    upstreamLog.observe(report);
  }

  function read(call: Call, origin = GATEWAY_ORIGIN): Promise<unknown> {
    const { signal } = shutdown;
    return governor.read({ operation: call.operation, origin, signal }, ({ timeLeftMs, release }) =>
      http.send({ ...call, signal, timeLeftMs, onEnd: release }),
    );
  }

  const storeCache = options.cache
    ? createStoreCache({
        settings: options.cache,
        webhooks: options.webhooks ?? null,
        lateWriteMs: options.writes.lateWriteMs,
        replicas,
        send: (call) => read(call, BULK_ORIGIN),
        storeNow: http.storeNow,
        metrics,
        logger,
        signal: shutdown.signal,
      })
    : null;

  return {
    clock,
    governor,
    maxQueued: options.governor.maxQueued,
    metrics,
    readiness,
    tokenScopes,
    budgets: replicas === null ? budgets : replicas.counters.shareBudgets(budgets),
    storeCache,
    cacheNow: storeCache?.cache.now ?? null,
    replicas,
    context: {
      storeHash: options.storeHash,
      callPath: createCallPath({ http, governor, shortcuts, cache: storeCache?.cache ?? null }),
      quotaState: governor.state,
      definitions: createDefinitionsCache(definitionAge),
      formFieldDefinitions: createDefinitionsCache(definitionAge),
      shortcuts,
      passwordThrottle: createPasswordThrottle({
        ...(replicas && { share: replicas.counters.shareAttempts }),
        ...(options.pseudonym && { pseudonym: options.pseudonym }),
      }),
      signIn: options.signIn ?? null,
      writes: {
        ...options.writes,
        ...clock,
        recent: createRecentWrites(clock),
        storeNow: http.storeNow,
        waitUntil: pending.waitUntil,
      },
      shutdownSignal: shutdown.signal,
      onUnexpectedField: metrics.countUnexpectedField,
      shopperAttributes: options.shopperAttributes ?? [],
    },
    read: (call) => read(call),
    drain() {
      shutdown.abort(new Error('the gateway is shutting down'));
    },
    settled: pending.settled,
    async close() {
      // If Redis is away, the others find out by themselves that this replica is gone.
      await governor.close().catch(() => {});
      await replicas?.close();
      await http.close();
    },
  };
}

/** Sends the cheapest read there is. Without a permit it bypasses the governor: health checks do not queue. */
function createProbe(http: HttpClient) {
  const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
  return (permit?: Permit): Promise<unknown> =>
    http.send({ ...call, ...(permit && { onEnd: permit.release }) });
}

/** Work that has to finish before the gateway closes. */
function createPendingWork() {
  const pending = new Set<Promise<unknown>>();
  return {
    waitUntil<T>(work: Promise<T>): Promise<T> {
      pending.add(work);
      const release = () => pending.delete(work);
      work.then(release, release);
      return work;
    },
    async settled(): Promise<void> {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
