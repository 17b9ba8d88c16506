import { pino } from 'pino';
import { createEnvelope } from '../../../src/redis/cache/envelope.ts';
import { createRedisStore, type RedisStore } from '../../../src/redis/cache/redis-store.ts';
import { createKeyNames } from '../../../src/redis/key-names.ts';
import type { CacheStore } from '../../../src/rest/cache/store.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import type { Removal } from './guards.ts';
import type { ModelConnection } from './model-connection.ts';
import { LATE_WRITE_MS } from './model-store.ts';
import { createRedisModel } from './redis-model.ts';

export interface ReplicasOptions {
  readonly clock: FakeClock;
  readonly random: Random;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly guard: Removal | null;
}

/** Two replicas whose caches share one simulated Redis. */
export interface Replicas {
  /** @param onStart called with the place of each replica and its store, also when another one takes that place */
  start(onStart: (index: number, store: CacheStore) => void): void;
  /** Now and then: drops entries or all that the server knows, stops it, cuts a replica off, or replaces one. */
  disturb(): void;
}

const REPLICAS = 2;
const RENEW_MS = 500;
/** Longest time for which one replica is cut off, in milliseconds. After a minute the others no longer reckon with it. */
const MAX_CUT_MS = 15_000;
/** Longest time for which the server is stopped, in milliseconds. */
const MAX_STOP_MS = 5_000;
const NAMES = createKeyNames('abc', 'x'.repeat(32));
const ENVELOPE = createEnvelope([{ id: 'test', key: Buffer.alloc(32, 1) }]);
const LOGGER = pino({ level: 'silent' });

export function createReplicas({ clock, random, now, guard }: ReplicasOptions): Replicas {
  const redis = createRedisModel({ clock, random, rewrite: guard?.script ?? ((script) => script) });
  const running: { readonly store: RedisStore; readonly connection: ModelConnection; isStopped: boolean }[] =
    [];
  let isDisturbed = false;
  let started: (index: number, store: CacheStore) => void = () => {};

  function startReplica(index: number): void {
    const connection = redis.connect();
    const store = createRedisStore({
      ...{ connection, names: NAMES, envelope: ENVELOPE, logger: LOGGER, now },
      ...{ monotonic: clock.now, sleep: clock.sleep, longestHoldMs: LATE_WRITE_MS },
      // Small, so that memory drops entries all the time.
      ...{ maxBytes: 20_000, keepMs: 120_000 },
    });
    const replica = { store, connection, isStopped: false };
    running[index] = replica;
    connection.onChange((isAvailable) => isAvailable && void store.renew());
    void renew();
    started(index, store);

    async function renew(): Promise<void> {
      while (!replica.isStopped) {
        void store.renew();
        await clock.sleep(RENEW_MS);
      }
    }
  }

  /** Another one takes the place of a replica, which stops, or goes on without the server until its work is done. */
  function replace(index: number, isOrderly: boolean): void {
    const replica = running[index];
    if (replica === undefined) return;
    replica.isStopped = true;
    if (isOrderly) void replica.store.leave();
    else replica.connection.cut(random.pick(['silent', 'closed']));
    startReplica(index);
  }

  /** @param ms the longest time until it ends */
  function disturbFor(ms: number, begin: () => void, end: () => void): void {
    isDisturbed = true;
    begin();
    clock.callAt(clock.now() + random.integer(10, ms), () => {
      end();
      isDisturbed = false;
    });
  }

  function cutOff(index: number): void {
    const { connection } = running[index] ?? {};
    disturbFor(
      MAX_CUT_MS,
      () => connection?.cut(random.pick(['silent', 'closed'])),
      () => connection?.restore(),
    );
  }

  function restart(): void {
    disturbFor(random.pick([100, MAX_STOP_MS]), redis.stop, () =>
      redis.start(random.pick(['kept', 'saved', 'lost'])),
    );
  }

  /** All replicas are replaced while the state is lost, so none knows of the invalidations in it. */
  function redeploy(): void {
    redis.drop(':cache');
    for (let index = 0; index < REPLICAS; index += 1) replace(index, true);
  }

  return {
    start(onStart) {
      started = onStart;
      for (let index = 0; index < REPLICAS; index += 1) startReplica(index);
    },
    disturb() {
      if (random.boolean(0.01)) redis.drop(':entry:');
      if (random.boolean(0.01)) redis.save();
      const dice = random.next();
      if (dice < 0.002) redis.drop(':cache');
      if (isDisturbed) return;
      if (dice < 0.004) cutOff(random.integer(0, REPLICAS - 1));
      else if (dice < 0.006) restart();
      else if (dice < 0.0065) redeploy();
      else if (dice < 0.0067) replace(random.integer(0, REPLICAS - 1), random.boolean(0.5));
    },
  };
}
