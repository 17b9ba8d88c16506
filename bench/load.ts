import assert from 'node:assert/strict';
import { Pool } from 'undici';
import { jsonPost } from '../test/support/post.ts';
import { type LoadedOperation, loadedOperations } from './operations.ts';
import { PHASES, type PhaseTimes } from './phases.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface LoadResult {
  readonly operation: string;
  /** Requests per second. */
  readonly ours: number;
  readonly byHand: number;
  /** CPU time per request, in microseconds. */
  readonly oursMicros: number;
  readonly byHandMicros: number;
  /** The share of each phase in the CPU time of our requests, as a fraction of 1. */
  readonly phases: PhaseTimes;
}

const CONNECTIONS = 16;
const ROUNDS = 3;

/**
 * Loads the gateway and the hand-written server alternately, with an upstream that responds from memory.
 *
 * @param seconds total duration
 */
export async function runLoad(seconds: number): Promise<readonly LoadResult[]> {
  const upstream = await startServer('./upstream.ts');
  const ours = await startServer('./ours.ts', upstream.url);
  const byHand = await startServer('./by-hand.ts', upstream.url);
  const operations = Object.keys(loadedOperations) as LoadedOperation[];
  const sliceMs = (seconds * 1000) / (operations.length * (2 * ROUNDS + 2));
  const loads: LoadResult[] = [];
  for (const operation of operations) {
    assert.deepEqual(
      await execute(ours, operation),
      await execute(byHand, operation),
      `${operation} has the same response from both servers`,
    );
    await runSlice(ours, operation, sliceMs / 2);
    await runSlice(byHand, operation, sliceMs / 2);
    await ours.startProfile();
    await runSlice(ours, operation, sliceMs);
    const phases = sharesOf(await ours.stopProfile());
    const slices: { ours: LoadSlice; byHand: LoadSlice }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      slices.push({
        ours: await runSlice(ours, operation, sliceMs),
        byHand: await runSlice(byHand, operation, sliceMs),
      });
    }
    const [our, hand] = [slices.map((each) => each.ours), slices.map((each) => each.byHand)];
    loads.push({
      operation,
      ours: requestsPerSecond(our),
      byHand: requestsPerSecond(hand),
      oursMicros: cpuPerRequest(our),
      byHandMicros: cpuPerRequest(hand),
      phases,
    });
  }
  await Promise.all([ours, byHand, upstream].map((child) => child.stop()));
  return loads;
}

async function execute({ url }: ServerProcess, operation: LoadedOperation): Promise<unknown> {
  const response = await fetch(url, jsonPost(loadedOperations[operation](0)));
  return response.json();
}

interface LoadSlice {
  readonly requests: number;
  readonly ms: number;
  readonly cpuMicros: number;
}

async function runSlice(child: ServerProcess, operation: LoadedOperation, ms: number): Promise<LoadSlice> {
  const { origin, pathname } = new URL(child.url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const cpuBefore = await child.cpuTimeMicros();
  const startedAt = performance.now();
  let requests = 0;
  let started = 0;

  async function connection(): Promise<void> {
    while (performance.now() - startedAt < ms) {
      started += 1;
      const body = JSON.stringify(loadedOperations[operation](started));
      const response = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await response.body.dump();
      if (response.statusCode !== 200)
        throw new Error(`${operation} failed with status ${response.statusCode}`);
      requests += 1;
    }
  }

  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const took = performance.now() - startedAt;
  const cpuMicros = (await child.cpuTimeMicros()) - cpuBefore;
  await pool.close();
  return { requests, ms: took, cpuMicros };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function requestsPerSecond(slices: readonly LoadSlice[]): number {
  return (sum(slices.map(({ requests }) => requests)) * 1000) / sum(slices.map(({ ms }) => ms));
}

function sharesOf(times: PhaseTimes): PhaseTimes {
  const total = sum(Object.values(times));
  return Object.fromEntries(PHASES.map((phase) => [phase, times[phase] / total])) as Record<
    (typeof PHASES)[number],
    number
  >;
}

function cpuPerRequest(slices: readonly LoadSlice[]): number {
  return sum(slices.map(({ cpuMicros }) => cpuMicros)) / sum(slices.map(({ requests }) => requests));
}
