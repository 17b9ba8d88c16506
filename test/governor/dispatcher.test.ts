import { expect, test } from 'vitest';
import { createTestGovernor, requestFor } from '../support/test-governor.ts';

test('an operation never has more calls in flight than its concurrency limit', async () => {
  const { clock, read, permits } = createTestGovernor({
    maxConcurrency: new Map([['createCustomers', 3]]),
  });
  for (let count = 0; count < 7; count += 1) void read(requestFor('createCustomers'));
  await clock.advanceTo(10);
  expect(permits).toHaveLength(3);
  permits[0]?.release({ status: 200, headers: {}, failure: null });
  await clock.advanceTo(20);
  expect(permits).toHaveLength(4);
});

test('a 429 to all calls in flight halves the concurrency limit, and successes raise it again after a while', async () => {
  const { clock, read, permits } = createTestGovernor({
    maxConcurrency: new Map([['createCustomers', 8]]),
  });
  for (let count = 0; count < 100; count += 1) read(requestFor('createCustomers')).catch(() => {});
  await clock.advanceTo(10);
  expect(permits).toHaveLength(8);
  for (const permit of permits.splice(0)) permit.release({ status: 429, headers: {}, failure: null });
  // No call starts during the back-off.
  await clock.advanceTo(100);
  expect(permits).toHaveLength(0);
  await clock.advanceTo(2_000);
  expect(permits).toHaveLength(4);
  await clock.advanceTo(12_000);
  for (let round = 0; round < 12; round += 1) {
    for (const permit of permits.splice(0)) permit.release({ status: 200, headers: {}, failure: null });
    await clock.advanceTo(clock.now() + 10);
  }
  expect(permits.length).toBeGreaterThan(4);
  expect(permits.length).toBeLessThanOrEqual(8);
});

test('a failure that opens a circuit rejects the queued calls of that operation alone', async () => {
  const { clock, governor, read, permits, events } = createTestGovernor({
    maxConcurrency: new Map([['getConsent', 1]]),
  });
  const ended: string[] = [];
  const note = (name: string) => () => ended.push(name);
  for (let failures = 0; failures < 9; failures += 1) {
    read(requestFor('getConsent')).catch(() => {});
    await clock.advanceTo(clock.now() + 10);
    permits.splice(0)[0]?.release({ status: 500, headers: {}, failure: null });
  }
  read(requestFor('getConsent')).catch(() => {});
  read(requestFor('getConsent')).catch(note('getConsent'));
  read(requestFor('getCustomers')).catch(note('getCustomers'));
  await clock.advanceTo(clock.now() + 10);
  expect(governor.state().queued.standard).toBe(1);
  permits[0]?.release({ status: 500, headers: {}, failure: null });
  await clock.advanceTo(clock.now() + 10);
  expect(ended).toEqual(['getConsent']);
  expect(events).toEqual(['standard breaker']);
});
