import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { CallPool } from '../governor/replicas/call-pool.ts';
import { createCallPool } from './call-pool.ts';
import { CALL_POOL_SCRIPT } from './call-pool-script.ts';
import { connectRedis } from './connection.ts';
import { createSharedCounters, type SharedCounters } from './counters.ts';
import { createKeyNames } from './key-names.ts';
import { defineScript } from './script.ts';

export interface ReplicasOptions {
  /** The Redis or Valkey server, with its password. */
  readonly redisUrl: string;
  /** The fraction of the store's quota that a replica uses while it cannot reach Redis. */
  readonly quotaShare: number;
  /** Key of the hashes that stand for identities: the same in all replicas. */
  readonly hashKey: string;
  readonly storeHash: string;
  readonly logger: Logger;
}

/** What the replicas of a gateway share. */
export interface Replicas {
  /** The store's quota and the limits of its operations. */
  readonly pool: CallPool;
  readonly quotaShare: number;
  readonly counters: SharedCounters;
  /** Whether Redis can be reached. */
  isAvailable(): boolean;
  close(): Promise<void>;
}

/** Connects to Redis. Returns at once: a server that cannot be reached is one that is away. */
export function connectReplicas(options: ReplicasOptions): Replicas {
  const { redisUrl, quotaShare, hashKey, storeHash, logger } = options;
  const connection = connectRedis(redisUrl, logger);
  const names = createKeyNames(storeHash, hashKey);
  const runPool = defineScript(CALL_POOL_SCRIPT);
  const pool = createCallPool({
    id: randomUUID(),
    quotaShare,
    run: (id, report) => connection.run((client) => runPool(client, [names.plain('calls')], [id, report])),
  });

  return {
    pool,
    quotaShare,
    counters: createSharedCounters(connection, names),
    isAvailable: connection.isAvailable,
    close: connection.close,
  };
}
