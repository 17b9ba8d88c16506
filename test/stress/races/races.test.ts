import { expect, test } from 'vitest';
import { findRedisForTest } from '../../support/redis-server.ts';
import { runRaces } from './races.ts';

const redis = findRedisForTest('races of two replicas with a cache');

// The short form of what `npm run races` does.
test.skipIf(redis === null)(
  'no value from the cache is older than an acknowledged write, or than it is said to be',
  { timeout: 180_000 },
  async () => {
    const { hits, misses, restarts, cutOffWrites, violations } = await runRaces({
      redis: redis ?? '',
      steps: 10_000,
      seed: 7,
    });
    expect(violations).toEqual([]);
    expect(Math.min(hits, misses)).toBeGreaterThan(100);
    expect(restarts).toBe(2);
    expect(cutOffWrites).toBeGreaterThanOrEqual(40);
  },
);
