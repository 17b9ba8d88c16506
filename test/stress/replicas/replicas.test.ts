import { expect, test } from 'vitest';
import { findRedisForTest } from '../../support/redis-server.ts';
import { runReplicas } from './replicas.ts';

const redis = findRedisForTest('three gateways that share a quota');

test.skipIf(redis === null).each([
  { disturbance: 'none', windows: 3 },
  { disturbance: 'kills', windows: 5 },
  { disturbance: 'restart', windows: 5 },
] as const)(
  'three gateways get no 429 together, with disturbance: $disturbance',
  { timeout: 120_000 },
  async ({ disturbance, windows }) => {
    const report = await runReplicas({
      redis: redis ?? '',
      disturbance,
      quota: 60,
      windowMs: 5_000,
      windows,
    });
    expect(report.rateLimited).toBe(0);
    expect(report.calls).toBeGreaterThan(0);
  },
);
