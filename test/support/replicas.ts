import { GatewayError } from '../../src/errors.ts';
import {
  createGovernor,
  type Governor,
  type GovernorEvents,
  type Permit,
} from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import type { CallPool } from '../../src/governor/replicas/call-pool.ts';
import { createCallPool } from '../../src/redis/call-pool.ts';
import { CALL_POOL_SCRIPT } from '../../src/redis/call-pool-script.ts';
import { createQuota, rateLimitHeaders } from '../../src/sandbox/quota.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createScriptedHashes } from './lua.ts';

export interface ReplicaOptions {
  readonly replicas: number;
  readonly quota?: number;
  readonly windowMs?: number;
  readonly window?: 'fixed' | 'sliding';
  /** Milliseconds from a call to its response. */
  readonly latencyMs?: number;
  readonly quotaShare?: number;
  readonly maxConcurrency?: ReadonlyMap<string, number>;
}

/** Governors that share a store, on a fake clock. The script of the pool runs as in Redis, in milliseconds of that clock. */
export interface Replicas {
  readonly clock: FakeClock;
  governor(index: number): Governor;
  /** Calls that the store served, by replica. */
  readonly served: readonly number[];
  /** Number of 429 responses. */
  readonly refused: number;
  /** The most calls of one operation that were in flight at once, over all replicas. */
  mostInFlight(operation: string): number;
  /** Calls served in each window of the store, in order. */
  readonly windows: readonly number[];
  /** Kills a replica and starts another one in its place. What it has queued is lost, what is in flight arrives. */
  kill(index: number): void;
  /** Stops the server, or starts it again. A server without persistence forgets everything. */
  setServer(state: 'up' | 'frozen' | 'down' | 'restarted'): void;
  /** Cuts one replica off from the server, or connects it again. */
  setConnected(index: number, isConnected: boolean): void;
  callAsOtherApp(requests: number): void;
  /** Makes a call. Resolves with whether it succeeded. */
  call(index: number, options?: { lane?: Lane; operation?: string; caller?: string }): Promise<boolean>;
  /** Keeps this many calls of each replica queued or in flight until a time. */
  overload(until: number, perReplica: number, options?: { lane?: Lane; only?: readonly number[] }): void;
}

/** Milliseconds until a command without an answer counts as failed, as in the connection to Redis. */
const TIMEOUT_MS = 500;
const NO_EVENTS: GovernorEvents = { onAdmit() {}, onReject() {}, onRetry() {}, onInvalidHeaders() {} };

export function createReplicas({
  replicas: count,
  quota: granted = 150,
  windowMs = 30_000,
  window = 'fixed',
  latencyMs = 60,
  quotaShare = 0.25,
  maxConcurrency = new Map(),
}: ReplicaOptions): Replicas {
  const clock = createFakeClock();
  const quota = createQuota({ quota: granted, windowMs, window, now: clock.now });
  const hashes = createScriptedHashes();
  const served = Array.from({ length: count }, () => 0);
  const connected = Array.from({ length: count }, () => true);
  const inFlight = new Map<string, { now: number; most: number }>();
  const windows: number[] = [];
  let server: 'up' | 'frozen' | 'down' = 'up';
  let refused = 0;
  let generation = 0;
  let lastLeft = 0;

  /** A network of one millisecond each way. */
  function poolOf(index: number, isAlive: () => boolean): CallPool {
    generation += 1;
    return createCallPool({
      id: `replica-${generation}`,
      quotaShare,
      async run(id, report) {
        await clock.sleep(1);
        if (!isAlive()) return new Promise(() => {});
        if (server === 'frozen') await clock.sleep(TIMEOUT_MS);
        if (server !== 'up' || !connected[index]) throw new Error('unreachable');
        const state = hashes.run(CALL_POOL_SCRIPT, 'state', [id, report, String(clock.now())]);
        await clock.sleep(1);
        return state;
      },
    });
  }

  async function sendFrom(
    index: number,
    isAlive: () => boolean,
    operation: string,
    permit: Permit,
  ): Promise<void> {
    if (!isAlive()) return new Promise(() => {});
    const running = inFlight.get(operation) ?? { now: 0, most: 0 };
    inFlight.set(operation, running);
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await clock.sleep(latencyMs / 2);
    const state = quota.consume();
    if (state !== null) {
      if (state.remaining > lastLeft) windows.push(0);
      lastLeft = state.remaining;
      if (state.allowed) windows[windows.length - 1] = (windows.at(-1) ?? 0) + 1;
    }
    if (state?.allowed === false) refused += 1;
    else served[index] = (served[index] ?? 0) + 1;
    await clock.sleep(latencyMs / 2);
    running.now -= 1;
    if (!isAlive()) return new Promise(() => {});
    const named = Object.entries(rateLimitHeaders(state, true)).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    const status = state?.allowed === false ? 429 : 200;
    permit.release({ status, headers: Object.fromEntries(named), failure: null });
    if (status === 429)
      throw new GatewayError('UPSTREAM_RATE_LIMITED', 'refused', { status, retryAfterMs: 1 });
  }

  function start(index: number) {
    let alive = true;
    const isAlive = () => alive;
    const governor = createGovernor({
      maxConcurrency,
      connections: 64,
      maxQueued: 100_000,
      probe: async () => {},
      events: NO_EVENTS,
      clock,
      random: () => 0.5,
      replicas: { pool: poolOf(index, isAlive), quotaShare },
    });
    return { governor, isAlive, kill: () => (alive = false) };
  }

  const running = Array.from({ length: count }, (_, index) => start(index));

  function at(index: number) {
    const replica = running[index];
    if (replica === undefined) throw new Error(`there is no replica ${index}`);
    return replica;
  }

  const call: Replicas['call'] = (
    index,
    { lane = 'interactive', operation = 'getCustomers', caller = 'one' } = {},
  ) => {
    const { governor, isAlive } = at(index);
    const origin = { caller, lane, deadlineAt: Number.POSITIVE_INFINITY };
    return governor
      .read({ operation, origin }, (permit) => sendFrom(index, isAlive, operation, permit))
      .then(
        () => true,
        () => false,
      );
  };

  return {
    clock,
    governor: (index) => at(index).governor,
    served,
    get refused() {
      return refused;
    },
    mostInFlight: (operation) => inFlight.get(operation)?.most ?? 0,
    windows,
    kill(index) {
      at(index).kill();
      running[index] = start(index);
    },
    setServer(state) {
      if (state === 'restarted') hashes.clear();
      server = state === 'restarted' ? 'up' : state;
    },
    setConnected(index, isConnected) {
      connected[index] = isConnected;
    },
    callAsOtherApp(requests) {
      for (let made = 0; made < requests; made += 1) quota.consume();
    },
    call,
    overload(until, perReplica, { lane = 'interactive', only } = {}) {
      async function repeat(index: number, replica: ReturnType<typeof start>): Promise<void> {
        while (clock.now() < until && replica.isAlive()) await call(index, { lane });
      }
      /** Starts again after the replica was killed. */
      async function supervise(index: number): Promise<void> {
        while (clock.now() < until) {
          const replica = at(index);
          for (let each = 0; each < perReplica; each += 1) void repeat(index, replica);
          while (replica.isAlive() && clock.now() < until) await clock.sleep(10);
        }
      }
      for (let index = 0; index < count; index += 1) {
        if (only === undefined || only.includes(index)) void supervise(index);
      }
    },
  };
}
