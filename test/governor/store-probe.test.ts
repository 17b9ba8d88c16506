import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Permit } from '../../src/governor/governor.ts';
import { createTestGovernor, requestFor } from '../support/test-governor.ts';

/** A store that is down until it recovers. Writes and probes are counted. */
function setUp() {
  let isDown = true;
  let writes = 0;
  let probes = 0;
  const respond = async (permit: Permit) => {
    permit.release({ status: isDown ? 503 : 200, headers: {}, failure: null });
    if (isDown) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 });
  };
  const { clock, governor } = createTestGovernor({
    probe: (permit) => {
      probes += 1;
      return respond(permit);
    },
  });
  return {
    clock,
    governor,
    write: () =>
      governor
        .write(requestFor('createCustomers'), { retry: 'if-rate-limited' }, async (permit) => {
          writes += 1;
          await respond(permit).catch(() => {});
          return 'sent';
        })
        .catch((error: GatewayError) => error.code),
    counts: () => ({ writes, probes }),
    recover() {
      isDown = false;
    },
  };
}

test('while the store is down, writes are not tried before a cheap read has succeeded', async () => {
  const { clock, write, counts, recover, governor } = setUp();
  for (let count = 0; count < 10; count += 1) expect(await write()).toBe('sent');
  expect(governor.state()).toMatchObject({ breaker: 'open', openCircuits: ['createCustomers'] });
  expect(await write()).toBe('UPSTREAM_UNAVAILABLE');
  for (let second = 1; second <= 60; second += 1) {
    await clock.advanceTo(second * 1_000);
    expect(await write()).toBe('UPSTREAM_UNAVAILABLE');
  }
  expect(counts()).toEqual({ writes: 10, probes: 12 });
  recover();
  await clock.advanceTo(66_000);
  const waiting = [write(), write(), write()];
  expect(await Promise.all(waiting)).toEqual(['sent', 'sent', 'sent']);
  expect(governor.state()).toMatchObject({ breaker: 'closed', openCircuits: [] });
});

test('a write that fails beside working reads is tried by itself', async () => {
  const { clock, write, counts, governor } = setUp();
  const read = () =>
    governor.read(requestFor('getCustomers'), async (permit) =>
      permit.release({ status: 200, headers: {}, failure: null }),
    );
  for (let count = 0; count < 10; count += 1) {
    await clock.advanceTo(count);
    await write();
    await read();
  }
  await clock.advanceTo(6_000);
  expect(await write()).toBe('sent');
  expect(counts()).toEqual({ writes: 11, probes: 0 });
  expect(governor.state()).toMatchObject({ breaker: 'closed', openCircuits: ['createCustomers'] });
});
