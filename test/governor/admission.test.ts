import { describe, expect, test } from 'vitest';
import type { CallOrigin } from '../../src/governor/lanes.ts';
import { createSharedOrigin } from '../../src/governor/shared-origin.ts';
import { createTestGovernor, rateHeaders, requestFor } from '../support/test-governor.ts';

describe('deadlines', () => {
  test('a call that cannot start before its deadline is rejected immediately, with retryAfterMs', async () => {
    const { governor, respond, events } = createTestGovernor();
    await respond({ status: 200, headers: rateHeaders(0, 20_000) });
    const refused = governor.read(requestFor('getCustomers', 'interactive', 5_000), async () => {});
    await expect(refused).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 20_000 },
    });
    expect(events).toEqual(['interactive deadline']);
  });

  test('a queued call is rejected soon after another app uses up the quota that it waits for', async () => {
    const { clock, governor, respond, events } = createTestGovernor();
    await respond({ status: 200, headers: rateHeaders(10, 20_000) });
    const ends: number[] = [];
    // The rest is reserved for the interactive lane, so these calls are queued until later in the window.
    for (let count = 0; count < 4; count += 1) {
      governor
        .read(requestFor('getCustomers', 'bulk', 19_000), () => new Promise(() => {}))
        .catch(() => ends.push(clock.now()));
    }
    await clock.advanceTo(50);
    expect(events).toEqual([]);
    await respond({ status: 429, headers: rateHeaders(0, 19_950) });
    await clock.advanceTo(2_000);
    expect(ends.length).toBeGreaterThan(0);
    expect(Math.max(...ends)).toBeLessThan(1_500);
  });

  test('a 429 without a quota header rejects no queued call', async () => {
    const { clock, governor, events, read, permits } = createTestGovernor();
    const answers = Array.from({ length: 90 }, () => read(requestFor('getCustomers', 'standard', 30_000)));
    for (const answer of answers) answer.catch(() => {});
    await clock.advanceTo(10);
    // A 429 without a quota header is a pause, not a quota of 1.
    const headers = { 'x-rate-limit-requests-left': '0', 'x-rate-limit-time-reset-ms': '1000' };
    permits.splice(0, 1)[0]?.release({ status: 429, headers, failure: null });
    await clock.advanceTo(500);
    expect(events).toEqual([]);
    expect(governor.state().queued.standard).toBeGreaterThan(50);
  });

  test('a call whose deadline passes in the queue is rejected', async () => {
    const { clock, read, events, governor } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    const late = governor.read(requestFor('slow', 'standard', 300), async () => {});
    await clock.advanceTo(299);
    expect(events).toEqual([]);
    const ended = expect(late).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    await clock.advanceTo(400);
    await ended;
    expect(events).toEqual(['standard deadline']);
  });

  test('a permit has the time until the deadline as its timeout', async () => {
    const { clock, read, permits } = createTestGovernor();
    void read(requestFor('getCustomers', 'standard', 1_234));
    await clock.advanceTo(0);
    expect(permits[0]?.timeLeftMs()).toBe(1_234);
  });
});

describe('the call queue', () => {
  test('is bounded, and a full queue drops a bulk call for an interactive one', async () => {
    const { governor, read, events } = createTestGovernor({
      maxConcurrency: new Map([['slow', 1]]),
      maxQueued: 2,
    });
    void read(requestFor('slow'));
    const bulk = [1, 2].map(() => governor.read(requestFor('slow', 'bulk'), async () => {}));
    const last = expect(bulk[1]).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    void governor.read(requestFor('slow', 'interactive'), async () => {});
    await last;
    await expect(governor.read(requestFor('slow', 'bulk'), async () => {})).rejects.toThrow(
      'queue is full (2 calls)',
    );
    expect(events).toEqual(['bulk full', 'bulk full']);
    expect(governor.state().queued).toEqual({ interactive: 1, standard: 0, bulk: 1 });
  });

  test('removes calls that are aborted', async () => {
    const { governor, read } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    const controller = new AbortController();
    const gone = governor.read({ ...requestFor('slow'), signal: controller.signal }, async () => {});
    expect(governor.state().queued.standard).toBe(1);
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(governor.state().queued.standard).toBe(0);
  });

  test('starts calls of other operations while one operation is at its concurrency limit', async () => {
    const { governor, read } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    void read(requestFor('slow'));
    await expect(governor.read(requestFor('quick'), async () => 'done')).resolves.toBe('done');
  });
});

describe('the deadline of an operation that has passed', () => {
  test('keeps a call from being sent', async () => {
    const { clock, governor, events } = createTestGovernor();
    await clock.advanceTo(1_000);
    let sent = 0;
    const late = governor.read(requestFor('getConsent', 'standard', 1_000), async () => {
      sent += 1;
    });
    await expect(late).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(sent).toBe(0);
    expect(events).toEqual(['standard deadline']);
  });

  test('does not keep a read that settles a write from being sent', async () => {
    const { clock, governor } = createTestGovernor();
    await clock.advanceTo(1_000);
    const request = { ...requestFor('getCustomers', 'standard', 500), settlesWrite: true };
    await expect(governor.read(request, async () => 'settled')).resolves.toBe('settled');
  });
});

