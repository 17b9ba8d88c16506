import { createClient } from '@redis/client';
import type { CacheStore } from '../../../src/rest/cache/store.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { startTwoReplicas, until } from '../../support/two-replicas.ts';
import { createRandom } from '../soak/random.ts';

export interface RaceOptions {
  /** Path of the Redis server. */
  readonly redis: string;
  readonly steps: number;
  readonly seed: number;
}

export interface RaceReport {
  readonly steps: number;
  /** Look-ups that were answered from the cache, and those that were not. */
  readonly hits: number;
  readonly misses: number;
  readonly restarts: number;
  /** Writes that a replica acknowledged while it alone was cut off from Redis. */
  readonly cutOffWrites: number;
  /** Values that were older than an acknowledged write, or not true at the time at which they are said to have been read. */
  readonly violations: readonly string[];
}

/** A record of the store, as a number that each write increases. */
interface TrueRecord {
  value: number;
  /** The value of the last write that was acknowledged, or whose hold is over. */
  floor: number;
  /** When each value was replaced, in Unix milliseconds, by value. */
  readonly replacedAt: number[];
}

/** What one actor does: a step at a time, between which others do theirs. */
type Actor = AsyncGenerator<void, void, void>;

const RECORDS = 4;
const ACTORS = 12;
const HOLD_MS = 40;
const RESTART_EVERY = 5_000;
/** Half-way between two restarts one replica is cut off. */
const CUT_AFTER = RESTART_EVERY / 2;
/** Acknowledged writes of the replica that is cut off, until it is connected again. */
const CUT_OFF_WRITES = 20;

/**
 * Lets readers and writers of two replicas take turns in a random order, with writes whose response is lost, evictions, a lost
 * state, restarts of Redis, and one replica that alone is cut off from it. Each read that is answered from the cache is compared with the truth.
 */
export async function runRaces({ redis, steps, seed }: RaceOptions): Promise<RaceReport> {
  const replicas = await startTwoReplicas(redis);
  const proxy = await startTcpProxy(Number(new URL(replicas.server.url).port));
  const far = replicas.connect({ redisUrl: `redis://127.0.0.1:${proxy.port}` });
  const stores = [replicas.one, far].map((replica) =>
    replica.createCacheStore({ maxBytes: 50_000, keepMs: 60_000, longestHoldMs: HOLD_MS, now: Date.now }),
  );
  let isCut = false;
  const client = createClient({ url: replicas.server.url });
  client.on('error', () => {});
  await client.connect();
  const below = createRandom(seed);
  const draw = () => below(1_000_000) / 1_000_000;
  const records = Array.from({ length: RECORDS }, (): TrueRecord => ({ value: 0, floor: 0, replacedAt: [] }));
  const violations: string[] = [];
  const counts = { hits: 0, misses: 0, restarts: 0, cutOffWrites: 0 };

  const keyOf = (id: number) => `customer/${id}`;
  const tagsOf = (id: number) => [`customer/${id}`, 'customers'];

  function commit(record: TrueRecord): number {
    record.replacedAt[record.value] = Date.now();
    record.value += 1;
    return record.value;
  }

  async function* read(store: CacheStore, id: number, record: TrueRecord): Actor {
    const { floor } = record;
    const [entry = null] = await store.getMany([keyOf(id)], false);
    if (entry !== null) {
      counts.hits += 1;
      const value = Number(entry.value);
      if (value < floor) violations.push(`record ${id}: ${value}, although ${floor} was acknowledged`);
      if ((record.replacedAt[value] ?? Number.POSITIVE_INFINITY) < entry.readAt)
        violations.push(`record ${id}: ${value} was replaced before it is said to have been read`);
      return;
    }
    counts.misses += 1;
    const began = { version: store.version(), readAt: Date.now() };
    yield;
    const { value } = record;
    yield;
    await store.setMany([{ key: keyOf(id), value, tags: tagsOf(id) }], began);
  }

  async function* write(store: CacheStore, id: number, record: TrueRecord): Actor {
    await store.invalidate([`customer/${id}`]);
    yield;
    const value = commit(record);
    yield;
    await store.invalidate([`customer/${id}`]);
    if (isCut && store === stores[1]) counts.cutOffWrites += 1;
    record.floor = Math.max(record.floor, value);
  }

  /** The response is lost, and the write takes effect late. */
  async function* writeLate(store: CacheStore, id: number, record: TrueRecord): Actor {
    await store.invalidate([`customer/${id}`]);
    yield;
    await store.invalidate([`customer/${id}`], HOLD_MS);
    const heldUntil = Date.now() + HOLD_MS;
    yield;
    // It takes effect within the time for which it was held, or not at all.
    if (Date.now() >= heldUntil - 5) return;
    const value = commit(record);
    while (Date.now() < heldUntil + 1) {
      yield;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    record.floor = Math.max(record.floor, value);
  }

  async function disturb(): Promise<void> {
    const keys = await client.keys(draw() < 0.6 ? '*:entry:*' : '*:cache');
    const key = keys.toSorted()[below(keys.length)];
    if (key !== undefined) await client.del(key);
  }

  async function restart(): Promise<void> {
    counts.restarts += 1;
    const isAvailable = (value: boolean) =>
      replicas.one.isAvailable() === value && far.isAvailable() === value;
    await replicas.server.stop();
    await until(() => isAvailable(false));
    await replicas.server.start();
    await until(() => isAvailable(true) && client.isReady);
  }

  function start(): Actor {
    const id = below(RECORDS);
    const record = records[id];
    const store = stores[below(2)];
    if (record === undefined || store === undefined) throw new Error('there is no such record or store');
    const kind = draw();
    if (kind < 0.85) return read(store, id, record);
    return kind < 0.94 ? write(store, id, record) : writeLate(store, id, record);
  }

  const actors = Array.from({ length: ACTORS }, start);
  const busy = new Set<number>();

  /** One that waits holds up no other: a write of a replica that is cut off takes up to two seconds. */
  async function takeTurn(index: number): Promise<void> {
    busy.add(index);
    const { done } = (await actors[index]?.next()) ?? { done: true };
    if (done) actors[index] = start();
    busy.delete(index);
  }

  async function cutOff(): Promise<void> {
    proxy.cut(draw() < 0.5 ? 'silent' : 'closed');
    isCut = true;
    const enough = counts.cutOffWrites + CUT_OFF_WRITES;
    while (counts.cutOffWrites < enough) {
      const index = below(ACTORS);
      if (!busy.has(index)) void takeTurn(index);
      await new Promise((resolve) => setImmediate(resolve));
    }
    proxy.restore();
    await until(() => busy.size === 0 && far.isAvailable());
    isCut = false;
  }

  for (let step = 1; step <= steps; step += 1) {
    await takeTurn(below(ACTORS));
    if (draw() < 0.005) await disturb();
    if (step % RESTART_EVERY === CUT_AFTER) await cutOff();
    if (step % RESTART_EVERY === 0) await restart();
  }
  client.destroy();
  await replicas.close();
  await proxy.close();
  return { steps, ...counts, violations };
}
