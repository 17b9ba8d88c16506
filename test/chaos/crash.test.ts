import { expect, test } from 'vitest';
import { crash } from './crash.ts';

// The short form of what `npm run chaos` does a hundred times each.
test.each(['SIGTERM', 'SIGKILL'] as const)(
  'doubles nothing and tells no lie when it is ended by %s',
  async (signal) => {
    const { submissions, violations } = await crash({
      seed: 11,
      signal,
      times: 5,
      switches: { atomicBatches: false },
    });
    expect(violations).toEqual([]);
    expect(submissions.some(({ result }) => result !== null)).toBe(true);
  },
  120_000,
);