describe('reads that settle a write', () => {
  const settling = () => ({ ...requestFor('slow'), settlesWrite: true });

  test('go before all calls that wait', async () => {
    const { clock, read, permits, governor } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    for (let count = 0; count < 5; count += 1) void read(requestFor('slow', 'interactive'));
    const settled = governor.read(settling(), async () => 'settled');
    await clock.advanceTo(0);
    permits[0]?.release({ status: 200, headers: {}, failure: null });
    await clock.advanceTo(1);
    await expect(settled).resolves.toBe('settled');
  });

  test('are not evicted from a full queue', async () => {
    const { governor, read, events } = createTestGovernor({
      maxConcurrency: new Map([['slow', 1]]),
      maxQueued: 3,
    });
    void read(requestFor('slow'));
    for (let count = 0; count < 20; count += 1) void read(settling()).catch(() => {});
    for (let count = 0; count < 20; count += 1) void read(requestFor('slow', 'interactive')).catch(() => {});
    expect(events.filter((event) => event === 'interactive full')).toHaveLength(17);
    expect(governor.state().queued).toEqual({ interactive: 23, standard: 0, bulk: 0 });
  });

  test('beyond a tenth of the quota take their turn', async () => {
    const { clock, governor, respond } = createTestGovernor({ maxQueued: 1_000 });
    await respond({ status: 200, headers: rateHeaders(0, 20_000) });
    for (let count = 0; count < 40; count += 1) governor.read(settling(), () => new Promise(() => {}));
    await clock.advanceTo(10);
    expect(governor.state().queued).toEqual({ interactive: 15, standard: 25, bulk: 0 });
  });
});

describe('a queued read that more operations wait for', () => {
  const first: CallOrigin = { caller: 'export', lane: 'bulk', deadlineAt: 1_000 };

  test('takes the best lane of them', async () => {
    const { clock, governor, read } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    const origin = createSharedOrigin(first);
    void read({ operation: 'slow', origin }).catch(() => {});
    expect(governor.state().queued.bulk).toBe(1);
    origin.join({ caller: 'shop', lane: 'interactive', deadlineAt: 500 });
    expect(governor.state().queued).toEqual({ interactive: 1, standard: 0, bulk: 0 });
    await clock.advanceTo(600);
    expect(governor.state().queued.interactive).toBe(1);
  });

  test('takes the latest deadline of them', async () => {
    const { clock, read, permits, events } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    const origin = createSharedOrigin(first);
    void read({ operation: 'slow', origin });
    origin.join({ ...first, deadlineAt: 60_000 });
    await clock.advanceTo(30_000);
    expect(events).toEqual([]);
    permits[0]?.release({ status: 200, headers: {}, failure: null });
    await clock.advanceTo(30_001);
    expect(permits[1]?.timeLeftMs()).toBe(29_999);
  });

  test('is no longer moved once it has started', async () => {
    const { governor, read, permits } = createTestGovernor();
    const origin = createSharedOrigin(first);
    void read({ operation: 'getCustomers', origin });
    await Promise.resolve();
    origin.join({ caller: 'shop', lane: 'interactive', deadlineAt: 9_000 });
    expect(permits).toHaveLength(1);
    expect(governor.state().queued).toEqual({ interactive: 0, standard: 0, bulk: 0 });
  });
});

describe('a full queue', () => {
  const callerOf = (caller: string, lane: 'standard' | 'bulk' = 'standard') => ({
    operation: 'slow',
    origin: { caller, lane, deadlineAt: Number.POSITIVE_INFINITY },
  });

  test('rejects the last calls of the caller that has the most', async () => {
    const { governor, read, events } = createTestGovernor({
      maxConcurrency: new Map([['slow', 1]]),
      maxQueued: 50,
    });
    void read(callerOf('greedy'));
    const rejected: string[] = [];
    const queue = (caller: string) => read(callerOf(caller)).catch(() => rejected.push(caller));
    for (let count = 0; count < 100; count += 1) void queue('greedy');
    for (let count = 0; count < 10; count += 1) void queue('modest');
    await Promise.resolve();
    await Promise.resolve();
    expect(rejected).toEqual(Array(60).fill('greedy'));
    expect(events).toHaveLength(60);
    expect(governor.state().queued.standard).toBe(50);
  });

  test('says when to try again', async () => {
    const { read } = createTestGovernor({ maxConcurrency: new Map([['slow', 1]]), maxQueued: 1 });
    void read(callerOf('one'));
    void read(callerOf('one'));
    await expect(read(callerOf('one'))).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 1_000 },
    });
  });
});

test('the time to retry after is when the call would start as the queue stands', async () => {
  const { clock, governor, respond, read } = createTestGovernor({ maxQueued: 1_000 });
  // The last moment of a window, with a fraction of a call left.
  await respond({ status: 200, headers: rateHeaders(2, 1_000) });
  await clock.advanceTo(950);
  for (let count = 0; count < 200; count += 1) void read(requestFor('getCustomers'));
  const late = governor.read(requestFor('getCustomers', 'standard', 1_000), async () => {});
  await expect(late).rejects.toMatchObject({
    details: { retryAfterMs: expect.toSatisfy((ms: number) => ms > 30_000 && ms < 31_000) },
  });
});
