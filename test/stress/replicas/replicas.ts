import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';

/**
 * What happens meanwhile. `kills`: a replica is killed every five seconds, and another one is started. `freeze`, `restart`:
 * Redis does not answer for ten seconds, and then still knows everything, or nothing.
 */
export type Disturbance = 'none' | 'kills' | 'freeze' | 'restart';

export interface ReplicaRunOptions {
  /** Path of the Redis server. */
  readonly redis: string;
  readonly disturbance: Disturbance;
  readonly quota: number;
  readonly windowMs: number;
  readonly windows: number;
  readonly onProgress?: (text: string) => void;
}

export interface ReplicaReport {
  /** Calls that the store received. */
  readonly calls: number;
  readonly rateLimited: number;
  /** Requests that clients sent, as a multiple of the quota of the whole run. */
  readonly demand: number;
  /** Percentage of the quota that was used, of the windows that are over, from the first to the last one. */
  readonly usedPercent: number;
  /** The same, if windows had followed one another without a gap. */
  readonly usedOfTimePercent: number;
  /** Calls in each window. */
  readonly windows: readonly number[];
}

const REPLICAS = 3;
const DEMAND = 10;
const KILL_EVERY_MS = 5_000;
const OUTAGE_MS = 10_000;
const QUERY = 'query ($first: Int!) { customers(first: $first) { nodes { entityId } } }';
const CONNECTIONS = new Agent({ connections: 1_000, pipelining: 1 });

/** Runs three gateways on one store with far more demand than quota. */
export async function runReplicas(options: ReplicaRunOptions): Promise<ReplicaReport> {
  const { redis: program, disturbance, quota, windowMs, windows, onProgress = () => {} } = options;
  const sandbox = await startSandbox({ quota, windowMs, latencyMs: 20, customers: 250 });
  const redis = await startRedis(program);
  const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => startReplica(sandbox, redis)));
  const stop = new AbortController();
  const startedAt = Date.now();
  const load = startLoad(replicas, Math.ceil((DEMAND * quota) / REPLICAS), stop.signal);
  const disturbing = disturb();
  await delay(windows * windowMs);
  stop.abort();
  await disturbing;
  const report = reportOf(sandbox, { quota, windowMs, requests: await load });
  for (const { child } of replicas) child.kill('SIGKILL');
  await redis.stop();
  await sandbox.close();
  return report;

  async function disturb(): Promise<void> {
    if (disturbance === 'none') return;
    if (disturbance === 'kills') {
      for (let kills = 0; await pause(KILL_EVERY_MS); kills += 1) await replace(kills % REPLICAS);
      return;
    }
    // It spans the end of a window.
    if (!(await pause(2 * windowMs - OUTAGE_MS / 2))) return;
    onProgress(`${Date.now() - startedAt} ms: Redis stops`);
    if (disturbance === 'freeze') redis.freeze();
    else await redis.stop();
    await pause(OUTAGE_MS);
    if (disturbance === 'freeze') redis.thaw();
    else await redis.start();
    onProgress(`${Date.now() - startedAt} ms: Redis is back`);
  }

  function pause(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: stop.signal }).catch(() => false);
  }

  async function replace(index: number): Promise<void> {
    onProgress(`${Date.now() - startedAt} ms: replica ${index} is killed`);
    replicas[index]?.child.kill('SIGKILL');
    replicas[index] = await startReplica(sandbox, redis);
  }
}

function startReplica(sandbox: Sandbox, redis: RedisServer): Promise<GatewayProcess> {
  return startGatewayProcess({
    LOG_LEVEL: 'silent',
    GATEWAY_AUTH: 'none',
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    MAX_OPERATIONS_IN_FLIGHT: '10000',
    REDIS_URL: redis.url,
    REDIS_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  });
}

/** Keeps this many requests of each replica waiting. Resolves with the number of requests that were sent. */
async function startLoad(
  replicas: readonly GatewayProcess[],
  perReplica: number,
  signal: AbortSignal,
): Promise<number> {
  let requests = 0;
  async function repeat(index: number): Promise<void> {
    while (!signal.aborted) {
      requests += 1;
      // A list of its own for each request in turn, so the gateway cannot answer several with one call.
      const first = 1 + (requests % 250);
      const isAnswered = await send(replicas[index]?.url ?? '', first, signal);
      if (!isAnswered) await delay(100);
    }
  }
  await Promise.all(Array.from({ length: perReplica * REPLICAS }, (_, index) => repeat(index % REPLICAS)));
  return requests;
}

async function send(url: string, first: number, signal: AbortSignal): Promise<boolean> {
  try {
    const { body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: QUERY, variables: { first } }),
      dispatcher: CONNECTIONS,
      signal,
    });
    return (await body.text()).startsWith('{"data":');
  } catch {
    // The replica was killed, or the run has ended.
    return false;
  }
}

interface Run {
  readonly quota: number;
  readonly windowMs: number;
  readonly requests: number;
}

/** Sorts the calls into the store's windows: one opens with the first call after the last one is over. */
function reportOf(sandbox: Sandbox, { quota, windowMs, requests }: Run): ReplicaReport {
  const calls = sandbox.requests.list();
  const windows: { readonly openedAt: number; calls: number }[] = [];
  for (const { startedAt, status } of calls) {
    const current = windows.at(-1);
    if (current === undefined || startedAt >= current.openedAt + windowMs)
      windows.push({ openedAt: startedAt, calls: 0 });
    const window = windows.at(-1);
    if (window !== undefined && status !== 429) window.calls += 1;
  }
  const complete = windows.slice(0, -1);
  const used = complete.reduce((sum, window) => sum + window.calls, 0);
  const tookMs = (windows.at(-1)?.openedAt ?? 0) - (windows[0]?.openedAt ?? 0);
  return {
    calls: calls.length,
    rateLimited: calls.filter(({ status }) => status === 429).length,
    demand: requests / (windows.length * quota),
    usedPercent: (100 * used) / (complete.length * quota),
    usedOfTimePercent: (100 * used) / ((quota * tookMs) / windowMs),
    windows: windows.map((window) => window.calls),
  };
}
