import { expect, test } from 'vitest';
import { findRedisForTest } from '../../support/redis-server.ts';
import { startTwoReplicas } from '../../support/two-replicas.ts';
import { runSoak, type SoakReport } from './soak.ts';

const redis = findRedisForTest('the isolation of callers of two gateways with a cache');

function expectAnswers({ counts, calls, faultHits }: SoakReport): void {
  // Without successful responses the test would prove nothing.
  for (const kind of ['viewer', 'customer', 'customers', 'address', 'nodes', 'write']) {
    expect(counts[kind]?.answered, kind).toBeGreaterThan(50);
  }
  expect(faultHits).toBeGreaterThan(0.05 * calls);
}

// The short forms of what `npm run soak` does twenty times as often.
test('no shopper reads or changes records of another customer, under concurrent requests and faults', async () => {
  const report = await runSoak({ requests: 5_000, seed: 7 });
  expect(report.leaks).toEqual([]);
  expectAnswers(report);
}, 180_000);

test.skipIf(redis === null)(
  'nor if two gateways answer from the cache that they share',
  { timeout: 180_000 },
  async () => {
    const replicas = await startTwoReplicas(redis ?? '');
    const report = await runSoak({ requests: 5_000, seed: 8, replicas: [replicas.one, replicas.other] });
    await replicas.close();
    expect(report.leaks).toEqual([]);
    expectAnswers(report);
  },
);
