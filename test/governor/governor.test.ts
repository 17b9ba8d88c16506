import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import {
  type CallRequest,
  createGovernor,
  type Governor,
  type GovernorOptions,
  type Permit,
} from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import type { WriteAttempt } from '../../src/rest/client/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createRateLimitedStore } from '../support/rate-limited-store.ts';

const NEVER = Number.POSITIVE_INFINITY;

function requestFor(operation: string, lane: Lane = 'standard', deadlineAt = NEVER): CallRequest {
  return { operation, origin: { caller: 'one', lane, deadlineAt } };
}

interface FakeResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A governor on a fake clock, with the events and permits that it issued. */
function setUp(options: Partial<GovernorOptions> = {}) {
  const clock = createFakeClock();
  const events: string[] = [];
  const permits: Permit[] = [];
  const governor: Governor = createGovernor({
    maxConcurrency: new Map(),
    connections: 64,
    maxQueued: 100,
    probe: async () => {},
    events: {
      onAdmit: () => {},
      onReject: (lane, reason) => events.push(`${lane} ${reason}`),
      onRetry: (operation) => events.push(`retry ${operation}`),
      onInvalidHeaders: () => events.push('invalid headers'),
    },
    clock,
    random: () => 0.5,
    ...options,
  });
  return {
    clock,
    events,
    permits,
    governor,
    /** Makes a read that ends when the test releases its permit. */
    read(request: CallRequest): Promise<unknown> {
      return governor.read(request, (permit) => new Promise(() => permits.push(permit)));
    },
    /** Makes a read with an immediate response. */
    async respond({ status, headers = {} }: FakeResponse): Promise<void> {
      await governor
        .read(requestFor('other'), async (permit) => permit.release({ status, headers, failure: null }))
        .catch(() => {});
    },
  };
}

function rateHeaders(left: number, resetMs: number, quota = 150): Record<string, string> {
  return {
    'x-rate-limit-requests-quota': String(quota),
    'x-rate-limit-requests-left': String(left),
    'x-rate-limit-time-reset-ms': String(resetMs),
    'x-rate-limit-time-window-ms': '30000',
  };
}

describe('deadlines', () => {
  test('a call that cannot start before its deadline is rejected immediately, with retryAfterMs', async () => {
    const { governor, respond, events } = setUp();
    await respond({ status: 200, headers: rateHeaders(0, 20_000) });
    const refused = governor.read(requestFor('getCustomers', 'interactive', 5_000), async () => {});
    await expect(refused).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 20_000 },
    });
    expect(events).toEqual(['interactive deadline']);
  });

  test('a queued call is rejected soon after another app uses up the quota that it waits for', async () => {
    const { clock, governor, respond, events } = setUp();
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
    const { clock, governor, events, read, permits } = setUp();
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
    const { clock, read, events, governor } = setUp({ maxConcurrency: new Map([['slow', 1]]) });
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
    const { clock, read, permits } = setUp();
    void read(requestFor('getCustomers', 'standard', 1_234));
    await clock.advanceTo(0);
    expect(permits[0]?.timeoutMs).toBe(1_234);
  });
});

test('timeouts at the deadline of the operation do not open the circuit breaker', async () => {
  const { clock, governor } = setUp();
  for (let count = 0; count < 20; count += 1) {
    const request = requestFor('getCustomers', 'standard', clock.now() + 5);
    governor
      .read(request, async (permit) => {
        await clock.sleep(permit.timeoutMs);
        const failure = new GatewayError('UPSTREAM_TIMEOUT', 'too slow');
        permit.release({ status: null, headers: {}, failure });
        throw failure;
      })
      .catch(() => {});
    await clock.advanceTo(clock.now() + 10);
  }
  expect(governor.state().breaker).toBe('closed');
});

