import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../connection.ts';
import { defineScript } from '../script.ts';
import { GET_SCRIPT, INVALIDATE_SCRIPT, PREPARE_SCRIPT, SET_SCRIPT } from './scripts.ts';
import { createVersions, type Versions } from './versions.ts';

/** The server that holds the cache, and what this process knows of the invalidations in it. */
export interface CacheServer {
  readonly versions: Versions;
  /**
   * Runs a script, if the server is known to have forgotten no invalidation, and to have missed none of this process. Rejects
   * if it is not, and if it cannot be reached.
   *
   * @returns what the script says besides the state
   */
  run(
    script: 'get' | 'set' | 'invalidate',
    keys: readonly string[],
    args: readonly string[],
  ): Promise<string[]>;
  /** Records that the server may not have heard of an invalidation, so that nothing in it can be trusted. */
  miss(): void;
}

export interface CacheServerOptions {
  readonly connection: RedisConnection;
  /** The key of the hash with the invalidations. */
  readonly stateKey: string;
  /** Milliseconds for which tags are held, at most. */
  readonly longestHoldMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Called when another process has invalidated something, and when the connection is lost or made. */
  readonly onForeignInvalidation: () => void;
}

export function createCacheServer(options: CacheServerOptions): CacheServer {
  const { connection, stateKey, longestHoldMs, now, onForeignInvalidation } = options;
  const scripts = {
    get: defineScript(GET_SCRIPT),
    set: defineScript(SET_SCRIPT),
    invalidate: defineScript(INVALIDATE_SCRIPT),
    prepare: defineScript(PREPARE_SCRIPT),
  };
  const versions = createVersions(now);
  let isPrepared = false;
  /** Grows when the connection is lost or made: what was prepared before counts no more. */
  let generation = 0;
  let missed = 0;
  /** The epoch in which this process knows of all invalidations and holds. */
  let trustedEpoch = '';

  connection.onChange(() => {
    generation += 1;
    isPrepared = false;
    onForeignInvalidation();
  });

  /** Returns the epoch, and what the script says besides the state. */
  async function send(script: keyof typeof scripts, keys: readonly string[], args: readonly string[]) {
    let began = generation;
    let sentAt = now();
    const all = [randomUUID(), ...args];
    const reply = await connection.run((client) => {
      began = generation;
      sentAt = now();
      return scripts[script](client, [stateKey, ...keys], all);
    });
    // Another server may have answered, of which it is not known what it has forgotten.
    if (generation !== began) throw new Error('the connection to Redis was interrupted');
    const [epoch = '', version = '', time = '', ...others] = reply as string[];
    const isOwn = script === 'invalidate';
    if (versions.learn({ epoch, version: Number(version), time: Number(time), sentAt }, isOwn)) {
      onForeignInvalidation();
    }
    return { epoch, others };
  }

  async function prepare(): Promise<void> {
    let began = generation;
    const info = await connection.run((client) => {
      began = generation;
      return client.info('server');
    });
    const [, serverId = ''] = /^run_id:(\w+)/m.exec(String(info)) ?? [];
    const settled = missed;
    const hold = String(Math.ceil(longestHoldMs));
    const args = [serverId, settled > 0 ? '1' : '0', trustedEpoch, hold];
    const { epoch } = await send('prepare', [], args);
    trustedEpoch = epoch;
    missed -= settled;
    isPrepared = missed === 0 && generation === began;
  }

  return {
    versions,
    async run(script, keys, args) {
      if (!isPrepared) await prepare();
      const { epoch, others } = await send(script, keys, args);
      if (epoch === trustedEpoch) return others;
      isPrepared = false;
      throw new Error('Redis has forgotten invalidations');
    },
    miss() {
      missed += 1;
      isPrepared = false;
    },
  };
}
