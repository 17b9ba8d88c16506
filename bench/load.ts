import assert from 'node:assert/strict';
import { Pool } from 'undici';
import { jsonPost } from '../test/support/post.ts';
import { type Child, startChild } from './child.ts';
import { type Loaded, loadedOperations } from './operations.ts';

export interface Load {
  readonly operation: string;
  /** Requests per second. */
  readonly ours: number;
  readonly byHand: number;
  /** CPU time per request, in microseconds. */
  readonly oursMicros: number;
  readonly byHandMicros: number;
}

const CONNECTIONS = 16;
const ROUNDS = 3;

/**
 * Loads the gateway and the hand-written server alternately, with an upstream that responds from memory.
 *
 * @param seconds total duration
 */
export async function loadBoth(seconds: number): Promise<readonly Load[]> {
  const upstream = await startChild('./upstream.ts');
  const ours = await startChild('./ours.ts', upstream.url);
  const byHand = await startChild('./by-hand.ts', upstream.url);
  const operations = Object.keys(loadedOperations) as Loaded[];
  const sliceMs = (seconds * 1000) / (operations.length * (2 * ROUNDS + 1));
  const loads: Load[] = [];
  for (const operation of operations) {
    assert.deepEqual(
      await once(ours, operation),
      await once(byHand, operation),
      `${operation} has the same response from both servers`,
    );
    await slice(ours, operation, sliceMs / 2);
    await slice(byHand, operation, sliceMs / 2);
    const slices: { ours: Slice; byHand: Slice }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      slices.push({
        ours: await slice(ours, operation, sliceMs),
        byHand: await slice(byHand, operation, sliceMs),
      });
    }
    const [our, hand] = [slices.map((each) => each.ours), slices.map((each) => each.byHand)];
    loads.push({
      operation,
      ours: rate(our),
      byHand: rate(hand),
      oursMicros: perRequest(our),
      byHandMicros: perRequest(hand),
    });
  }
  await Promise.all([ours, byHand, upstream].map((child) => child.stop()));
  return loads;
}

async function once({ url }: Child, operation: Loaded): Promise<unknown> {
  const response = await fetch(url, jsonPost({ query: loadedOperations[operation] }));
  return response.json();
}

interface Slice {
  readonly requests: number;
  readonly ms: number;
  readonly cpuMicros: number;
}

async function slice(child: Child, operation: Loaded, ms: number): Promise<Slice> {
  const { origin, pathname } = new URL(child.url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const body = JSON.stringify({ query: loadedOperations[operation] });
  const cpuBefore = await child.cpuMicros();
  const startedAt = performance.now();
  let requests = 0;

  async function connection(): Promise<void> {
    while (performance.now() - startedAt < ms) {
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
  const cpuMicros = (await child.cpuMicros()) - cpuBefore;
  await pool.close();
  return { requests, ms: took, cpuMicros };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function rate(slices: readonly Slice[]): number {
  return (sum(slices.map(({ requests }) => requests)) * 1000) / sum(slices.map(({ ms }) => ms));
}

function perRequest(slices: readonly Slice[]): number {
  return sum(slices.map(({ cpuMicros }) => cpuMicros)) / sum(slices.map(({ requests }) => requests));
}