describe('the call queue', () => {
  test('is bounded, and a full queue drops a bulk call for an interactive one', async () => {
    const { governor, read, events } = setUp({ maxConcurrency: new Map([['slow', 1]]), maxQueued: 2 });
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
    const { governor, read } = setUp({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    const controller = new AbortController();
    const gone = governor.read({ ...requestFor('slow'), signal: controller.signal }, async () => {});
    expect(governor.state().queued.standard).toBe(1);
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(governor.state().queued.standard).toBe(0);
  });

  test('starts calls of other operations while one operation is at its concurrency limit', async () => {
    const { governor, read } = setUp({ maxConcurrency: new Map([['slow', 1]]) });
    void read(requestFor('slow'));
    void read(requestFor('slow'));
    await expect(governor.read(requestFor('quick'), async () => 'done')).resolves.toBe('done');
  });
});

describe('concurrency limits', () => {
  test('an operation never has more calls in flight than its concurrency limit', async () => {
    const { clock, read, permits } = setUp({ maxConcurrency: new Map([['createCustomers', 3]]) });
    for (let count = 0; count < 7; count += 1) void read(requestFor('createCustomers'));
    await clock.advanceTo(10);
    expect(permits).toHaveLength(3);
    permits[0]?.release({ status: 200, headers: {}, failure: null });
    await clock.advanceTo(20);
    expect(permits).toHaveLength(4);
  });

  test('a 429 to all calls in flight halves the concurrency limit, and successes raise it again after a while', async () => {
    const { clock, read, permits } = setUp({ maxConcurrency: new Map([['createCustomers', 8]]) });
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
});

describe('retries', () => {
  const failing = (status: number) => async (permit: Permit) => {
    permit.release({ status, headers: {}, failure: null });
    throw new GatewayError('UPSTREAM_UNAVAILABLE', 'no', { status });
  };

  test('retries are at most 10 % of the calls', async () => {
    const { clock, governor, events, respond } = setUp();
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
    const { clock, governor, events } = setUp();
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
    const { clock, governor, events } = setUp();
    governor.read(requestFor('getCustomers', 'standard', 50), failing(503)).catch(() => {});
    await clock.advanceTo(60_000);
    expect(events).toEqual([]);
  });
});

describe('writes', () => {
  const rateLimited: WriteAttempt = {
    outcome: 'rejected',
    status: 429,
    body: null,
    error: new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 10_000 }),
  };

  function answering(attempts: WriteAttempt[]) {
    return async (permit: Permit) => {
      const attempt = attempts.shift() ?? { outcome: 'ok' as const, body: null };
      if (attempt.outcome === 'rejected')
        permit.release({ status: 429, headers: rateHeaders(0, 10_000), failure: null });
      else permit.release({ status: 200, headers: rateHeaders(149, 30_000), failure: null });
      return attempt;
    };
  }

  test('a write rejected because the quota is used up is sent again in the next window', async () => {
    const { clock, governor } = setUp();
    const attempts = [rateLimited];
    const write = governor.write(
      requestFor('updateCustomers'),
      { retry: 'if-rate-limited' },
      answering(attempts),
    );
    await clock.advanceTo(9_000);
    expect(governor.state().queued.standard).toBe(1);
    await clock.advanceTo(12_000);
    await expect(write).resolves.toMatchObject({ outcome: 'ok' });
  });

  test('a write that would miss its deadline in the next window ends as rejected, not as unknown', async () => {
    const { governor } = setUp();
    const write = governor.write(
      requestFor('updateCustomers', 'standard', 5_000),
      { retry: 'if-rate-limited' },
      answering([rateLimited]),
    );
    await expect(write).resolves.toBe(rateLimited);
  });

  test('a write with the retry policy never is not sent again after a 429', async () => {
    const { governor } = setUp();
    const write = governor.write(requestFor('check'), { retry: 'never' }, answering([rateLimited]));
    await expect(write).resolves.toBe(rateLimited);
  });

  test('a write whose response was lost is not sent again', async () => {
    const { clock, governor, events } = setUp();
    const lost: WriteAttempt = { outcome: 'unknown', error: new GatewayError('UPSTREAM_TIMEOUT', 'lost') };
    const write = governor.write(
      requestFor('updateCustomers'),
      { retry: 'if-rate-limited' },
      answering([lost]),
    );
    await clock.advanceTo(60_000);
    await expect(write).resolves.toBe(lost);
    expect(events).toEqual([]);
  });
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
    const { clock, governor, respond, events } = setUp();
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

  test('a store that keeps responding 429 with a reset time of 0 is called less and less often', async () => {
    const { clock, governor, events } = setUp();
    let attempts = 0;
    governor
      .write(requestFor('updateCustomers'), { retry: 'if-rate-limited' }, async (permit) => {
        attempts += 1;
        permit.release({ status: 429, headers: rateHeaders(0, 0), failure: null });
        const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status: 429, retryAfterMs: 0 });
        return { outcome: 'rejected', status: 429, body: null, error };
      })
      .catch(() => {});
    await clock.advanceTo(200);
    expect(attempts).toBe(1);
    await clock.advanceTo(60_000);
    expect(attempts).toBe(3);
    expect(events.filter((event) => event.startsWith('retry'))).toHaveLength(2);
  });
});
