import { expect, test } from 'vitest';
import { runCrashes } from './crash.ts';

// A gateway starts in a second, or in half a minute on a busy machine.
const HANGING_MS = 600_000;

// The short form of what `npm run chaos` does a hundred times each.
test.each(['SIGTERM', 'SIGKILL'] as const)(
  'duplicates no record and reports no false outcome when %s ends the gateway',
  async (signal) => {
    const { submissions, violations } = await runCrashes({
      seed: 11,
      signal,
      gateways: 4,
      switches: { atomicBatches: false },
    });
    expect(violations).toEqual([]);
    expect(submissions.some(({ result }) => result !== null)).toBe(true);
  },
  HANGING_MS,
);
