import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

// The short form of `npm run chaos`.
test.each([
  ['rejects whole batches', true],
  ['keeps the items before a rejected one', false],
])(
  'every outcome is true while a fifth of the calls fail at a store that respells texts and %s',
  async (_name, atomicBatches) => {
    const { submissions, hits, violations } = await runChaos({
      seed: 7,
      writes: 1_000,
      switches: { atomicBatches, respells: true },
    });
    expect(violations).toEqual([]);
    expect(submissions.length).toBeGreaterThanOrEqual(1_000);
    expect(Object.values(hits).filter((hit) => hit > 0).length).toBeGreaterThan(8);
  },
  600_000,
);
