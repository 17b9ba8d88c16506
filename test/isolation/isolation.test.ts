import { expect, test } from 'vitest';
import { soak } from './soak.ts';

// The short form of what `npm run soak` does twenty times as often.
test('nobody sees or changes what is marked as another customer, whoever asks at the same time and whatever fails', async () => {
  const { tallies, calls, spoiled, leaks } = await soak({ requests: 5_000, seed: 7 });
  expect(leaks).toEqual([]);
  // It would prove nothing if nobody saw anything.
  for (const kind of ['viewer', 'customer', 'customers', 'address', 'nodes', 'write']) {
    expect(tallies[kind]?.answered, kind).toBeGreaterThan(50);
  }
  expect(spoiled).toBeGreaterThan(0.05 * calls);
}, 180_000);
