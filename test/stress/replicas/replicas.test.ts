import { expect, test } from 'vitest';
import { findRedisForTest } from '../../support/redis-server.ts';
import { runReplicas } from './replicas.ts';

// Three gateways that each took the whole quota would get a 429 for two calls of three. A stall of the machine can carry a few
// calls past the end of a window; `npm run replicas` asserts 0 on a machine that does nothing else.
const MAX_REJECTED = 0.05;

const redis = findRedisForTest('three gateways that share a quota');

test.skipIf(redis === null).each([
  { disturbance: 'none', windows: 3 },
  { disturbance: 'kills', windows: 5 },
  { disturbance: 'restart', windows: 5 },
] as const)(
  'three gateways keep to the quota together, with disturbance: $disturbance',
  { timeout: 120_000 },
  async ({ disturbance, windows }) => {
    const report = await runReplicas({
      redis: redis ?? '',
      disturbance,
      quota: 60,
      windowMs: 5_000,
      windows,
    });
    expect(report.calls).toBeGreaterThan(0);
    expect(report.rateLimited / report.calls).toBeLessThanOrEqual(MAX_REJECTED);
  },
);
