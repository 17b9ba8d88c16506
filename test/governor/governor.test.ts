import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Permit } from '../../src/governor/governor.ts';
import { createRateLimitedStore } from '../support/rate-limited-store.ts';
import { createTestGovernor, rateHeaders, requestFor } from '../support/test-governor.ts';

test('timeouts at the deadline of the operation do not open the circuit breaker', async () => {
  const { clock, governor } = createTestGovernor();
  for (let count = 0; count < 20; count += 1) {
    const request = requestFor('getCustomers', 'standard', clock.now() + 5);
    governor
      .read(request, async (permit) => {
        await clock.sleep(permit.timeLeftMs());
        const failure = new GatewayError('UPSTREAM_TIMEOUT', 'too slow');
        permit.release({ status: null, headers: {}, failure });
        throw failure;
      })
      .catch(() => {});
    await clock.advanceTo(clock.now() + 10);
  }
  expect(governor.state().breaker).toBe('closed');
});

describe('a 429 without rate-limit headers', () => {
  /** A store that accepts so many calls at once. */
  function limited(max: number) {
    const test = createTestGovernor({ connections: 64, maxQueued: 1_000 });
    let inFlight = 0;
    let rejected = 0;
    const send = async (permit: Permit) => {
      inFlight += 1;
      const isRejected = inFlight > max;
      await test.clock.sleep(isRejected ? 1 : 100);
      inFlight -= 1;
      if (isRejected) rejected += 1;
      permit.release({ status: isRejected ? 429 : 200, headers: {}, failure: null });
      if (isRejected) throw new GatewayError('UPSTREAM_RATE_LIMITED', 'too many', { status: 429 });
      return 'ok';
    };
    return { ...test, send, rejected: () => rejected };
  }

  test('does not fail reads, which wait until fewer are in flight', async () => {
    const { clock, governor, send, rejected } = limited(3);
    const reads = Array.from({ length: 80 }, () => governor.read(requestFor('getConsent'), send));
    await clock.advanceTo(60_000);
    expect(await Promise.all(reads)).toEqual(Array(80).fill('ok'));
    // The first round shows how many the store accepts.
    expect(rejected()).toBeLessThan(80);
  });

  test('ends an attempt at a write, and the next one waits until fewer are in flight', async () => {
    const { clock, governor, send, rejected } = limited(3);
    const request = requestFor('createCustomers');
    let attempts = 0;
    async function create(): Promise<void> {
      for (let result = 'throttled'; result === 'throttled'; attempts += 1) {
        result = await governor.write(request, { retry: 'if-rate-limited' }, (permit) =>
          send(permit).catch(() => 'throttled'),
        );
      }
    }
    const all = Promise.all(Array.from({ length: 20 }, create));
    await clock.advanceTo(60_000);
    await all;
    expect(attempts).toBe(20 + rejected());
    expect(rejected()).toBeLessThanOrEqual(17);
  });
});

test('a burst of 429 responses delays the calls by the time that the store states, and fails none', async () => {
  const { clock, governor, respond } = createTestGovernor();
  await respond({ status: 200, headers: rateHeaders(149, 20_000) });
  let isUsedUp = true;
  const reads = Array.from({ length: 12 }, () =>
    governor.read(requestFor('getCustomers'), async (permit) => {
      const wasUsedUp = isUsedUp;
      await clock.sleep(40);
      permit.release({
        status: wasUsedUp ? 429 : 200,
        headers: wasUsedUp ? rateHeaders(0, 300) : rateHeaders(140, 30_000),
        failure: null,
      });
      if (wasUsedUp) throw new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429 });
      return clock.now();
    }),
  );
  clock.callAt(300, () => {
    isUsedUp = false;
  });
  await clock.advanceTo(10_000);
  for (const endedAt of await Promise.all(reads)) expect(endedAt).toBeLessThan(3_000);
});

test('a failing operation does not stop the others', async () => {
  const { clock, governor } = createTestGovernor();
  const results: string[] = [];
  for (let count = 0; count < 200; count += 1) {
    const operation = count % 2 === 0 ? 'getConsent' : 'getCustomers';
    governor
      .read(requestFor(operation), async (permit) => {
        const status = operation === 'getConsent' ? 500 : 200;
        permit.release({ status, headers: {}, failure: null });
        if (status === 500) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'broken', { status });
      })
      .then(
        () => results.push(operation),
        () => {},
      );
    await clock.advanceTo(count * 50);
  }
  expect(results).toEqual(Array(100).fill('getCustomers'));
  expect(governor.state()).toMatchObject({ breaker: 'closed', openCircuits: ['getConsent'] });
});

