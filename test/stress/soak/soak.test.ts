import { expect, test } from 'vitest';
import { runSoak } from './soak.ts';

// The short form of what `npm run soak` does twenty times as often.
test('no shopper reads or changes records of another customer, under concurrent requests and faults', async () => {
  const { counts, calls, faultHits, leaks } = await runSoak({ requests: 5_000, seed: 7 });
  expect(leaks).toEqual([]);
  // Without successful responses the test would prove nothing.
  for (const kind of ['viewer', 'customer', 'customers', 'address', 'nodes', 'write']) {
    expect(counts[kind]?.answered, kind).toBeGreaterThan(50);
  }
  expect(faultHits).toBeGreaterThan(0.05 * calls);
}, 180_000);
