import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CallPool } from '../governor/replicas/call-pool.ts';
import type { SharedNotes } from '../rest/cache/shared-notes.ts';
import { createEnvelope } from './cache/envelope.ts';
import { createRedisStore, type RedisStore, type RedisStoreOptions } from './cache/redis-store.ts';
import { createCallPool } from './call-pool.ts';
import { CALL_POOL_SCRIPT } from './call-pool-script.ts';
import { connectRedis } from './connection.ts';
import { createSharedCounters, type SharedCounters } from './counters.ts';
import { createKeyNames } from './key-names.ts';
import { createSharedNotes } from './notes.ts';
import { defineScript } from './script.ts';

export interface ReplicasOptions {
  /** The Redis or Valkey server, with its password. */
  readonly redisUrl: string;
  /** The fraction of the store's quota that a replica uses while it cannot reach Redis. */
  readonly quotaShare: number;
  /** The first key encrypts, and each one decrypts. At least one. */
  readonly encryptionKeys: readonly { readonly id: string; readonly key: Buffer }[];
  /** Key of the hashes that stand for identities: the same in all replicas. */
  readonly hashKey: string;
  readonly storeHash: string;
  readonly logger: Logger;
}

export type CacheStoreOptions = Pick<RedisStoreOptions, 'maxBytes' | 'keepMs' | 'longestHoldMs' | 'now'>;

/** What the replicas of a gateway share. */
export interface Replicas {
  /** The store's quota and the limits of its operations. */
  readonly pool: CallPool;
  readonly quotaShare: number;
  readonly counters: SharedCounters;
  /** The store behind the cache of the store's answers. */
  createCacheStore(options: CacheStoreOptions): RedisStore;
  /** What they know together of the store's changes. */
  readonly notes: SharedNotes;
  /** Whether Redis can be reached. */
  isAvailable(): boolean;
  close(): Promise<void>;
}

/** Milliseconds between two renewals of the lease under which the replicas trust the cache. */
const RENEW_MS = 500;

/** Connects to Redis. Returns at once: a server that cannot be reached is one that is away. */
export function connectReplicas(options: ReplicasOptions): Replicas {
  const { redisUrl, encryptionKeys, quotaShare, hashKey, storeHash, logger } = options;
  const connection = connectRedis(redisUrl, logger);
  const names = createKeyNames(storeHash, hashKey);
  const envelope = createEnvelope(encryptionKeys);
  const runPool = defineScript(CALL_POOL_SCRIPT);
  const pool = createCallPool({
    id: randomUUID(),
    quotaShare,
    run: (id, report) => connection.run((client) => runPool(client, [names.plain('calls')], [id, report])),
  });

  const stores: RedisStore[] = [];
  const renewAll = () => {
    for (const store of stores) void store.renew();
  };
  const renewal = setInterval(renewAll, RENEW_MS).unref();
  connection.onChange((isAvailable) => isAvailable && renewAll());

  return {
    pool,
    quotaShare,
    counters: createSharedCounters(connection, names, envelope),
    createCacheStore(cache) {
      const sleep = (ms: number) => delay(ms);
      const store = createRedisStore({ ...cache, connection, names, envelope, logger, sleep });
      stores.push(store);
      void store.renew();
      return store;
    },
    notes: createSharedNotes(connection, names),
    isAvailable: connection.isAvailable,
    async close() {
      clearInterval(renewal);
      await Promise.all(stores.map((store) => store.leave()));
      await connection.close();
    },
  };
}