describe('a store that is down for a minute', () => {
  test('gets hardly any calls, delays no call past its deadline, and is used again after the first probe', async () => {
    const store = createRateLimitedStore({ quota: 0 });
    const { clock } = store;
    // 20 calls per second for two minutes. The store is down from 0:30 to 1:30.
    for (let at = 0; at < 120_000; at += 50) clock.callAt(at, () => store.request({ deadlineMs: 10_000 }));
    await clock.advanceTo(30_000);
    store.setDown(true);
    const before = { sent: store.sent, done: store.done.length };
    await clock.advanceTo(31_000);
    const needed = store.done.length - before.done;
    // Sent before the breaker opened; afterwards only probes are sent.
    expect(store.governors[0]?.state().breaker).toBe('open');
    const atOpening = store.sent - before.sent;
    expect(atOpening).toBeLessThanOrEqual(Math.ceil(1.1 * needed));
    expect(atOpening).toBeLessThan(20);
    await clock.advanceTo(90_000);
    // One probe per 5 seconds.
    expect(store.sent - before.sent - atOpening).toBeLessThanOrEqual(12);
    store.setDown(false);
    await clock.advanceTo(96_000);
    expect(store.governors[0]?.state().breaker).toBe('closed');
    const back = store.done.length;
    await clock.advanceTo(119_000);
    expect(store.done.slice(back).every(({ ok }) => ok)).toBe(true);
    for (const { requestedAt, endedAt } of store.done)
      expect(endedAt - requestedAt).toBeLessThanOrEqual(10_000);
    expect(store.done.length).toBeGreaterThan(2_370);
  });
});

describe('rate-limit headers with impossible values', () => {
  test.each([
    [
      'a window without end',
      { ...rateHeaders(0, 99_999_999_999), 'x-rate-limit-time-window-ms': '99999999999' },
    ],
    ['negative remaining', rateHeaders(-5, 1_000)],
    ['more remaining than the quota', rateHeaders(500, 1_000)],
    ['not numbers', { 'x-rate-limit-requests-quota': 'many', 'x-rate-limit-requests-left': 'some' }],
  ])('%s: reported, and no call waits longer than a window', async (_name, headers) => {
    const { clock, governor, respond, events } = createTestGovernor();
    await respond({ status: 200, headers });
    expect(events).toContain('invalid headers');
    let served = false;
    void governor
      .read(requestFor('getCustomers'), async (permit) =>
        permit.release({ status: 200, headers: {}, failure: null }),
      )
      .then(() => {
        served = true;
      });
    await clock.advanceTo(35_000);
    expect(served).toBe(true);
  });
});

describe('quota to spare', () => {
  test('is not known before the first response', () => {
    expect(createTestGovernor().governor.hasSpareQuota(33)).toBe(false);
  });

  test('has no end if the store sets no quota', async () => {
    const { governor, respond } = createTestGovernor();
    await respond({ status: 200 });
    expect(governor.hasSpareQuota(1_000_000)).toBe(true);
  });

  test('is what the quota leaves to bulk calls besides the queued ones', async () => {
    const { governor, respond, read } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    await respond({ status: 200, headers: rateHeaders(1_000, 20_000, 1_000) });
    expect([governor.hasSpareQuota(500), governor.hasSpareQuota(1_000)]).toEqual([true, false]);
    let spare = 0;
    while (governor.hasSpareQuota(spare + 1)) spare += 1;
    for (let count = 0; count < 11; count += 1) void read(requestFor('slow', 'bulk'));
    // One is in flight, and ten wait.
    expect([governor.hasSpareQuota(spare - 12), governor.hasSpareQuota(spare - 10)]).toEqual([true, false]);
  });

  test('is nothing during a pause', async () => {
    const { governor, respond } = createTestGovernor();
    await respond({ status: 200, headers: rateHeaders(1_000, 20_000, 1_000) });
    await respond({ status: 429, headers: rateHeaders(0, 20_000, 1_000) });
    expect(governor.hasSpareQuota(1)).toBe(false);
  });
});
