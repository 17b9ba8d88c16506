import { expect, test } from 'vitest';
import { createReplicas } from '../../support/replicas.ts';

const OPERATION = 'updateCustomers';
const LIMITED = { replicas: 3, quota: 0, latencyMs: 400, maxConcurrency: new Map([[OPERATION, 3]]) };

/** Keeps eight calls of each replica wanted for a time. */
function overload(replicas: ReturnType<typeof createReplicas>, until: number): void {
  for (let each = 0; each < 24; each += 1) void repeat(each % 3);
  async function repeat(index: number): Promise<void> {
    while (replicas.clock.now() < until) {
      await Promise.race([replicas.call(index, { operation: OPERATION }), replicas.clock.sleep(5_000)]);
    }
  }
}

test('all replicas together keep to the concurrency limit of an operation, and use it', async () => {
  const replicas = createReplicas(LIMITED);
  overload(replicas, 20_000);
  await replicas.clock.advanceTo(21_000);
  expect(replicas.mostInFlight(OPERATION)).toBe(3);
  const total = replicas.served.reduce((sum, calls) => sum + calls, 0);
  // 3 at a time, 0.4 s each, for 20 s.
  expect(total).toBeGreaterThan(0.75 * 150);
});

test('a replica alone may use the whole limit', async () => {
  const replicas = createReplicas(LIMITED);
  await replicas.clock.advanceTo(1_000);
  for (let each = 0; each < 10; each += 1) void replicas.call(0, { operation: OPERATION });
  await replicas.clock.advanceTo(1_300);
  expect(replicas.governor(0).state().inFlight).toBe(3);
});

test('what a killed replica had in flight counts until it has ended at the store', async () => {
  const replicas = createReplicas({ ...LIMITED, latencyMs: 8_000 });
  await replicas.clock.advanceTo(1_000);
  for (let each = 0; each < 3; each += 1) void replicas.call(0, { operation: OPERATION });
  await replicas.clock.advanceTo(2_000);
  replicas.kill(0);
  for (let each = 0; each < 3; each += 1) void replicas.call(1, { operation: OPERATION });
  await replicas.clock.advanceTo(8_900);
  expect(replicas.governor(1).state().inFlight).toBe(0);
  await replicas.clock.advanceTo(30_000);
  expect(replicas.served[1]).toBe(3);
  expect(replicas.mostInFlight(OPERATION)).toBe(3);
});

test('while the server is away each replica uses its share of the limit, at least one', async () => {
  const replicas = createReplicas(LIMITED);
  overload(replicas, 20_000);
  replicas.clock.callAt(5_000, () => replicas.setServer('down'));
  replicas.clock.callAt(15_000, () => replicas.setServer('up'));
  await replicas.clock.advanceTo(25_000);
  expect(replicas.mostInFlight(OPERATION)).toBeLessThanOrEqual(3);
});
