import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Permit } from '../../src/governor/governor.ts';
import { createTestGovernor, requestFor } from '../support/test-governor.ts';

const failing = (status: number) => async (permit: Permit) => {
  permit.release({ status, headers: {}, failure: null });
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'no', { status });
};

test('retries are at most 10 % of the calls', async () => {
  const { clock, governor, events, respond } = createTestGovernor();
  for (let count = 0; count < 200; count += 1) {
    // Every third fails, which does not open the circuit breaker.
    if (count % 3 === 0) governor.read(requestFor('other'), failing(503)).catch(() => {});
    else await respond({ status: 200 });
    await clock.advanceTo(clock.now() + 1_000);
  }
  const retries = events.filter((event) => event.startsWith('retry'));
  expect(retries.length).toBeGreaterThan(10);
  expect(retries.length).toBeLessThanOrEqual(21);
});

test('permanent errors are not retried', async () => {
  const { clock, governor, events } = createTestGovernor();
  for (const status of [400, 404, 422, 501]) {
    const code = status < 500 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_UNAVAILABLE';
    governor
      .read(requestFor('getCustomers'), async (permit) => {
        permit.release({ status, headers: {}, failure: null });
        throw new GatewayError(code, 'no', { status });
      })
      .catch(() => {});
  }
  await clock.advanceTo(60_000);
  expect(events).toEqual([]);
});

test('a read is not retried after its deadline', async () => {
  const { clock, governor, events } = createTestGovernor();
  governor.read(requestFor('getCustomers', 'standard', 50), failing(503)).catch(() => {});
  await clock.advanceTo(60_000);
  expect(events).toEqual([]);
});
