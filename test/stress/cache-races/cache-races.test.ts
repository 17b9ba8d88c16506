import { expect, test } from 'vitest';
import { races } from './races.ts';

// The short form of `npm run cache-races`, which takes 100,000 steps and takes out each guard once.

test('every value was true within its age, and none is older than a write that was acknowledged', async () => {
  const { broken, hits, writes, events } = await races({ steps: 5_000, seed: 2 });
  expect(broken).toEqual([]);
  expect(hits).toBeGreaterThan(100);
  expect(Math.min(writes, events)).toBeGreaterThan(50);
});

test('the same holds for two replicas with one Redis that is lost, cut off and restarted', async () => {
  const { broken, hits, writes } = await races({ steps: 4_000, seed: 1, cache: 'redis' });
  expect(broken).toEqual([]);
  expect(hits).toBeGreaterThan(100);
  expect(writes).toBeGreaterThan(50);
});

test('the check notices a cache without the tag of the customer', async () => {
  const { broken } = await races({ steps: 5_000, seed: 2, without: 'tag of the customer' });
  expect(broken).not.toEqual([]);
});
