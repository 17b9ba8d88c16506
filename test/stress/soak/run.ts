import type { Replicas } from '../../../src/redis/replicas.ts';
import { findRedis } from '../../support/redis-server.ts';
import { startTwoReplicas } from '../../support/two-replicas.ts';
import { type MemoryReading, runMemorySoak } from './memory.ts';
import { runSoak } from './soak.ts';

// The long runs. `npm run soak` exits with 1 if a caller saw the mark of another customer. `npm run soak -- MINUTES` lets
// 100,000 callers come and go within this time, and exits with 1 if the memory grows after the first sixth of it.

/** Fluctuation of the heap that is no leak: caches that fill up, and calls in flight. */
const MAX_GROWTH_MB = 5;

const [, , minutes] = process.argv;
if (minutes === undefined) {
  await findLeaks([]);
  await findLeaksOfReplicas();
} else await watchMemory(Number(minutes));

/** The same with two gateways that share a cache. */
async function findLeaksOfReplicas(): Promise<void> {
  const redis = findRedis();
  if (redis === null) {
    console.error('no redis-server found: the run with two gateways and a cache is skipped');
    return;
  }
  const replicas = await startTwoReplicas(redis);
  await findLeaks([replicas.one, replicas.other]);
  await replicas.close();
}

async function findLeaks(replicas: readonly Replicas[]): Promise<void> {
  const requests = 100_000;
  const startedAt = performance.now();
  const { counts, calls, faultHits, leaks } = await runSoak({ requests, seed: 1, replicas });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const setting = replicas.length === 0 ? 'one gateway' : `${replicas.length} gateways with a cache`;
  console.log(`${requests} requests of fifty callers to ${setting} in ${seconds} s`);
  console.table(counts);
  console.log(`calls to the store: ${calls}, with faults: ${faultHits}`);
  console.log(`leaks: ${leaks.length}`);
  for (const leak of leaks.slice(0, 20)) console.log(`  ${leak}`);
  if (leaks.length > 0) process.exitCode = 1;
}

async function watchMemory(runMinutes: number): Promise<void> {
  const readings: MemoryReading[] = [];
  await runMemorySoak({
    minutes: runMinutes,
    callers: 100_000,
    readAt: [1 / 6, 1 / 3, 2 / 3, 1],
    onRead(reading) {
      readings.push(reading);
      const { callers, requests, heapMb, rssMb } = reading;
      console.log(
        `${reading.minutes.toFixed(1)} min: ${callers} callers, ${requests} requests, ` +
          `heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB`,
      );
    },
  });
  const [first, last] = [readings[0], readings.at(-1)];
  const growthMb = (last?.heapMb ?? 0) - (first?.heapMb ?? 0);
  console.log(`heap after the first sixth: ${growthMb < 0 ? '' : '+'}${growthMb.toFixed(1)} MB`);
  process.exitCode = growthMb > MAX_GROWTH_MB ? 1 : 0;
}
