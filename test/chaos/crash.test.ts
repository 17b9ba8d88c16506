import { expect, test } from 'vitest';
import { crash } from './crash.ts';

// A gateway starts in a second, or in half a minute where the machine has much else to do.
const HANGING_MS = 600_000;

// The short form of what `npm run chaos` does a hundred times each.
test.each(['SIGTERM', 'SIGKILL'] as const)(
  'doubles nothing and tells no lie when it is ended by %s',
  async (signal) => {
    const { submissions, violations } = await crash({
      seed: 11,
      signal,
      times: 4,
      switches: { atomicBatches: false },
    });
    expect(violations).toEqual([]);
    expect(submissions.some(({ result }) => result !== null)).toBe(true);
  },
  HANGING_MS,
);
