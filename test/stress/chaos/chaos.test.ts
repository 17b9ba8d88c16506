import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

// The short form of `npm run chaos`.
test('reports the true outcome of every write while a fifth of the calls fail', async () => {
  const { submissions, hits, violations } = await runChaos({
    seed: 7,
    writes: 1_000,
    switches: { atomicBatches: false },
  });
  expect(violations).toEqual([]);
  expect(submissions.length).toBeGreaterThanOrEqual(1_000);
  expect(Object.values(hits).filter((hit) => hit > 0).length).toBeGreaterThan(8);
}, 600_000);
