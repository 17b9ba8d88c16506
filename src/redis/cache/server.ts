import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../connection.ts';
import { defineScript } from '../script.ts';
import { createMembership } from './membership.ts';
import { GET_SCRIPT, INVALIDATE_SCRIPT, JOIN_SCRIPT, PREPARE_SCRIPT, SET_SCRIPT } from './scripts.ts';
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
  /**
   * Records that the server may not have heard of an invalidation, so that nothing in it can be trusted. Resolves when no process
   * uses it any more: at most 2 s later.
   */
  miss(): Promise<void>;
  /** Renews the lease under which the other processes trust what is kept. Rejects if the server cannot be reached. */
  renew(): Promise<void>;
  /** Says that this process writes no more. Rejects if the server cannot be reached. */
  leave(): Promise<void>;
}

export interface CacheServerOptions {
  readonly connection: RedisConnection;
  readonly processId: string;
  /** The key of the hash with the invalidations. */
  readonly stateKey: string;
  /** Milliseconds for which tags are held, at most. */
  readonly longestHoldMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A clock that is never set, in milliseconds. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Called when another process has invalidated something, when the connection is lost or made, and with each answer
   * while a process may be cut off, and write.
   */
  readonly onForeignInvalidation: () => void;
}

/** Milliseconds between two looks whether a missed invalidation is settled. */
const LOOK_MS = 25;

export function createCacheServer(options: CacheServerOptions): CacheServer {
  const { connection, processId, stateKey, longestHoldMs, now, monotonic, sleep, onForeignInvalidation } =
    options;
  const scripts = {
    get: defineScript(GET_SCRIPT),
    set: defineScript(SET_SCRIPT),
    invalidate: defineScript(INVALIDATE_SCRIPT),
    prepare: defineScript(PREPARE_SCRIPT),
    join: defineScript(JOIN_SCRIPT),
  };
  const versions = createVersions(now);
  const membership = createMembership(monotonic);
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
    const [epoch = '', version = '', time = '', isComplete = '', ...others] = reply as string[];
    membership.learnTime(Number(time));
    const isOwn = script === 'invalidate';
    const isForeign = versions.learn({ epoch, version: Number(version), time: Number(time), sentAt }, isOwn);
    if (isForeign || isComplete !== '1') onForeignInvalidation();
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
    const args = [serverId, settled > 0 ? '1' : '0', trustedEpoch, hold, ...membership.others()];
    const { epoch } = await send('prepare', [], args);
    trustedEpoch = epoch;
    missed -= settled;
    // With a new lease the others would trust what is kept, although they do not know of all writes.
    if (missed === 0) await join();
    isPrepared = missed === 0 && generation === began;
  }

  /** The others trust what is kept for as long as this process could tell them of a write. */
  async function join(): Promise<void> {
    const { others } = await send('join', [], [processId, String(membership.next())]);
    membership.accept(others);
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
    async miss() {
      missed += 1;
      isPrepared = false;
      while (missed > 0 && membership.remainingMs() > 0)
        await sleep(Math.min(LOOK_MS, membership.remainingMs()));
    },
    renew: () => (isPrepared ? join() : prepare()),
    async leave() {
      if (!isPrepared) await prepare();
      isPrepared = false;
      await send('join', [], [processId, '0']);
    },
  };
}
